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

/** What a list is asked for: in which order, and which part of it. */
type Choice<Order extends string, Part extends string> = { sort: Order; direction: Direction; part: Part };

/** Sorts and filters a list once for each choice, and keeps that as long as the list is there: turning pages goes over nothing again. */
export function keepChoices<Row extends object, Order extends string, Part extends string>(
  sort: (rows: readonly Row[], order: Order, direction: Direction) => Row[],
  isIn: (row: Row, part: Part) => boolean,
): (rows: readonly Row[], choice: Choice<Order, Part>) => readonly Row[] {
  const kept = new WeakMap<readonly Row[], Map<string, readonly Row[]>>();
  return (rows, { sort: order, direction, part }) => {
    const lists = kept.get(rows) ?? new Map<string, readonly Row[]>();
    kept.set(rows, lists);
    const [whole, name] = [`${order} ${direction}`, `${order} ${direction} ${part}`];
    const sorted = lists.get(whole) ?? sort(rows, order, direction);
    const list = lists.get(name) ?? sorted.filter((row) => isIn(row, part));
    lists.set(whole, sorted).set(name, list);
    return list;
  };
}

/** The rows of which a name has a text somewhere, in any case. The default namespace is found as `__default__`. */
export function findNames<Row>(
  rows: readonly Row[],
  search: string | undefined,
  namesOf: (row: Row) => { name: string; written: string },
): readonly Row[] {
  if (!search) return rows;
  const part = search.toLowerCase();
  const has = (name: string) => (name === "" ? "__default__" : name).toLowerCase().includes(part);
  return rows.filter((row) => {
    const { name, written } = namesOf(row);
    return has(name) || (written !== name && has(written));
  });
}
