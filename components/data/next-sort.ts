export type Sorting<Name extends string> = { sort: Name; direction: "ascending" | "descending" };

/** Sorting by a heading: names begin at A, counts at the largest; a second time turns it round. */
export function nextSort<Name extends string>(before: Sorting<Name>, sort: Name): Sorting<Name> {
  if (before.sort === sort) return { sort, direction: before.direction === "ascending" ? "descending" : "ascending" };
  return { sort, direction: sort === "name" ? "ascending" : "descending" };
}
