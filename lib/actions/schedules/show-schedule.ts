import { z } from "zod";
import type { ScheduledRun as ScheduledRunRow } from "@/generated/prisma/client";
import { deliverySchema } from "@/lib/shapes/schedules/delivery";
import {
  type ScheduledRun,
  scheduledRunSchema,
  scheduleOutcomes,
  scheduleSchema,
} from "@/lib/shapes/schedules/schedule";
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
  scheduledRuns: z.array(scheduledRunSchema),
  next: z.string().nullable(),
  /** The newest messages to the webhook. */
  deliveries: z.array(deliverySchema),
});

const deliveriesShown = 50;

function toScheduledRun(row: ScheduledRunRow): ScheduledRun {
  const { id: _id, scheduleId: _of, creates, updates, unchanged, orphans, problems, outcome, ...rest } = row;
  const total = creates + updates + unchanged + orphans + problems;
  return {
    ...rest,
    outcome: z.enum(scheduleOutcomes).parse(outcome),
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt.toISOString(),
    counts: { total, create: creates, update: updates, unchanged, orphan: orphans, problem: problems },
  };
}

/** A schedule with how it went each time, and what its webhook was told. Throws an `OperatorError` (`schedule-not-found`). */
export async function showSchedule(ctx: Context, input: z.infer<typeof showScheduleInput>) {
  const [schedule] = await readSchedules(ctx.database, `WHERE s."id" = $1`, [input.id]);
  if (!schedule) throw noSchedule(input.id);
  const before = input.cursor ? fromCursor(z.tuple([z.string().regex(/^\d{1,18}$/)]), input.cursor)[0] : null;
  const rows = await ctx.database.prisma.scheduledRun.findMany({
    where: { scheduleId: input.id, ...(before !== null && { id: { lt: BigInt(before) } }) },
    orderBy: { id: "desc" },
    take: input.limit + 1,
  });
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  const deliveries = await ctx.database.rows(
    deliveryRow,
    `SELECT ${deliveryColumns} FROM "Delivery" d WHERE d."scheduleId" = $1 ORDER BY d."createdAt" DESC, d."id" DESC LIMIT ${deliveriesShown}`,
    [input.id],
  );
  return {
    schedule,
    scheduledRuns: page.map(toScheduledRun),
    next: rows.length > page.length && last ? toCursor([last.id.toString()]) : null,
    deliveries: deliveries.map(toDelivery),
  };
}
