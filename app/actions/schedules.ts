"use server";

import { removeSchedule, removeScheduleInput } from "@/lib/actions/schedules/remove-schedule";
import { sendAgain, sendAgainInput } from "@/lib/actions/schedules/send-again";
import { setSchedule, setScheduleInput } from "@/lib/actions/schedules/set-schedule";
import { answer } from "./answer";

/** Mirrors namespaces by itself from now on, or changes when and how far that goes. */
export async function set(input: unknown) {
  return answer(setScheduleInput, input, (ctx, given) => setSchedule(ctx, given));
}

/** Forgets a schedule; a run that it started goes on. */
export async function remove(input: unknown) {
  return answer(removeScheduleInput, input, removeSchedule);
}

/** Tries a message to a webhook once more. */
export async function send(input: unknown) {
  return answer(sendAgainInput, input, (ctx, given) => sendAgain(ctx, given));
}
