"use server";

import { verbs } from "@/lib/actions/verbs/registry";
import { answer } from "./answer";

/** Mirrors namespaces by itself from now on, or changes when and how far that goes. */
export async function set(input: unknown) {
  return answer(verbs.setSchedule, input);
}

/** Forgets a schedule; a run that it started goes on. */
export async function remove(input: unknown) {
  return answer(verbs.removeSchedule, input);
}

/** Tries a message to a webhook once more. */
export async function send(input: unknown) {
  return answer(verbs.sendAgain, input);
}
