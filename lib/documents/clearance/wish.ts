import { type ClearanceWish, clearanceWishSchema } from "@/lib/shapes/clearance";
import type { Selection } from "../contract";

export { type ClearanceWish, clearanceWishSchema };

export const mayOverwrite = ({ documents, overwrite }: ClearanceWish) => documents === "every" && overwrite;

/**
 * The documents that a wish is about: all in scope, those that have no value, the right one or another, and `work`, those that a run has
 * to look at. What is done falls out of `work`, so asking for it again is how a run goes on where it stopped.
 */
export function selectionsOf(wish: ClearanceWish): Record<"scope" | "missing" | "right" | "other" | "work", Selection> {
  const { field, namespaceField, namespaces, value } = wish;
  const select = (where: Selection["where"]): Selection => ({ field, namespaceField, namespaces, where });
  return {
    scope: select("any"),
    missing: select("missing"),
    right: select({ is: value }),
    other: select({ isNot: value }),
    work: select(mayOverwrite(wish) ? { lacks: value } : "missing"),
  };
}
