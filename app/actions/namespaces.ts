"use server";

import { createTarget, createTargetInput } from "@/lib/actions/connections/create-target";
import { refreshNamespaces, refreshNamespacesInput } from "@/lib/actions/namespaces/refresh-namespaces";
import { answer } from "./answer";

/** Reads the counts of both indexes again. */
export async function refreshCounts(input: unknown) {
  return answer(refreshNamespacesInput, input, refreshNamespaces);
}

/** Creates the target index in the dimension that the route's vectors have. */
export async function makeTarget(input: unknown) {
  return answer(createTargetInput, input, createTarget);
}
