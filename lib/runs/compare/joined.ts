import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { OperatorError } from "@/lib/operator-error";
import { type JoinedChunk, mergeJoin } from "@/lib/plan/merge-join";
import { sortSpilled } from "@/lib/plan/sort-spilled";
import { compareBytes } from "@/lib/stores/byte-order";
import { countedListing } from "./counted-listing";
import { type Side, storeOn, type Work } from "./work";

/**
 * Both listings of the segment's namespace joined in byte order, from behind `after` on. A store that lists unordered is sorted on
 * disk first, so that everything above sees the same chunks whatever the store. Each listing that is read to its end is held against
 * the statistics; how that ended stands in `work.listings`.
 * @throws OperatorError `listing-disorder`, `listing-empty`, `cannot-list`
 */
export function joinListings(
  work: Work,
  after: string | null,
  chunkSize: number,
  onPage: OnPage = () => {},
): AsyncGenerator<JoinedChunk> {
  const told = (side: Side) => telling(ordered(work, side, after), (ids) => onPage(side, ids));
  return mergeJoin(told("source"), told("target"), chunkSize);
}

/** Hears of IDs as they are listed, before they are joined. */
export type OnPage = (side: Side, ids: readonly string[]) => void;

async function* telling(pages: AsyncIterable<string[]>, tell: (ids: string[]) => void): AsyncGenerator<string[]> {
  for await (const ids of pages) {
    tell(ids);
    yield ids;
  }
}

function ordered(work: Work, side: Side, after: string | null): AsyncIterable<string[]> {
  const { can, service } = storeOn(work, side);
  if (side === "target" && work.targetMissing && work.held.kind === "plan") return nothing();
  if (can.listing === "byte-ordered") return countedListing(work, side, after);
  if (can.listing === "unordered") return behind(sorted(work, side), after);
  throw new OperatorError({
    kind: "failed",
    code: "cannot-list",
    what: `${service} can't list the IDs of a namespace.`,
    notLost: "Nothing was planned and nothing was written.",
    next: "Use a store that can list, or migrate by a file of IDs.",
  });
}

async function* nothing(): AsyncGenerator<string[]> {}

async function* sorted(work: Work, side: Side): AsyncGenerator<string[]> {
  const { runId, position, leaseToken } = work.held;
  const parent = path.join(work.parts.config.dataDir, "spill");
  const mine = `${runId}-${position}-${side}-`;
  // What a killed process left behind of this namespace.
  const left = await readdir(parent).catch(() => []);
  for (const name of left)
    if (name.startsWith(mine)) await rm(path.join(parent, name), { recursive: true, force: true });
  let distinct = 0;
  const folder = path.join(parent, `${mine}${leaseToken}`);
  for await (const ids of sortSpilled(countedListing(work, side, null), { folder })) {
    distinct += ids.length;
    yield ids;
  }
  // An ID that came twice was counted twice before it was sorted.
  const tally = work.listings[side];
  if (tally)
    work.listings[side] = { ...tally, listed: distinct, short: Math.max(tally.short, tally.counted - distinct) };
}

async function* behind(pages: AsyncIterable<string[]>, after: string | null): AsyncGenerator<string[]> {
  for await (const ids of pages) yield after === null ? ids : ids.filter((id) => compareBytes(id, after) > 0);
}
