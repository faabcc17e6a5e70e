import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { problemSchema, type SegmentView, segmentStates, verdictSchema } from "@/lib/shapes/runs/run";
import { amount, anywhere, json } from "../answers/columns";
import { lost, worked } from "./counters";

const segmentRow = z.object({
  namespace: z.string(),
  state: z.enum(segmentStates),
  listed: z.boolean(),
  expected: amount.nullable(),
  total: amount,
  ...worked,
  ...lost,
  verdict: json(verdictSchema.nullable()),
  error: json(problemSchema.nullable()),
});

function toSegment(row: z.infer<typeof segmentRow>): SegmentView {
  return {
    namespace: row.namespace,
    state: row.state,
    total: row.listed ? row.total : null,
    expected: row.expected,
    outcome: {
      written: row.written,
      unchanged: row.unchanged,
      skipped: row.skipped,
      failed: row.failed,
      drifted: row.drifted,
    },
    embedded: { texts: row.texts, tokens: row.tokens, usd: row.usd },
    unwritten: { texts: row.lostTexts, tokens: row.lostTokens, usd: row.lostUsd },
    verdict: row.verdict,
    error: row.error,
  };
}

type Selection = { runId: string; search?: string | undefined; offset: number; limit: number };

/** A page of a run's segments in their order, and how many match over all pages. */
export async function readSegments(sql: Sql, selection: Selection) {
  const pattern = selection.search ? anywhere(selection.search) : null;
  const matches = `"runId" = $1 AND ($2::text IS NULL OR "namespace" ILIKE $2::text)`;
  const rows = await sql.rows(
    segmentRow,
    `SELECT "namespace", "state", "listed", "expected", "total", "written", "unchanged", "skipped", "failed", "drifted",
       "texts", "tokens"::float8 AS tokens, "usd", "lostTexts", "lostTokens"::float8 AS "lostTokens", "lostUsd", "verdict", "error"
     FROM "Segment" WHERE ${matches} ORDER BY "position", "namespace" COLLATE "C" OFFSET $3::int LIMIT $4::int`,
    [selection.runId, pattern, selection.offset, selection.limit],
  );
  const [counted] = await sql.rows(
    z.object({ total: amount }),
    `SELECT count(*)::float8 AS total FROM "Segment" WHERE ${matches}`,
    [selection.runId, pattern],
  );
  return { segments: rows.map(toSegment), total: counted?.total ?? 0 };
}
