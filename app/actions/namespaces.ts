"use server";

import { refreshNamespaces, refreshNamespacesInput } from "@/lib/actions/refresh-namespaces";
import { answer } from "./answer";

/** Reads the counts of both indexes anew. */
export async function refreshCounts() {
  return answer(refreshNamespacesInput, {}, refreshNamespaces);
}
