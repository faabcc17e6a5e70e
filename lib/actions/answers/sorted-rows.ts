export type Direction = "ascending" | "descending";

/** What a list is sorted by, the most important first; `null` comes last in either direction. What is equal keeps the list's own order. */
export type SortKey<Row> = { value: (row: Row) => number | null; direction: Direction };

/** A list sorted by numbers. Each row is asked once for what it is sorted by. */
export function sortedRows<Row>(rows: readonly Row[], by: readonly SortKey<Row>[]): Row[] {
  const columns = by.map(({ value, direction }) => {
    const sign = direction === "descending" ? -1 : 1;
    const column = new Float64Array(rows.length);
    rows.forEach((row, at) => {
      const number = value(row);
      column[at] = number === null ? Number.POSITIVE_INFINITY : sign * number;
    });
    return column;
  });
  const order = new Uint32Array(rows.length).map((_, at) => at);
  order.sort((one, other) => {
    for (const column of columns) {
      const [left, right] = [column[one] ?? 0, column[other] ?? 0];
      if (left !== right) return left - right;
    }
    return one - other;
  });
  return Array.from(order, (at) => rows[at]).filter((row) => row !== undefined);
}

/** Sorts a list in each of its orders once, and keeps that as long as the list is there: turning pages sorts nothing. */
export function keepSorted<Row extends object, Order extends string>(
  sort: (rows: readonly Row[], order: Order, direction: Direction) => Row[],
): (rows: readonly Row[], order: Order, direction: Direction) => readonly Row[] {
  const kept = new WeakMap<readonly Row[], Map<string, readonly Row[]>>();
  return (rows, order, direction) => {
    const orders = kept.get(rows) ?? new Map<string, readonly Row[]>();
    kept.set(rows, orders);
    const name = `${order} ${direction}`;
    const sorted = orders.get(name) ?? sort(rows, order, direction);
    orders.set(name, sorted);
    return sorted;
  };
}

/** Answers whether a name, or one of several, has a text somewhere, in any case. The default namespace is found as `__default__`. */
export function nameFinder(search: string | undefined): (name: string, written: string) => boolean {
  if (!search) return () => true;
  const part = search.toLowerCase();
  const has = (name: string) => (name === "" ? "__default__" : name).toLowerCase().includes(part);
  return (name, written) => has(name) || (written !== name && has(written));
}
