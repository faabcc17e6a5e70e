import { z } from "zod";
import { runEventSchema } from "@/lib/shapes/runs/run";
import { anywhere } from "../answers/columns";
import { fromCursor, toCursor } from "../answers/cursor";
import type { Context } from "../verbs/context";
import { idInput, limitInput } from "../verbs/parse-input";
import { eventLevels, readEvents } from "./event-view";

export const logFilters = {
  id: idInput,
  /** This level and those more severe. */
  level: z.enum(eventLevels).optional(),
  /** Part of a message, a code or a namespace's name. */
  search: z.string().max(512).optional(),
};
export const listLogInput = z.strictObject({ ...logFilters, cursor: z.string().optional(), limit: limitInput });
export const listLogAnswer = z.object({ events: z.array(runEventSchema), next: z.string().nullable() });

type Filters = { id: string; level?: (typeof eventLevels)[number] | undefined; search?: string | undefined };

/** The condition over `"Event" e` that the filters stand for, with its values `$1` to `$3`. */
export function logCondition(filters: Filters): { text: string; values: unknown[] } {
  const levels = filters.level ? eventLevels.slice(eventLevels.indexOf(filters.level)) : null;
  return {
    text: `e."runId" = $1 AND ($2::text[] IS NULL OR e."level" = ANY($2::text[]))
      AND ($3::text IS NULL OR e."message" ILIKE $3::text OR e."code" ILIKE $3::text OR e."namespace" ILIKE $3::text)`,
    values: [filters.id, levels, filters.search ? anywhere(filters.search) : null],
  };
}

/** A run's log, newest line first. `next` is the cursor of the page before it in time, `null` on the last. */
export async function listLog(ctx: Context, input: z.infer<typeof listLogInput>) {
  const [before] = input.cursor ? fromCursor(z.tuple([z.int()]), input.cursor) : [null];
  const { text, values } = logCondition(input);
  const events = await readEvents(
    ctx.database,
    `WHERE ${text} AND ($4::bigint IS NULL OR e."id" < $4::bigint) ORDER BY e."id" DESC LIMIT $5::int`,
    [...values, before, input.limit + 1],
  );
  const page = events.slice(0, input.limit);
  const last = page.at(-1);
  return { events: page, next: events.length > page.length && last ? toCursor([last.id]) : null };
}
