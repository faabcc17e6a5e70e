import type { Held, Scalar } from "../contract";
import { type ClearanceWish, mayOverwrite } from "./wish";

/**
 * What becomes of one document. `set`: it had no value. `overwrite`: it had another, and that was allowed. `rewrite`: it holds the value, but
 * searches don't find it, so it is written again as it is. `right` and `kept` are left alone; so is `unreadable`, a list or an object.
 */
export type Decision = "set" | "overwrite" | "rewrite" | "right" | "kept" | "unreadable";

export const writes: Record<Decision, boolean> = {
  set: true,
  overwrite: true,
  rewrite: true,
  right: false,
  kept: false,
  unreadable: false,
};

/** Whether a document's value is the one that is wished for. A number in quotes is indexed as that number. */
export function isValue(held: Scalar, wanted: Scalar): boolean {
  if (held === wanted) return true;
  return typeof wanted === "number" && typeof held === "string" && held.trim() !== "" && Number(held) === wanted;
}

/**
 * Decides on what a document holds now, however it was selected: a value that somebody set meanwhile is never overwritten by accident.
 * @param selected as it was found by searching: without a value, or lacking the right one
 */
export function decide(wish: ClearanceWish, held: Held, selected: boolean): Decision {
  if (held.state === "absent") return "set";
  if (held.state === "other") return "unreadable";
  if (isValue(held.value, wish.value)) return selected ? "rewrite" : "right";
  return mayOverwrite(wish) ? "overwrite" : "kept";
}
