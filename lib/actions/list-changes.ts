import { z } from "zod";
import { changeSchema } from "@/lib/shapes/change";
import { changeFilters } from "./change-input";
import { countMatching, pageCursorSchema, readChangePage, shortened } from "./change-view";
import type { Context } from "./context";
import { fromCursor, toCursor } from "./cursor";
import { limitInput } from "./parse-input";
import { readPlan } from "./plan-view";

export const listChangesInput = z.strictObject({ ...changeFilters, cursor: z.string().optional(), limit: limitInput });
export const listChangesAnswer = z.object({
  changes: z.array(changeSchema),
  /** A page may be short and still have a next one: a filter that finds little is answered in several. */
  next: z.string().nullable(),
  /** Changes that match, over all pages; `null` where that can't be told without looking at all of them. */
  matching: z.number().nullable(),
});

/**
 * A page of a plan's changes: creates, updates, problems, orphans, each by namespace and ID. Long values are shortened; one change
 * and the export have them whole. Throws an `OperatorError` (`plan-not-found`).
 */
export async function listChanges(ctx: Context, input: z.infer<typeof listChangesInput>) {
  const { cursor, limit, ...filters } = input;
  const after = cursor === undefined ? null : fromCursor(pageCursorSchema, cursor);
  const page = await readChangePage(ctx.database, filters, after, limit);
  if (page.changes.length === 0) await readPlan(ctx.database, input.id);
  return {
    changes: page.changes.map(shortened),
    next: page.next === null ? null : toCursor([page.next[0], page.next[1]]),
    matching: await countMatching(ctx.database, filters),
  };
}
