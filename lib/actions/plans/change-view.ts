import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { kindsFor } from "@/lib/runs/review/change-filter";
import { changeCursorSchema, countChanges, findChanges } from "@/lib/runs/review/change-pages";
import { readChanges } from "@/lib/runs/review/read-changes";
import { type Change, type ChangeKind, changeKinds, type DifferenceView } from "@/lib/shapes/plans/change";
import { valueWords } from "@/lib/shapes/plans/value-words";
import type { ChangeFilters } from "./change-input";

/** Where a list of changes of several kinds stands. */
export const pageCursorSchema = z.tuple([z.enum(changeKinds), changeCursorSchema.nullable()]);
export type PageCursor = z.infer<typeof pageCursorSchema>;

/** The kinds that the filters leave, in the order in which lists have them. */
export function kindsMeant({ kind, ...filters }: ChangeFilters): ChangeKind[] {
  return kindsFor(filters).filter((possible) => kind === undefined || kind === possible);
}

/** Milliseconds after which a quick answer tells what a search has found so far. */
const quickMs = 25;

/** When an answer that is asked for now is to be given; `null`: when it is complete. */
export const answerBy = (quick: boolean | undefined) => (quick ? performance.now() + quickMs : null);

/** A page of changes. `offset`: which of all that match is the first here; `exact`: whether more may match than were found so far. */
export type ChangesPage = {
  changes: Change[];
  offset: number;
  matching: number;
  exact: boolean;
  next: PageCursor | null;
};

/**
 * A page of changes, one kind after the other: after a cursor, or from any of those that match on, however far down it is.
 * @param until see `selectionOf`
 */
export async function readChangePage(
  sql: Sql,
  filters: ChangeFilters,
  from: PageCursor | number | null,
  { limit, until }: { limit: number; until: number | null },
): Promise<ChangesPage> {
  const kinds = kindsMeant(filters);
  const page: ChangesPage = {
    changes: [],
    offset: typeof from === "number" ? from : 0,
    matching: 0,
    exact: true,
    next: null,
  };
  const passed = Array.isArray(from) ? kinds.indexOf(from[0]) : -1;
  for (const [at, kind] of kinds.entries()) {
    const filter = { ...filters, planId: filters.id, kind };
    const room = limit - page.changes.length;
    const start =
      typeof from === "number" ? Math.max(0, from - page.matching) : at === passed ? (from?.[1] ?? null) : 0;
    if (at < passed || room === 0) {
      const { total, exact } = await countChanges(sql, filter, until);
      if (room === 0 && page.next === null && (total > 0 || !exact)) page.next = [kind, null];
      page.matching += total;
      page.exact = exact;
      if (!exact) break;
      continue;
    }
    const found = await findChanges(sql, filter, start, { limit: room, until });
    if (at === passed) page.offset = page.matching + found.start;
    page.changes.push(...(await readChanges(sql, filters.id, kind, found.positions)));
    page.matching += found.total;
    if (found.next !== null) page.next = [kind, found.next];
    page.exact = found.exact;
    // What comes after these isn't at its place before all of these are found.
    if (!found.exact) break;
  }
  return page;
}

/** Characters of a value that a list shows. */
const shownLength = 300;
const shownItems = 20;
const shownDifferences = 20;

/** The change as a list shows it: long values and very many keys shortened, so that a page stays small whatever it holds. */
export function shortened(change: Change): Change {
  if (!change.differences) return change;
  const differences = change.differences.slice(0, shownDifferences).map(shortenedDifference);
  const cut = differences.length < change.differences.length;
  return { ...change, differences, ...(cut ? { differing: change.differences.length } : {}) };
}

type Value = NonNullable<DifferenceView["source"]>;
const isLong = (value: Value | null) => valueWords(value).length > shownLength;
const cutShort = (value: Value | null) => valueWords(value).slice(0, shownLength);

function shortenedDifference(difference: DifferenceView): DifferenceView {
  const short = { ...difference };
  let cut = false;
  for (const side of ["source", "target"] as const) {
    const value = difference[side];
    if (typeof value === "string" && value.length > shownLength) {
      short[side] = value.slice(0, shownLength);
      cut = true;
    } else if (Array.isArray(value) && (value.length > shownItems || value.some(isLong))) {
      short[side] = value.slice(0, shownItems).map((item) => (isLong(item) ? cutShort(item) : item));
      cut = true;
    } else if (typeof value === "object" && value !== null && isLong(value)) {
      short[side] = cutShort(value);
      cut = true;
    }
  }
  return cut ? { ...short, shortened: true } : short;
}
