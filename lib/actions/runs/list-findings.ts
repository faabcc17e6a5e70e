import { z } from "zod";
import { findingSchema, reasons } from "@/lib/shapes/runs/reason";
import { amount } from "../answers/columns";
import { fromCursor, toCursor } from "../answers/cursor";
import type { Context } from "../verbs/context";
import { largestInteger, limitInput } from "../verbs/parse-input";
import { findingCondition, findingFilters, readFindings } from "./finding-view";
import { readRun } from "./run-view";

export const listFindingsInput = z.strictObject({
  ...findingFilters,
  cursor: z.string().optional(),
  /** Findings to leave out before the first of the page; counted from the cursor where one is given. */
  offset: z.int().min(0).max(largestInteger).optional(),
  limit: limitInput,
});
export const listFindingsAnswer = z.object({
  findings: z.array(findingSchema),
  next: z.string().nullable(),
  /** Findings that match, over all pages. */
  matching: z.number(),
  /** On the first page: the reasons of all findings of the kind that was asked for, whatever else was. */
  reasons: z.array(z.object({ reason: z.enum(reasons), count: z.number() })).optional(),
});
const reasonCountSchema = z.object({ reason: z.enum(reasons), count: amount });

/** A run's findings in the order in which they were made. Throws an `OperatorError` (`run-not-found`). */
export async function listFindings(ctx: Context, input: z.infer<typeof listFindingsInput>) {
  const [after] = input.cursor ? fromCursor(z.tuple([z.int()]), input.cursor) : [0];
  const { text, values } = findingCondition(input);
  const { findings, last } = await readFindings(ctx.database, input, after, input);
  const [counted] = await ctx.database.rows(
    z.object({ matching: amount, more: z.boolean() }),
    `SELECT count(*)::float8 AS matching, coalesce(bool_or(f."id" > $6::bigint), false) AS more FROM "Finding" f WHERE ${text}`,
    [...values, last],
  );
  if (!counted?.matching) await readRun(ctx.database, input.id, 0);
  return {
    findings,
    next: counted?.more && findings.length > 0 ? toCursor([last]) : null,
    matching: counted?.matching ?? 0,
    ...(input.cursor || input.offset ? {} : { reasons: await countReasons(ctx, input) }),
  };
}

/** Which reasons there are and how often, the most frequent first. */
function countReasons(ctx: Context, { id, kind }: Pick<z.infer<typeof listFindingsInput>, "id" | "kind">) {
  return ctx.database.rows(
    reasonCountSchema,
    `SELECT "reason", count(*)::float8 AS count FROM "Finding" WHERE "runId" = $1 AND ($2::text IS NULL OR "kind" = $2) GROUP BY "reason" ORDER BY 2 DESC, 1`,
    [id, kind ?? null],
  );
}
