import { Packer } from "@/lib/plan/batches";
import { orderedMap } from "@/lib/plan/ordered-map";
import type { Reviewed } from "../compare/reviewed";
import type { Work } from "../compare/work";
import { Drained } from "../lifecycle/interruptions";
import { Dispatch } from "./dispatch";
import type { Item } from "./item";

/** What a way of transferring does with changes: a migration leaves alone what the target has, a mirroring checks both sides again. */
export type Way<Embedded extends Item, Kept> = {
  /** Batches of changes read ahead of what is being sent. */
  readAhead: number;
  /** Reads and prepares; notes what ends here. `kept`: nothing is embedded for it, and it is read when it is written. */
  read(changes: readonly Reviewed[]): Promise<{ embedded: readonly Embedded[]; kept: readonly Kept[] }>;
  send(items: readonly Embedded[]): Promise<void>;
  keep(changes: readonly Kept[]): Promise<void>;
};

/**
 * Brings a namespace's changes to the target, whatever the run: reads some ahead, packs them into batches by what embedder and target take, and
 * sends as many at once as the process has slots for. Stages overlap; memory is bounded by the slots and the read-ahead, not by the namespace.
 */
export async function transfer<Embedded extends Item, Kept>(
  work: Work,
  changes: AsyncIterable<Reviewed[]>,
  way: Way<Embedded, Kept>,
): Promise<void> {
  const { settings } = work.held;
  const { batch } = work.allowances;
  const { limits } = work.parts.embedder;
  const embedded = new Packer<Embedded>(
    {
      count: Math.min(limits.textsPerCall, settings.embeddingBatchSize, batch.texts),
      size: Math.min(batch.tokens, limits.tokensPerCall ?? batch.tokens),
    },
    (item) => item.prepared.tokens,
  );
  const kept = new Packer<Kept>({ count: settings.queryBatchSize, size: Number.POSITIVE_INFINITY }, () => 0);
  const dispatch = new Dispatch(work);
  const send = (items: readonly Embedded[] | null) => (items ? dispatch.send(() => way.send(items)) : undefined);
  const keep = (some: readonly Kept[] | null) => (some ? dispatch.send(() => way.keep(some)) : undefined);
  try {
    for await (const read of orderedMap(changes, way.readAhead, way.read)) {
      for (const item of read.embedded) await send(embedded.add(item));
      for (const change of read.kept) await keep(kept.add(change));
      if (dispatch.stopped) break;
    }
    await send(embedded.take());
    await keep(kept.take());
  } finally {
    await dispatch.settled();
  }
  dispatch.check();
  if (work.drain.aborted) throw new Drained();
}
