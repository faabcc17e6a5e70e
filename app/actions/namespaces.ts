"use server";

import { verbs } from "@/lib/actions/verbs/registry";
import { answer } from "./answer";

/** Reads the counts of both indexes again. */
export async function refreshCounts(input: unknown) {
  return answer(verbs.refreshNamespaces, input);
}

/** Creates the target index in the dimension that the route's vectors have. */
export async function makeTarget(input: unknown) {
  return answer(verbs.createTarget, input);
}
