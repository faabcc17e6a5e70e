import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { leadsTo } from "@/lib/runs/lifecycle/overlap";
import { solvedSince } from "@/lib/runs/verify/explain-missing";

type Place = { index: string; account: string };

/** Of records that a target lacks, those that a run from the same source left out and said why, unless a later one wrote them. */
export async function explainedIds(
  sql: Sql,
  { source, target }: { source: Place; target: Place },
  namespace: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await sql.rows(
    z.object({ id: z.string() }),
    `SELECT DISTINCT f."recordId" AS id FROM "Finding" f JOIN "Run" r ON r."id" = f."runId"
      WHERE f."recordId" = ANY($1) AND f."namespace" = $2 AND f."kind" IN ('skipped', 'failed', 'drifted') AND r."kind" <> 'verify'
        AND ${leadsTo("target", `r."settings"`, [3, 4])} AND ${leadsTo("source", `r."settings"`, [5, 6])} AND NOT ${solvedSince(2, [3, 4])}`,
    [ids, namespace, target.index, target.account, source.index, source.account],
  );
  return new Set(rows.map(({ id }) => id));
}
