import { z } from "zod";
import { scheduleSchema } from "@/lib/shapes/schedule";
import type { Context } from "../verbs/context";
import { readSchedules } from "./schedule-view";

export const listSchedulesInput = z.strictObject({});
export const listSchedulesAnswer = z.object({ schedules: z.array(scheduleSchema) });

/** Every schedule, the next one due first. */
export async function listSchedules(ctx: Context, _input: z.infer<typeof listSchedulesInput>) {
  return { schedules: await readSchedules(ctx.database, `ORDER BY s."nextAt", s."id"`) };
}
