import { z } from "zod";
import { Packer } from "@/lib/plan/batches";
import { orderedMap } from "@/lib/plan/ordered-map";
import type { NewFinding } from "../lifecycle/finding-rows";
import { Drained } from "../lifecycle/interruptions";
import type { Settled } from "../lifecycle/ledger";
import { Bell } from "./bell";
import { carry } from "./carry";
import { Dispatch } from "./dispatch";
import type { Item } from "./item";
import { prepare } from "./prepare";
import { readListed } from "./read-heads";
import { estimatedPrint, textChanged } from "./text-since-estimate";
import { walk } from "./walk";
import type { Work } from "./work";

/** Batches of source records read ahead of what is being carried. */
const readAhead = 6;
/** Chunk rows loaded at a time. */
const chunksAtOnce = 4;

const chunkSchema = z.object({
  sequence: z.number(),
  creates: z.array(z.string()),
  createPrints: z.string(),
  problems: z.number(),
  outcome: z.string().nullable(),
  digests: z.string().nullable(),
});
const idSchema = z.object({ recordId: z.string() });

/** Records of one chunk that are still to be done, in fetchable numbers. */
type Pending = {
  sequence: number;
  entries: { position: number; id: string; estimated: string | null }[];
  /** Those that the estimate left out: they weren't confirmed, even if they could be embedded by now. */
  leftOut: ReadonlySet<string>;
};

/**
 * Creates in the target what it lacks: walks the listings and carries the chunks as they appear. Stages overlap: the next records
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
    await carryAll(work, pendingRecords(work, bell, walking));
  } finally {
    // A walk that failed is told by its own error; one that still runs is stopped by the drain before this returns.
    await walked.catch((error: unknown) => {
      if (!(error instanceof Drained)) throw error;
    });
  }
  if (work.drain.aborted) throw new Drained();
}

async function* pendingRecords(work: Work, bell: Bell, walking: { done: boolean }): AsyncGenerator<Pending> {
  const { planId, namespace, runId, settings } = work.held;
  let next = 0;
  while (!work.drain.aborted) {
    const ended = walking.done;
    const chunks = await work.parts.database.rows(
      chunkSchema,
      `SELECT c."sequence", c."creates", c."createPrints", c."problems", p."outcome", p."digests"
         FROM "Chunk" c LEFT JOIN "Progress" p ON p."runId" = $1 AND p."namespace" = c."namespace" AND p."sequence" = c."sequence"
        WHERE c."planId" = $2 AND c."namespace" = $3 AND c."sequence" >= $4 AND p."done" IS NOT TRUE
        ORDER BY c."sequence" LIMIT ${chunksAtOnce}`,
      [runId, planId, namespace, next],
    );
    if (chunks.length === 0) {
      if (ended) return;
      await bell.heard();
      continue;
    }
    for (const chunk of chunks) {
      next = chunk.sequence + 1;
      const leftOut = chunk.problems === 0 ? new Set<string>() : await leftOutByEstimate(work, chunk.creates);
      const positions = work.ledger.open(chunk.sequence, chunk.creates.length, chunk.outcome, {
        digests: chunk.digests,
      });
      for (let start = 0; start < positions.length; start += settings.queryBatchSize) {
        const entries = positions.slice(start, start + settings.queryBatchSize).flatMap((position) => {
          const id = chunk.creates[position];
          return id === undefined ? [] : [{ position, id, estimated: estimatedPrint(chunk, position) }];
        });
        yield { sequence: chunk.sequence, entries, leftOut };
      }
    }
  }
}

async function leftOutByEstimate(work: Work, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { planId, namespace } = work.held;
  const rows = await work.parts.database.rows(
    idSchema,
    `SELECT f."recordId" FROM "Finding" f JOIN "Run" r ON r."id" = f."runId"
      WHERE r."planId" = $1 AND r."kind" = 'plan' AND f."namespace" = $2 AND f."kind" = 'skipped' AND f."recordId" = ANY($3)`,
    [planId, namespace, ids],
  );
  return new Set(rows.map((row) => row.recordId));
}

async function carryAll(work: Work, pending: AsyncIterable<Pending>): Promise<void> {
  const { settings } = work.held;
  const { batch } = work.allowances;
  const most = {
    count: Math.min(work.parts.embedder.limits.textsPerCall, settings.embeddingBatchSize, batch.texts),
    size: Math.min(batch.tokens, work.parts.embedder.limits.tokensPerCall ?? batch.tokens),
  };
  const packer = new Packer<Item>(most, (item) => item.prepared.tokens);
  const dispatch = new Dispatch(work);
  const send = (items: readonly Item[]) => dispatch.send(() => carry(work, items));
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

const mended: NewFinding = {
  kind: "drifted",
  reason: "source-changed",
  detail: "It could not be migrated when the estimate was made, and can be now: estimate again.",
};

/** Reads and prepares records; those that can't be carried are noted with their reason. */
async function readItems(work: Work, { sequence, entries, leftOut }: Pending): Promise<Item[]> {
  const heads = await readListed(
    work,
    entries.map((entry) => entry.id),
  );
  const items: Item[] = [];
  const left: Settled[] = [];
  for (const { position, id, estimated } of entries) {
    const skip = (reason: "vanished-from-source" | "unreadable", detail: string) =>
      left.push({ sequence, position, id, outcome: "skipped", findings: [{ kind: "skipped", reason, detail }] });
    const head = heads.records.get(id);
    if (heads.missing.has(id)) {
      skip("vanished-from-source", "It was listed, but is not there any more.");
    } else if (!head) {
      skip("unreadable", heads.unreadable.get(id) ?? "The store's answer can't be read.");
    } else {
      const prepared = await prepare(work, head);
      if (prepared.ok && leftOut.has(id)) left.push({ sequence, position, id, outcome: "drifted", findings: [mended] });
      else if (prepared.ok)
        items.push({
          sequence,
          position,
          head,
          prepared,
          textChanged: textChanged(head, estimated, work.held.settings),
        });
      else
        left.push({
          sequence,
          position,
          id,
          outcome: "skipped",
          findings: [{ kind: "skipped", reason: prepared.reason, detail: prepared.detail }],
        });
    }
  }
  await work.ledger.settle(left);
  return items;
}
