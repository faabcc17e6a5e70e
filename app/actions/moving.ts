"use server";

import { verbs } from "@/lib/actions/verbs/registry";
import { answer } from "./answer";

/** Asks both sides one question. A text is embedded once for each model. */
export async function searchBoth(input: unknown) {
  return answer(verbs.searchRoute, input);
}

/** What checking a route would read and cost. */
export async function priceGate(input: unknown) {
  return answer(verbs.estimateGate, input);
}

/** Begins to check a route: both sides are read, nothing is written. */
export async function beginGate(input: unknown) {
  return answer(verbs.startGate, input);
}

/** Has the application ask the other side, or says what would be written. */
export async function switchApplication(input: unknown) {
  return answer(verbs.switchRoute, input);
}

/** Keeps questions under a name. */
export async function saveQuestions(input: unknown) {
  return answer(verbs.saveQuestionSet, input);
}

/** Forgets a set of questions. */
export async function forgetQuestions(input: unknown) {
  return answer(verbs.removeQuestionSet, input);
}

/** Asks the verdict's questions again: texts among them are embedded once for each model. */
export async function askCanary(input: unknown) {
  return answer(verbs.runCanary, input);
}
