export type Direction = "ascending" | "descending";

/** What a list is sorted by, the most important first; `null` comes last in either direction. What is equal keeps the list's own order. */
export type SortKey<Row> = { value: (row: Row) => number | null; direction: Direction };

/** A page of a list, sorted. */
export function sortedPage<Row>(
  rows: readonly Row[],
  by: readonly SortKey<Row>[],
  { offset, limit }: { offset: number; limit: number },
): Row[] {
  // Each row is asked once for what it is sorted by: a comparison costs two reads of numbers.
  const columns = by.map(({ value, direction }) => {
    const sign = direction === "descending" ? -1 : 1;
    return Float64Array.from(rows, (row) => {
      const number = value(row);
      return number === null ? Number.POSITIVE_INFINITY : sign * number;
    });
  });
  const order = Uint32Array.from(rows, (_, at) => at);
  order.sort((one, other) => {
    for (const column of columns) {
      const [left, right] = [column[one] ?? 0, column[other] ?? 0];
      if (left !== right) return left - right;
    }
    return one - other;
  });
  return Array.from(order.subarray(offset, offset + limit), (at) => rows[at]).filter((row) => row !== undefined);
}

/** Answers whether a name, or one of several, has a text somewhere, in any case. The default namespace is found as `__default__`. */
export function nameFinder(search: string | undefined): (...names: readonly string[]) => boolean {
  if (!search) return () => true;
  const part = search.toLowerCase();
  return (...names) => names.some((name) => (name === "" ? "__default__" : name).toLowerCase().includes(part));
}
