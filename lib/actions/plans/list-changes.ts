import { z } from "zod";
import { changeSchema } from "@/lib/shapes/plans/change";
import { fromCursor, toCursor } from "../answers/cursor";
import type { Context } from "../verbs/context";
import { limitInput } from "../verbs/parse-input";
import { changeFilters, quickInput } from "./change-input";
import { answerBy, pageCursorSchema, readChangePage, shortened } from "./change-view";
import { readPlan } from "./plan-view";

export const listChangesInput = z.strictObject({
  ...changeFilters,
  /** Where the page before this one ended. */
  cursor: z.string().optional(),
  /** Or any place: how many of those that match come before the page. */
  offset: z.int().min(0).max(1_000_000_000).optional(),
  limit: limitInput,
  quick: quickInput,
});
export const listChangesAnswer = z.object({
  changes: z.array(changeSchema),
  /** How many of those that match come before this page. */
  offset: z.number(),
  next: z.string().nullable(),
  /** Changes that match, over all pages. */
  matching: z.number(),
  /** False in a quick answer: more may match, ask again. */
  exact: z.boolean(),
});

/**
 * A page of a plan's changes: creates, updates, problems, orphans, each by namespace and ID; from anywhere in the list as quickly as
 * from its beginning. Long values are shortened; one change and the export have them whole. Throws an `OperatorError`
 * (`plan-not-found`, `invalid-cursor`).
 */
export async function listChanges(ctx: Context, input: z.infer<typeof listChangesInput>) {
  const { cursor, offset, limit, quick, ...filters } = input;
  const from = cursor === undefined ? (offset ?? null) : fromCursor(pageCursorSchema, cursor);
  const page = await readChangePage(ctx.database, filters, from, { limit, until: answerBy(quick) });
  if (page.changes.length === 0) await readPlan(ctx.database, input.id);
  return {
    changes: page.changes.map(shortened),
    offset: page.offset,
    next: page.next === null ? null : toCursor([page.next[0], page.next[1]]),
    matching: page.matching,
    exact: page.exact,
  };
}
