import { isValue } from "@/lib/documents/clearance/decide";
import type { Overview, Scalar, ValueCount } from "@/lib/documents/contract";
import type { ClearanceSummaryView } from "@/lib/shapes/documents/clearance";

/** Different values that are counted one by one while a plan is made: a level has a handful, a mistaken field may have millions. */
const mostCounted = 1000;
/** Different values that a summary names. */
const mostNamed = 100;

/** Counts which other values documents hold. */
export class ValueTally {
  private readonly counts = new Map<string, ValueCount>();
  private beyond = 0;

  add(value: Scalar, count = 1): void {
    const name = JSON.stringify(value);
    const known = this.counts.get(name);
    if (known) known.count += count;
    else if (this.counts.size < mostCounted) this.counts.set(name, { value, count });
    else this.beyond += count;
  }

  /** Documents whose value isn't known one by one. */
  addBeyond(count: number): void {
    this.beyond += count;
  }

  /** The most frequent first. */
  list(): Pick<ClearanceSummaryView, "otherValues" | "beyondList"> {
    const all = [...this.counts.values()].sort((one, other) => other.count - one.count);
    const rest = all.slice(mostNamed).reduce((sum, { count }) => sum + count, 0);
    return { otherValues: all.slice(0, mostNamed), beyondList: this.beyond + rest };
  }
}

/** What a scan has seen. */
export type Seen = { set: number; right: number; overwritten: number; kept: number; unreadable: number };

/**
 * What a plan found. Where only documents without a value were scanned, those with one are known by searching: `counted` are all
 * in scope, `right` those of them that searches find with the wanted value.
 */
export function summaryOf(
  seen: Seen,
  values: ValueTally,
  unwalked: { counted: Overview; right: number; wanted: Scalar } | null,
): ClearanceSummaryView {
  const sum = { ...seen };
  if (unwalked !== null) {
    const { counted, right, wanted } = unwalked;
    const kept = Math.max(0, counted.with - right);
    sum.right += right;
    sum.kept += kept;
    const others = (counted.values ?? []).filter(({ value }) => !isValue(value, wanted));
    for (const { value, count } of others) values.add(value, count);
    if (counted.values === null) values.addBeyond(kept);
    else values.addBeyond(counted.otherValues);
  }
  const total = sum.set + sum.right + sum.overwritten + sum.kept + sum.unreadable;
  return { total, ...sum, ...values.list() };
}
