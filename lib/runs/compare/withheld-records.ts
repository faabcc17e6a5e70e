import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import type { PlanWarning } from "@/lib/shapes/plans/plan";
import { withheldCode } from "@/lib/shapes/plans/plan-gaps";

const rowSchema = z.object({ side: z.enum(["source", "target"]), why: z.string() });

/** What a side of a plan may hold that neither its listing nor its count tells of; `null` where nothing speaks for it. */
export async function withheldRecords(sql: Sql, runId: string): Promise<PlanWarning | null> {
  const rows = await sql.rows(
    rowSchema,
    `SELECT DISTINCT sides."side", s."listings" -> sides."side" ->> 'withheld' AS "why" FROM "Segment" s, unnest(ARRAY['source', 'target']) AS sides("side")
      WHERE s."runId" = $1 AND s."listings" -> sides."side" ->> 'withheld' IS NOT NULL ORDER BY 1, 2`,
    [runId],
  );
  if (rows.length === 0) return null;
  const words = rows.map(({ side, why }) => `Of the ${side} only what it shows is known: ${why}.`).join(" ");
  return {
    code: withheldCode,
    words: `${words} What it doesn't show is in no count and no change of this plan.`,
  };
}
