import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { noteSchedule } from "@/lib/runs/attention/note-schedule";
import { scheduleSchema } from "@/lib/shapes/schedules/schedule";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";
import { readSchedules } from "./schedule-view";

export const removeScheduleInput = z.strictObject({ id: idInput });
export const removeScheduleAnswer = z.object({ schedule: scheduleSchema });

/** Forgets a schedule with its history and what its webhook wasn't told yet; a run that it started goes on. Answers what it was. Throws an `OperatorError` (`schedule-not-found`). */
export async function removeSchedule(ctx: Context, input: z.infer<typeof removeScheduleInput>) {
  const [schedule] = await readSchedules(ctx.database, `WHERE s."id" = $1`, [input.id]);
  const removed = await ctx.database.run(`DELETE FROM "Schedule" WHERE "id" = $1`, [input.id]);
  await noteSchedule(ctx.database, input.id);
  if (schedule && removed === 1) return { schedule };
  throw noSchedule(input.id);
}

export function noSchedule(id: string): OperatorError {
  return new OperatorError({
    kind: "not-found",
    code: "schedule-not-found",
    what: `There is no schedule ${JSON.stringify(id)}.`,
    notLost: "Nothing was changed.",
    next: "See all schedules with `portage schedule list`.",
  });
}
