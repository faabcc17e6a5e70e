import type { Sql } from "@/lib/db/contract";
import type { AuditEntry } from "@/lib/shapes/team/audit";
import { entryRow } from "./entry-rows";

/** Which entries are meant; what is left out doesn't matter. */
export type AuditFilters = {
  who?: string | undefined;
  act?: string | undefined;
  subject?: string | undefined;
  outcome?: AuditEntry["outcome"] | undefined;
  from?: string | undefined;
  until?: string | undefined;
};

/** Over the values of {@link filterValues}, `$1` to `$6`. */
export const filterCondition = `($1::text IS NULL OR strpos(lower("who"), lower($1::text)) > 0) AND ($2::text IS NULL OR "act" = $2::text) AND ($3::text IS NULL OR "subject" = $3::text)
  AND ($4::text IS NULL OR "outcome" = $4::text) AND ($5::timestamptz IS NULL OR "at" >= $5::timestamptz) AND ($6::timestamptz IS NULL OR "at" < $6::timestamptz)`;

export const filterValues = ({ who, act, subject, outcome, from, until }: AuditFilters) => [
  who ?? null,
  act ?? null,
  subject ?? null,
  outcome ?? null,
  from ?? null,
  until ?? null,
];

const pageRows = 1000;

/** Entries, oldest first and whole, a page at a time. */
export async function* auditRows(sql: Sql, filters: AuditFilters) {
  for (let after = 0; ; ) {
    const rows = await sql.rows(
      entryRow,
      `SELECT * FROM "Audit" WHERE ${filterCondition} AND "number" > $7::bigint ORDER BY "number" LIMIT ${pageRows}`,
      [...filterValues(filters), after],
    );
    yield* rows;
    const last = rows.at(-1);
    if (rows.length < pageRows || !last) return;
    after = last.number;
  }
}
