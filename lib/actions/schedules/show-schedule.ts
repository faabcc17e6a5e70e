import { z } from "zod";
import { deliverySchema } from "@/lib/shapes/schedules/delivery";
import { scheduleOutcomes, scheduleSchema, type Turn, turnSchema } from "@/lib/shapes/schedules/schedule";
import { instant } from "../answers/columns";
import { fromCursor, toCursor } from "../answers/cursor";
import type { Context } from "../verbs/context";
import { idInput, limitInput } from "../verbs/parse-input";
import { deliveryColumns, deliveryRow, toDelivery } from "./delivery-view";
import { noSchedule } from "./remove-schedule";
import { readSchedules } from "./schedule-view";

export const showScheduleInput = z.strictObject({ id: idInput, cursor: z.string().optional(), limit: limitInput });
export const showScheduleAnswer = z.object({
  schedule: scheduleSchema,
  /** Newest first; `next` is the cursor of older ones. */
  turns: z.array(turnSchema),
  next: z.string().nullable(),
  /** The newest messages to the webhook. */
  deliveries: z.array(deliverySchema),
});

const deliveriesShown = 50;

const turnRow = z.object({
  id: z.coerce.string(),
  startedAt: instant,
  endedAt: instant,
  outcome: z.enum(scheduleOutcomes),
  words: z.string(),
  planId: z.string().nullable(),
  runId: z.string().nullable(),
  creates: z.number(),
  updates: z.number(),
  unchanged: z.number(),
  orphans: z.number(),
  problems: z.number(),
  usd: z.number(),
});

function toTurn({ id: _id, creates, updates, unchanged, orphans, problems, ...rest }: z.infer<typeof turnRow>): Turn {
  const total = creates + updates + unchanged + orphans + problems;
  const counts = { total, create: creates, update: updates, unchanged, orphan: orphans, problem: problems };
  return { ...rest, counts };
}

/** A schedule with how it went each time, and what its webhook was told. Throws an `OperatorError` (`schedule-not-found`). */
export async function showSchedule(ctx: Context, input: z.infer<typeof showScheduleInput>) {
  const [schedule] = await readSchedules(ctx.database, `WHERE s."id" = $1`, [input.id]);
  if (!schedule) throw noSchedule(input.id);
  const before = input.cursor ? fromCursor(z.tuple([z.string().regex(/^\d{1,18}$/)]), input.cursor)[0] : null;
  const rows = await ctx.database.rows(
    turnRow,
    `SELECT * FROM "Turn" WHERE "scheduleId" = $1 AND ($2::bigint IS NULL OR "id" < $2::bigint) ORDER BY "id" DESC LIMIT $3::int`,
    [input.id, before, input.limit + 1],
  );
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  const deliveries = await ctx.database.rows(
    deliveryRow,
    `SELECT ${deliveryColumns} FROM "Delivery" d WHERE d."scheduleId" = $1 ORDER BY d."createdAt" DESC, d."id" DESC LIMIT ${deliveriesShown}`,
    [input.id],
  );
  return {
    schedule,
    turns: page.map(toTurn),
    next: rows.length > page.length && last ? toCursor([last.id]) : null,
    deliveries: deliveries.map(toDelivery),
  };
}
