"use server";

import { createTarget, createTargetInput } from "@/lib/actions/connections/create-target";
import { refreshNamespaces, refreshNamespacesInput } from "@/lib/actions/namespaces/refresh-namespaces";
import { answer } from "./answer";

/** Reads the counts of both indexes again. */
export async function refreshCounts() {
  return answer(refreshNamespacesInput, {}, refreshNamespaces);
}

/** Creates the target index in the embedder's dimension. */
export async function makeTarget() {
  return answer(createTargetInput, {}, createTarget);
}
