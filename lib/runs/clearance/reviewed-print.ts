import { decodePrints } from "@/lib/documents/clearance/print";
import type { Scalar } from "@/lib/documents/contract";
import type { ClearanceRequest, ClearanceSettings } from "@/lib/shapes/documents/clearance";
import { hashedCreate, hashedUpdate } from "../compare/record-changes";

/**
 * What a plan's hash says of a document beside namespace and ID: where it is, what would be set, and what it holds. Not its version: a
 * document that changed elsewhere is still the same change.
 */
export function reviewedPrint(
  index: string,
  { field, value }: Pick<ClearanceRequest, "field" | "value">,
  held?: Scalar,
) {
  return JSON.stringify([index, field, value, ...(held === undefined ? [] : [held])]);
}

/** What a document that would be set, or overwritten, adds to its plan's hash. */
export const hashedSet = hashedCreate;
export const hashedOverwrite = (namespace: string, id: string, sourcePrint: string) =>
  hashedUpdate(namespace, { id, sourcePrint, targetPrint: "", textChanged: false });

/** The same of a chunk's documents without a value, from what is stored of them. */
export function setPrints({ indices, request }: ClearanceSettings, createPrints: string): (position: number) => string {
  const prints = decodePrints(createPrints);
  return (position) => reviewedPrint(indices[prints[position]?.index ?? -1]?.name ?? "", request);
}
