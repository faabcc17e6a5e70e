"use server";

import { verbs } from "@/lib/actions/verbs/registry";
import { answer } from "./answer";

/** Takes an item out of the inbox; who did, and when, is kept. */
export async function acknowledge(input: unknown) {
  return answer(verbs.acknowledgeAttention, input);
}

/** The same for everything that is open of one cause. */
export async function acknowledgeAll(input: unknown) {
  return answer(verbs.acknowledgeCause, input);
}
