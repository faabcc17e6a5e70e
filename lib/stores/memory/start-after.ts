import { compareBytes } from "../byte-order";

/** Where to go on after `cursor`, also when that ID was removed meanwhile. */
export function startAfter(ids: readonly string[], cursor: string, sorted: boolean): number {
  if (!sorted) return ids.indexOf(cursor) + 1;
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(ids[middle] ?? "", cursor) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
