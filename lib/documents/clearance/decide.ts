import type { Held, Scalar } from "../contract";
import { type ClearanceRequest, mayOverwrite } from "./request";

/**
 * What becomes of one document. `set`: it had no value. `overwrite`: it had another, and that was allowed. `rewrite`: it holds the value, but
 * searches don't find it, so it is written again as it is. `right` and `kept` are left alone; so are `unreadable`, a list or an object,
 * and `unindexed`: it holds another value that searches don't find, so whoever filters by level takes it for one without.
 */
export type Decision = "set" | "overwrite" | "rewrite" | "right" | "kept" | "unreadable" | "unindexed";

export const writes: Record<Decision, boolean> = {
  set: true,
  overwrite: true,
  rewrite: true,
  right: false,
  kept: false,
  unreadable: false,
  unindexed: false,
};

/** Whether a document's value is the one that is wanted for. A number in quotes is indexed as that number. */
export function isValue(held: Scalar, wanted: Scalar): boolean {
  if (held === wanted) return true;
  return typeof wanted === "number" && typeof held === "string" && held.trim() !== "" && Number(held) === wanted;
}

/**
 * Decides on what a document holds now, however it was selected: a value that somebody set meanwhile is never overwritten by accident.
 * @param found whether searches find a value of the document
 */
export function decide(request: ClearanceRequest, held: Held, found: boolean): Decision {
  if (held.state === "absent") return "set";
  if (held.state === "other") return "unreadable";
  if (isValue(held.value, request.value)) return found ? "right" : "rewrite";
  if (mayOverwrite(request) || (request.unindexed && !found)) return "overwrite";
  return found ? "kept" : "unindexed";
}

/** What a document holds that searches don't find, for whoever reads of it. */
export const unindexedWords = (field: string, value: Scalar) =>
  `${field} holds ${JSON.stringify(value)}, which isn't indexed: searches take the document for one without a value.`;
