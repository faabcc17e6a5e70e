import { type ClearanceRequest, clearanceRequestSchema } from "@/lib/shapes/documents/clearance";
import type { Selection } from "../contract";

export { type ClearanceRequest, clearanceRequestSchema };

export const mayOverwrite = ({ documents, overwrite }: ClearanceRequest) => documents === "every" && overwrite;

/**
 * The documents that a request is about: all in scope, those that have no value, the right one or another, and `work`, those that a run has
 * to look at. What is done falls out of `work`, so asking for it again is how a run goes on where it stopped.
 */
export function selectionsOf(
  request: ClearanceRequest,
): Record<"scope" | "missing" | "right" | "other" | "work", Selection> {
  const { field, namespaceField, namespaces, value } = request;
  const select = (where: Selection["where"]): Selection => ({ field, namespaceField, namespaces, where });
  return {
    scope: select("any"),
    missing: select("missing"),
    right: select({ is: value }),
    other: select({ isNot: value }),
    work: select(mayOverwrite(request) ? { lacks: value } : "missing"),
  };
}
