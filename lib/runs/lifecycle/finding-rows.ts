import type { Sql } from "@/lib/db/contract";
import type { FindingKind, Reason } from "@/lib/shapes/runs/reason";
import { storable } from "./storable";

/** `index`: of a document. */
export type NewFinding = { kind: FindingKind; reason: Reason; detail: string; index?: string };

/** A finding that is there already counts another attempt. */
export const findingsConflict = `ON CONFLICT ("runId", "namespace", "index", "recordId", "reason")
  DO UPDATE SET "attempts" = "Finding"."attempts" + 1, "detail" = EXCLUDED."detail", "kind" = EXCLUDED."kind", "at" = clock_timestamp()`;

/** Findings as the lists that statements take, a list a column. */
export function columnsOf(findings: readonly (NewFinding & { id: string })[]): string[][] {
  return [
    findings.map((finding) => finding.id),
    findings.map((finding) => finding.kind),
    findings.map((finding) => finding.reason),
    findings.map((finding) => storable(finding.detail)),
    findings.map((finding) => finding.index ?? ""),
  ];
}

/** Adds findings, or counts another attempt where the same one is known. */
export async function insertFindings(
  sql: Sql,
  of: { runId: string; namespace: string },
  findings: readonly (NewFinding & { id: string })[],
): Promise<void> {
  if (findings.length === 0) return;
  await sql.run(
    `INSERT INTO "Finding" ("runId", "namespace", "index", "recordId", "kind", "reason", "detail")
     SELECT DISTINCT ON (f.index, f.id, f.reason) $1, $2, f.index, f.id, f.kind, f.reason, f.detail
       FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) AS f(id, kind, reason, detail, index)
     ${findingsConflict}`,
    [of.runId, of.namespace, ...columnsOf(findings)],
  );
}
