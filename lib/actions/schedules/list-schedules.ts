import { z } from "zod";
import { scheduleSchema } from "@/lib/shapes/schedules/schedule";
import { ofRouteInput } from "../runs/run-input";
import type { Context } from "../verbs/context";
import { readSchedules } from "./schedule-view";

export const listSchedulesInput = z.strictObject(ofRouteInput);
export const listSchedulesAnswer = z.object({ schedules: z.array(scheduleSchema) });

/** The schedules of a route, or of all, the next one due first. */
export async function listSchedules(ctx: Context, input: z.infer<typeof listSchedulesInput>) {
  return {
    schedules: await readSchedules(
      ctx.database,
      `WHERE $1::text IS NULL OR s."route" = $1::text ORDER BY s."nextAt", s."id"`,
      [input.route ?? null],
    ),
  };
}
