import { z } from "zod";
import { Bitmap } from "@/lib/plan/bitmap";
import type { JoinedChunk } from "@/lib/plan/merge-join";
import type { Work } from "../compare/work";
import { leadsTo } from "../lifecycle/overlap";

const explainedSchema = z.object({
  id: z.string(),
  found: z.boolean(),
  /** Its place among the plan's creates; `null` where the plan doesn't create it. */
  sequence: z.number().nullable(),
  position: z.number().nullable(),
});
type Explained = z.infer<typeof explainedSchema>;

/**
 * Of IDs that the target lacks: which have a finding, which this run meant to write, which it never saw. A finding explains only what it is
 * about: one of a run to this target, and no later run has written the record there since, or found it there. What was written and is missing
 * is missing, whatever was said of it before.
 */
export async function explain(
  work: Work,
  { sourceOnly: ids, first, last }: Pick<JoinedChunk, "sourceOnly" | "first" | "last">,
) {
  const { namespace, planId, kind, settings } = work.held;
  const rows = await work.parts.database.rows(
    explainedSchema,
    `WITH asked AS (SELECT unnest($1::text[]) AS id),
          planned AS (SELECT c."sequence", u.id, u.at::int - 1 AS "position"
                        FROM "Chunk" c CROSS JOIN LATERAL unnest(c."creates") WITH ORDINALITY AS u(id, at)
                       WHERE c."planId" = $3 AND c."namespace" = $2
                         AND c."firstId" COLLATE "C" <= $5 COLLATE "C" AND c."lastId" COLLATE "C" >= $4 COLLATE "C")
     SELECT asked.id,
            EXISTS (SELECT 1 FROM "Finding" f JOIN "Run" r ON r."id" = f."runId"
                     WHERE f."recordId" = asked.id AND f."namespace" = $2 AND f."kind" IN ('skipped', 'failed', 'drifted')
                       AND r."kind" <> 'verify' AND ${leadsTo("target", `r."settings"`, [6, 7])}
                       AND NOT ${solvedSince(2, [6, 7])}) AS found,
            planned."sequence", planned."position"
       FROM asked LEFT JOIN planned ON planned.id = asked.id`,
    [ids, namespace, planId, first, last, settings.target.index, settings.target.account ?? null],
  );
  const out = kind === "verify" ? new Set<string>() : await takenOut(work, rows);
  const unexplained = rows.filter((row) => !row.found && !out.has(row.id));
  // A verification answers for all of the source; a run for what it set out to write.
  const missing = kind === "verify" ? unexplained : unexplained.filter((row) => row.position !== null);
  return {
    explained: rows.length - unexplained.length,
    takenOut: rows.filter((row) => !row.found && out.has(row.id)).length,
    missing: missing.map((row) => row.id),
    unexplained: unexplained.map((row) => row.id),
    arrived: unexplained.length - missing.length,
  };
}

const excludedSchema = z.object({ sequence: z.number(), count: z.number(), members: z.string() });

/** Those that were taken out of the plan before it was approved: they were not to be written. */
async function takenOut({ held, parts }: Work, rows: readonly Explained[]): Promise<Set<string>> {
  const sequences = [...new Set(rows.flatMap(({ sequence }) => (sequence === null ? [] : [sequence])))];
  if (sequences.length === 0) return new Set();
  const excluded = await parts.database.rows(
    excludedSchema,
    `SELECT "sequence", "count", "members" FROM "Exclusion" WHERE "planId" = $1 AND "namespace" = $2 AND "kind" = 'create' AND "sequence" = ANY($3)`,
    [held.planId, held.namespace, sequences],
  );
  const bySequence = new Map(excluded.map((one) => [one.sequence, Bitmap.decode(one.members, one.count)]));
  const isOut = ({ sequence, position }: Explained) =>
    sequence !== null && position !== null && bySequence.get(sequence)?.has(position) === true;
  return new Set(rows.filter(isOut).map(({ id }) => id));
}

/**
 * Whether another run to this target, that was at work on the namespace after finding `f` was made, ended the record as written or found it
 * standing there: a letter of the chunk's outcomes, creates before updates.
 */
export const solvedSince = (namespace: number, target: [number, number]) => `EXISTS (
  SELECT 1 FROM "Run" w
    JOIN "Segment" s ON s."runId" = w."id" AND s."namespace" = $${namespace}
    JOIN "Chunk" c ON c."planId" = w."planId" AND c."namespace" = $${namespace}
     AND c."firstId" COLLATE "C" <= f."recordId" COLLATE "C" AND c."lastId" COLLATE "C" >= f."recordId" COLLATE "C"
    JOIN "Progress" p ON p."runId" = w."id" AND p."namespace" = $${namespace} AND p."sequence" = c."sequence"
   WHERE w."kind" IN ('reembed', 'mirror') AND w."id" <> f."runId" AND ${leadsTo("target", `w."settings"`, target)}
     AND coalesce(s."endedAt", clock_timestamp()) > f."at"
     AND substr(p."outcome", coalesce(array_position(c."creates", f."recordId"),
           (SELECT c."createCount" + u."position" + 1 FROM "Change" u WHERE u."planId" = c."planId" AND u."kind" = 'update'
               AND u."namespace" = $${namespace} AND u."sequence" = c."sequence" AND u."id" = f."recordId")), 1) IN ('w', 'u'))`;
