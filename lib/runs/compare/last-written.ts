import { z } from "zod";
import { decodeDigests, digestLength } from "@/lib/plan/vector-digest";
import { sortedByBytes } from "@/lib/stores/byte-order";
import { leadsTo } from "../lifecycle/overlap";
import type { Work } from "./work";

/** What is known of the last time that a record was written to this target; `digest` of its vector, where that was noted. */
export type LastWritten = { digest: number | null; runAt: Date };

const writtenSchema = z.object({ id: z.string(), digest: z.string(), at: z.date() });
const idsAtOnce = 500;

/**
 * When runs wrote these records to this target last, and which vector; records that no run wrote are left out. Looked up by the chunks
 * that the IDs lie in, so the cost follows the IDs and not the namespace.
 */
export async function lastWritten(work: Work, ids: readonly string[]): Promise<Map<string, LastWritten>> {
  const { namespace, settings } = work.held;
  const sorted = sortedByBytes([...ids]);
  const written = new Map<string, LastWritten>();
  for (let start = 0; start < sorted.length; start += idsAtOnce) {
    const some = sorted.slice(start, start + idsAtOnce);
    const rows = await work.parts.database.rows(writtenSchema, statement, [
      some,
      namespace,
      settings.target.index,
      some[0],
      some.at(-1),
      settings.target.account ?? null,
    ]);
    for (const { id, digest, at } of rows)
      written.set(id, {
        digest: decodeDigests(digest, 1)[0] || null,
        runAt: at,
      });
  }
  return written;
}

/** `$1` the IDs, in order; `$2` the namespace, `$3` the target's index, `$4` and `$5` the first and last of the IDs, `$6` the index's account. */
const statement = `
WITH asked AS (SELECT unnest($1::text[]) AS id),
runs AS (SELECT "id", "planId", "createdAt" FROM "Run"
          WHERE "kind" IN ('reembed', 'mirror') AND ${leadsTo("target", `"settings"`, [3, 6])}),
found AS (
  SELECT asked.id, r."createdAt" AS at, p."outcome", p."digests", array_position(c."creates", asked.id) AS place
    FROM runs r JOIN "Chunk" c ON c."planId" = r."planId" AND c."namespace" = $2
                 AND c."firstId" COLLATE "C" <= $5 COLLATE "C" AND c."lastId" COLLATE "C" >= $4 COLLATE "C"
    JOIN "Progress" p ON p."runId" = r."id" AND p."namespace" = $2 AND p."sequence" = c."sequence"
    JOIN asked ON c."firstId" COLLATE "C" <= asked.id COLLATE "C" AND c."lastId" COLLATE "C" >= asked.id COLLATE "C"
  UNION ALL
  SELECT asked.id, r."createdAt", p."outcome", p."digests", cardinality(c."creates") + u."position" + 1
    FROM runs r JOIN asked ON true
    JOIN "Change" u ON u."planId" = r."planId" AND u."kind" = 'update' AND u."id" = asked.id AND u."namespace" = $2
    JOIN "Chunk" c ON c."planId" = r."planId" AND c."namespace" = $2 AND c."sequence" = u."sequence"
    JOIN "Progress" p ON p."runId" = r."id" AND p."namespace" = $2 AND p."sequence" = u."sequence"
)
SELECT DISTINCT ON (id) id, substr("digests", (place - 1) * ${digestLength} + 1, ${digestLength}) AS digest, at
  FROM found WHERE place IS NOT NULL AND substr("outcome", place, 1) = 'w' ORDER BY id, at DESC`;
