import type { PlanCounts } from "@/lib/shapes/plans/plan";
import type { Overview, ValueCount } from "../contract";
import { isValue } from "./decide";
import { type ClearanceRequest, mayOverwrite } from "./request";

/** What a plan says. `overwritten` and `kept` are the documents with another value: one of the two is 0. */
export type ClearanceSummary = {
  total: number;
  set: number;
  right: number;
  overwritten: number;
  kept: number;
  /** The other values, most frequent first; `null`: the mapping doesn't allow to count them. */
  otherValues: ValueCount[] | null;
  /** Documents with values that the list above leaves out. */
  beyondList: number;
};

/**
 * Sums up what a request would change.
 * @param overview of the documents in scope
 * @param right documents that have the value already, counted by searching
 */
export function summarise(request: ClearanceRequest, overview: Overview, right: number): ClearanceSummary {
  const other = Math.max(0, overview.with - right);
  const overwritten = mayOverwrite(request) ? other : 0;
  return {
    total: overview.total,
    set: overview.without,
    right,
    overwritten,
    kept: other - overwritten,
    otherValues: overview.values?.filter(({ value }) => !isValue(value, request.value)) ?? null,
    beyondList: overview.otherValues,
  };
}

/** The same in the counts that every plan has: what is set is created, what is overwritten is updated. */
export function toPlanCounts({ total, set, right, overwritten, kept }: ClearanceSummary): PlanCounts {
  return { total, create: set, update: overwritten, unchanged: right + kept, orphan: 0, problem: 0 };
}

const number = (value: number) => value.toLocaleString("en-US");

/** What would be overwritten, or is spared, in one sentence; `null` when no document has another value. */
export function otherValuesInWords(summary: ClearanceSummary): string | null {
  const count = summary.overwritten + summary.kept;
  if (count === 0) return null;
  const each = (summary.otherValues ?? []).map((other) => `${JSON.stringify(other.value)} in ${number(other.count)}`);
  const which = each.length === 0 ? "" : `: ${each.join(", ")}${summary.beyondList > 0 ? ", and more" : ""}`;
  const documents = count === 1 ? "1 document has another value" : `${number(count)} documents have another value`;
  return summary.overwritten > 0
    ? `${documents} and would be overwritten${which}.`
    : `${documents} and would be kept${which}.`;
}
