import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import type { FindingKind, Reason } from "@/lib/shapes/runs/reason";

/** Which findings of a run are tried again. */
export type RetryChoice = { runId: string; kinds: readonly FindingKind[]; reasons: readonly Reason[] | null };

const groupSchema = z.object({ namespace: z.string(), count: z.number() });
const idSchema = z.object({ recordId: z.string() });
const pageSize = 1000;

const filter = `f."runId" = $1 AND f."kind" = ANY($2) AND ($3::text[] IS NULL OR f."reason" = ANY($3)) AND f."retriedBy" IS NULL`;
const valuesOf = ({ runId, kinds, reasons }: RetryChoice) => [runId, kinds, reasons];

/** The namespaces that have such findings, with how many records each. */
export function retriedNamespaces(sql: Sql, choice: RetryChoice): Promise<{ namespace: string; count: number }[]> {
  return sql.rows(
    groupSchema,
    `SELECT f."namespace", count(DISTINCT f."recordId")::int AS count FROM "Finding" f WHERE ${filter} GROUP BY f."namespace" ORDER BY f."namespace" COLLATE "C"`,
    valuesOf(choice),
  );
}

/** The IDs of a namespace's records that have such findings, in byte order, a page at a time. */
export async function* retriedIds(sql: Sql, choice: RetryChoice, namespace: string): AsyncGenerator<string[]> {
  for (let after: string | null = null; ; ) {
    const rows: { recordId: string }[] = await sql.rows(
      idSchema,
      `SELECT DISTINCT f."recordId" COLLATE "C" AS "recordId" FROM "Finding" f
        WHERE ${filter} AND f."namespace" = $4 AND ($5::text IS NULL OR f."recordId" COLLATE "C" > $5::text COLLATE "C")
        ORDER BY 1 LIMIT ${pageSize}`,
      [...valuesOf(choice), namespace, after],
    );
    const ids = rows.map(({ recordId }) => recordId);
    if (ids.length > 0) yield ids;
    if (ids.length < pageSize) return;
    after = ids.at(-1) ?? null;
  }
}

/** The findings stay with the run that made them, marked as retried. */
export async function markRetried(sql: Sql, choice: RetryChoice, retriedBy: string): Promise<void> {
  await sql.run(`UPDATE "Finding" f SET "retriedBy" = $4 WHERE ${filter}`, [...valuesOf(choice), retriedBy]);
}
