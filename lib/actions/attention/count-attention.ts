import { z } from "zod";
import { type AttentionCounts, attentionCauses } from "@/lib/shapes/attention";
import { amount, instant } from "../answers/columns";
import type { Context } from "../verbs/context";

export const countAttentionInput = z.strictObject({});

export const causeRow = z.object({ cause: z.enum(attentionCauses), open: z.number(), records: amount, since: instant });

export const countStatement = `
  SELECT a."cause", count(*)::int AS "open", coalesce(sum(a."records"), 0)::float8 AS "records", min(a."since") AS "since"
    FROM "Attention" a WHERE a."solvedAt" IS NULL AND a."acknowledgedAt" IS NULL GROUP BY a."cause"`;

/** How much is open, by cause: one statement over what is open, which the sidebar asks every some seconds. */
export async function countAttention(
  ctx: Context,
  _input: z.infer<typeof countAttentionInput>,
): Promise<AttentionCounts> {
  return toCounts(await ctx.database.rows(causeRow, countStatement, []));
}

export function toCounts(rows: readonly z.infer<typeof causeRow>[]): AttentionCounts {
  const causes = attentionCauses.flatMap((cause) => rows.filter((row) => row.cause === cause));
  return { open: causes.reduce((sum, { open }) => sum + open, 0), causes };
}
