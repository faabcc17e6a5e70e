import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { OperatorError } from "@/lib/operator-error";
import { type JoinedChunk, mergeJoin } from "@/lib/plan/merge-join";
import { sortSpilled } from "@/lib/plan/sort-spilled";
import { compareBytes, findDisorder } from "@/lib/stores/byte-order";
import { OutOfOrder } from "./interruptions";
import { listing } from "./listing";
import { type Side, storeOn, type Work } from "./work";

/**
 * Both listings of the segment's namespace joined in byte order, from behind `after` on. A store that lists unordered is sorted on
 * disk first, so that everything above sees the same chunks whatever the store.
 * @throws OutOfOrder for a listing that breaks the order it should have: see {@link inOrder}
 * @throws OperatorError `cannot-list`
 */
export function joinListings(work: Work, after: string | null, chunkSize: number): AsyncGenerator<JoinedChunk> {
  return mergeJoin(ordered(work, "source", after), ordered(work, "target", after), chunkSize);
}

/**
 * Reads joined listings, and reads them again with a side sorted here where that side's listing turns out to break its order.
 * @param startOver undoes what `read` has done so far
 */
export async function inOrder<T>(
  work: Work,
  read: () => Promise<T>,
  startOver: (broken: OutOfOrder) => Promise<void> = async () => {},
): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof OutOfOrder) || work.unsorted.has(error.side)) throw error;
      await startOver(error);
      work.unsorted.add(error.side);
      await work.tell("warn", "listing-disorder", `${wordsFor(work, error)} The listing is sorted here instead.`);
    }
  }
}

/** What a listing did against its order, as an operator reads it. */
export function wordsFor(work: Work, { side, disorder }: OutOfOrder): string {
  const { id, before } = disorder;
  return `${storeOn(work, side).service} listed ${JSON.stringify(id)} after ${JSON.stringify(before)} in the ${side}, against its declared order.`;
}

function ordered(work: Work, side: Side, after: string | null): AsyncIterable<string[]> {
  const { can, service } = storeOn(work, side);
  if (can.listing === "unordered" || work.unsorted.has(side)) return behind(sorted(work, side), after);
  if (can.listing === "byte-ordered") return behind(checked(listing(work, side), side), after);
  throw new OperatorError({
    kind: "failed",
    code: "cannot-list",
    what: `${service} can't list the IDs of a namespace.`,
    notLost: "Nothing was planned and nothing was written.",
    next: "Use a store that can list, or migrate by a file of IDs.",
  });
}

async function* sorted(work: Work, side: Side): AsyncGenerator<string[]> {
  const { runId, position, leaseToken } = work.held;
  const parent = path.join(work.parts.config.dataDir, "spill");
  const mine = `${runId}-${position}-${side}-`;
  // What a killed process left behind of this namespace.
  const left = await readdir(parent).catch(() => []);
  for (const name of left)
    if (name.startsWith(mine)) await rm(path.join(parent, name), { recursive: true, force: true });
  yield* sortSpilled(listing(work, side), { folder: path.join(parent, `${mine}${leaseToken}`) });
}

/** Leaves out what comes up to `after`: whole pages of it at a glance. */
async function* behind(pages: AsyncIterable<string[]>, after: string | null): AsyncGenerator<string[]> {
  for await (const ids of pages) {
    const last = ids.at(-1);
    if (after === null) yield ids;
    else if (last !== undefined && compareBytes(last, after) > 0) yield ids.filter((id) => compareBytes(id, after) > 0);
  }
}

/** A merge join over a listing out of order would take records for missing that are there. */
async function* checked(pages: AsyncIterable<string[]>, side: Side): AsyncGenerator<string[]> {
  let last: string | undefined;
  for await (const ids of pages) {
    const disorder = findDisorder(ids, last);
    if (disorder) throw new OutOfOrder(side, disorder);
    last = ids.at(-1) ?? last;
    yield ids;
  }
}
