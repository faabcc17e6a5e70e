import { z } from "zod";
import { Bitmap } from "@/lib/plan/bitmap";
import { fingerprintLength } from "@/lib/plan/fingerprint";
import type { RunSettings } from "@/lib/shapes/runs/run";
import type { Work } from "./work";

/** A change as it was reviewed. `position` is its place in the chunk's outcomes: creates first, then updates. */
export type Reviewed = {
  sequence: number;
  position: number;
  id: string;
  kind: "create" | "update";
  /** `null` where nobody looked at it before: of a run that finds what it creates as it goes. */
  sourcePrint: string | null;
  /** `null` for a create: there was nothing in the target. */
  targetPrint: string | null;
  textChanged: boolean;
};

/** Chunk rows loaded at a time. */
const chunksAtOnce = 4;
/** Stands for a change that this run leaves out: excluded, or of the other phase. */
export const leftOut = "x";
export const pending = ".";

const chunkSchema = z.object({
  sequence: z.number(),
  creates: z.array(z.string()),
  createPrints: z.string(),
  updates: z.number(),
  outcome: z.string().nullable(),
  digests: z.string().nullable(),
});
const updateSchema = z.object({
  sequence: z.number(),
  position: z.number(),
  id: z.string(),
  sourcePrint: z.string(),
  targetPrint: z.string(),
  textChanged: z.boolean(),
});
const excludedSchema = z.object({
  kind: z.string(),
  sequence: z.number(),
  count: z.number(),
  members: z.string(),
});

/** Chunks that may still come: `ended` before the last were looked for means that there are none, `more` waits for some. */
export type Coming = { ended: () => boolean; more: () => Promise<void> };
const allThere: Coming = { ended: () => true, more: async () => {} };

/**
 * The changes of the segment's namespace that are still to be done, in fetchable numbers, a chunk's creates first: of a plan those that
 * were approved and no others; else whatever the scan finds, as it comes.
 */
export async function* reviewedChanges(work: Work, coming: Coming = allThere): AsyncGenerator<Reviewed[]> {
  const { planId, namespace, runId, settings, kind } = work.held;
  const { database } = work.parts;
  // Trying a mirroring again is over the changes that were marked for it.
  const all = kind === "reembed" || work.held.retryOf === null;
  for (let next = 0; !work.drain.aborted; ) {
    const ended = coming.ended();
    const chunks = await database.rows(
      chunkSchema,
      `SELECT c."sequence", c."creates", c."createPrints", c."updates", p."outcome", p."digests"
         FROM "Chunk" c LEFT JOIN "Progress" p ON p."runId" = $1 AND p."namespace" = c."namespace" AND p."sequence" = c."sequence"
        WHERE c."planId" = $2 AND c."namespace" = $3 AND c."sequence" >= $4 AND p."done" IS NOT TRUE
          AND ($7::boolean OR (cardinality(c."creates") > 0 AND $5 <> 'updates') OR (c."updates" > 0 AND $5 <> 'creates'))
          AND ($6::boolean OR p."outcome" IS NOT NULL)
        ORDER BY c."sequence" LIMIT ${chunksAtOnce}`,
      [runId, planId, namespace, next, settings.only, all, !ended],
    );
    if (chunks.length === 0) {
      if (ended) return;
      await coming.more();
      continue;
    }
    const place = [planId, namespace, chunks.map((chunk) => chunk.sequence)];
    const updates = chunks.some((chunk) => chunk.updates > 0)
      ? await database.rows(updateSchema, updatesOf, place)
      : [];
    const excluded = await database.rows(
      excludedSchema,
      `SELECT "kind", "sequence", "count", "members" FROM "Exclusion" WHERE "planId" = $1 AND "namespace" = $2 AND "sequence" = ANY($3)`,
      place,
    );
    for (const chunk of chunks) {
      next = chunk.sequence + 1;
      const changes = changesOf(
        work.held,
        chunk,
        updates.filter((update) => update.sequence === chunk.sequence),
      );
      const out = new Set(
        excluded
          .filter((one) => one.sequence === chunk.sequence)
          .flatMap(({ kind, count, members }) => {
            const positions = Bitmap.decode(members, count).positions();
            return kind === "create" ? positions : positions.map((position) => chunk.creates.length + position);
          }),
      );
      const outcome = chunk.outcome ?? firstOutcome(changes, settings.only, out);
      const positions = work.ledger.open(chunk.sequence, changes.length, outcome, { digests: chunk.digests });
      const todo = positions.flatMap((position) => changes[position] ?? []);
      for (let start = 0; start < todo.length; start += settings.queryBatchSize)
        yield todo.slice(start, start + settings.queryBatchSize);
    }
  }
}

const updatesOf = `SELECT "sequence", "position", "id", "sourcePrint", "targetPrint", "textChanged" FROM "Change"
  WHERE "planId" = $1 AND "namespace" = $2 AND "kind" = 'update' AND "sequence" = ANY($3) ORDER BY "sequence", "position"`;

/** A chunk's outcomes before anything was done: what this run leaves out is marked from the start. */
export function firstOutcome(
  changes: readonly { kind: "create" | "update" }[],
  only: RunSettings["only"],
  excluded: ReadonlySet<number>,
): string {
  const skipped = only === "creates" ? "update" : only === "updates" ? "create" : null;
  return changes
    .map((change, position) => (change.kind === skipped || excluded.has(position) ? leftOut : pending))
    .join("");
}

function changesOf(
  { kind }: Pick<Work["held"], "kind">,
  chunk: z.infer<typeof chunkSchema>,
  updates: readonly z.infer<typeof updateSchema>[],
): Reviewed[] {
  const { sequence, creates, createPrints } = chunk;
  // What a migration finds as it goes has no prints, nor has what an earlier version had begun to apply: it is taken as it is when it is read.
  const printed = createPrints.length === creates.length * fingerprintLength;
  if ((kind === "mirror" && !printed) || updates.length !== chunk.updates)
    throw new Error(`chunk ${sequence} of the plan isn't whole`);
  return [
    ...creates.map(
      (id, position): Reviewed => ({
        sequence,
        position,
        id,
        kind: "create",
        sourcePrint: printed
          ? createPrints.slice(position * fingerprintLength, (position + 1) * fingerprintLength)
          : null,
        targetPrint: null,
        textChanged: true,
      }),
    ),
    ...updates.map(
      ({ position, ...update }): Reviewed => ({
        ...update,
        position: creates.length + position,
        kind: "update",
      }),
    ),
  ];
}
