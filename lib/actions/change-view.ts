import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { kindsFor } from "@/lib/runs/change-filter";
import { countChanges, findChanges } from "@/lib/runs/change-pages";
import { type ChangeCursor, changeCursorSchema } from "@/lib/runs/change-scan";
import { readChanges } from "@/lib/runs/read-changes";
import { type Change, type ChangeKind, changeKinds, type DifferenceView } from "@/lib/shapes/change";
import type { ChangeFilters } from "./change-input";

/** Where a list of changes of several kinds stands. */
export const pageCursorSchema = z.tuple([z.enum(changeKinds), changeCursorSchema.nullable()]);
export type PageCursor = z.infer<typeof pageCursorSchema>;

/** The kinds that the filters leave, in the order in which lists have them. */
export function kindsMeant({ kind, ...filters }: ChangeFilters): ChangeKind[] {
  return kindsFor(filters).filter((possible) => kind === undefined || kind === possible);
}

/** A page of changes, one kind after the other. A page may be short and still have a `next`. */
export async function readChangePage(
  sql: Sql,
  filters: ChangeFilters,
  after: PageCursor | null,
  limit: number,
): Promise<{ changes: Change[]; next: PageCursor | null }> {
  const kinds = kindsMeant(filters);
  const changes: Change[] = [];
  let at = after === null ? 0 : Math.max(0, kinds.indexOf(after[0]));
  let cursor: ChangeCursor | null = after?.[1] ?? null;
  for (let kind = kinds[at]; kind !== undefined; kind = kinds[++at]) {
    const page = await findChanges(sql, { ...filters, planId: filters.id, kind }, cursor, limit - changes.length);
    changes.push(...(await readChanges(sql, filters.id, kind, page.spots)));
    const following = kinds[at + 1];
    if (page.next !== null) return { changes, next: [kind, page.next] };
    if (changes.length >= limit) return { changes, next: following === undefined ? null : [following, null] };
    cursor = null;
  }
  return { changes, next: null };
}

/** How many changes the filters mean over all kinds, `null` where that can't be told quickly. */
export async function countMatching(sql: Sql, filters: ChangeFilters): Promise<number | null> {
  let sum = 0;
  for (const kind of kindsMeant(filters)) {
    const count = await countChanges(sql, { ...filters, planId: filters.id, kind });
    if (count === null) return null;
    sum += count;
  }
  return sum;
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

function shortenedDifference(difference: DifferenceView): DifferenceView {
  const short = { ...difference };
  let cut = false;
  for (const side of ["source", "target"] as const) {
    const value = difference[side];
    if (typeof value === "string" && value.length > shownLength) {
      short[side] = value.slice(0, shownLength);
      cut = true;
    } else if (Array.isArray(value) && (value.length > shownItems || value.some((item) => item.length > shownLength))) {
      short[side] = value.slice(0, shownItems).map((item) => item.slice(0, shownLength));
      cut = true;
    }
  }
  return cut ? { ...short, shortened: true } : short;
}
