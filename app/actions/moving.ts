"use server";

import { verbs } from "@/lib/actions/verbs/registry";
import { answer } from "./answer";

/** Asks both sides one question. A text is embedded once for each model. */
export async function searchBoth(input: unknown) {
  return answer(verbs.searchRoute, input);
}

/** Begins to judge a route: both sides are read, nothing is written. */
export async function beginGate(input: unknown) {
  return answer(verbs.startGate, input);
}

/** Has the application ask the other side, or says what would be written. */
export async function switchApplication(input: unknown) {
  return answer(verbs.switchRoute, input);
}
