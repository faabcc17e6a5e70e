import { Packer } from "@/lib/plan/batches";
import { orderedMap } from "@/lib/plan/ordered-map";
import type { Reason } from "@/lib/shapes/reason";
import { editedWords, movedSince } from "../compare/judge";
import { prepare } from "../compare/prepare";
import { readListed } from "../compare/read-heads";
import { type Reviewed, reviewedChanges } from "../compare/reviewed";
import { walk } from "../compare/walk";
import type { Work } from "../compare/work";
import { Drained } from "../lifecycle/interruptions";
import type { Settled } from "../lifecycle/ledger";
import { Bell } from "./bell";
import { Dispatch } from "./dispatch";
import type { Item } from "./item";
import { transferBatch } from "./transfer-batch";

/** Batches of source records read ahead of what is being transferred. */
const readAhead = 6;
/**
 * Creates in the target what it lacks: walks the listings and transfers the chunks as they appear. Stages overlap: the next records
 * are read while some are embedded and others written. Memory is bounded by the slots and the read-ahead, not by the namespace.
 */
export async function reembed(work: Work): Promise<void> {
  const bell = new Bell();
  const walking = { done: work.held.listed };
  const walked = walk(work, null, () => bell.ring()).finally(() => {
    walking.done = true;
    bell.ring();
  });
  walked.catch(() => {});
  try {
    const coming = { ended: () => walking.done, more: () => bell.heard() };
    await transferAll(work, reviewedChanges(work, coming));
  } finally {
    // A walk that failed is told by its own error; one that still runs is stopped by the drain before this returns.
    await walked.catch((error: unknown) => {
      if (!(error instanceof Drained)) throw error;
    });
  }
  if (work.drain.aborted) throw new Drained();
}

async function transferAll(work: Work, pending: AsyncIterable<Reviewed[]>): Promise<void> {
  const { settings } = work.held;
  const { batch } = work.allowances;
  const most = {
    count: Math.min(work.parts.embedder.limits.textsPerCall, settings.embeddingBatchSize, batch.texts),
    size: Math.min(batch.tokens, work.parts.embedder.limits.tokensPerCall ?? batch.tokens),
  };
  const packer = new Packer<Item>(most, (item) => item.prepared.tokens);
  const dispatch = new Dispatch(work);
  const send = (items: readonly Item[]) => dispatch.send(() => transferBatch(work, items));
  try {
    for await (const items of orderedMap(pending, readAhead, (records) => readItems(work, records))) {
      for (const item of items) {
        const full = packer.add(item);
        if (full) await send(full);
      }
      if (dispatch.stopped) break;
    }
    const rest = packer.take();
    if (rest) await send(rest);
  } finally {
    await dispatch.settled();
  }
  dispatch.check();
}

/** Reads and prepares records; those that can't be transferred, or aren't what was reviewed, are noted with their reason. */
async function readItems(work: Work, changes: readonly Reviewed[]): Promise<Item[]> {
  const heads = await readListed(
    work,
    changes.map((change) => change.id),
  );
  const items: Item[] = [];
  const left: Settled[] = [];
  for (const change of changes) {
    const { sequence, position, id } = change;
    const end = (outcome: "skipped" | "drifted", reason: Reason, detail: string) =>
      left.push({ sequence, position, id, outcome, findings: [{ kind: outcome, reason, detail }] });
    const head = heads.records.get(id);
    if (heads.missing.has(id)) {
      end("skipped", "vanished-from-source", "It was listed, but is not there any more.");
      continue;
    }
    if (!head) {
      end("skipped", "unreadable", heads.unreadable.get(id) ?? "The store's answer can't be read.");
      continue;
    }
    const moved = movedSince(change, head, work.held.settings);
    if (moved !== "nothing") {
      end("drifted", "source-changed", editedWords(moved));
      continue;
    }
    const prepared = await prepare(work, head);
    if (prepared.ok) items.push({ sequence, position, head, prepared });
    else end("skipped", prepared.reason, prepared.detail);
  }
  await work.ledger.settle(left);
  return items;
}
