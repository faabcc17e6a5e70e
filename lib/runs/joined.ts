import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { OperatorError } from "@/lib/operator-error";
import { type JoinedChunk, mergeJoin } from "@/lib/plan/merge-join";
import { sortSpilled } from "@/lib/plan/sort-spilled";
import { compareBytes, findDisorder } from "@/lib/stores/byte-order";
import { listing } from "./listing";
import { type Side, storeOn, type Work } from "./work";

/**
 * Both listings of the segment's namespace joined in byte order, from behind `after` on. A store that lists unordered is sorted on
 * disk first, so that everything above sees the same chunks whatever the store.
 * @throws OperatorError `listing-disorder`, `cannot-list`
 */
export function joinListings(work: Work, after: string | null, chunkSize: number): AsyncGenerator<JoinedChunk> {
  return mergeJoin(ordered(work, "source", after), ordered(work, "target", after), chunkSize);
}

function ordered(work: Work, side: Side, after: string | null): AsyncIterable<string[]> {
  const { can, service } = storeOn(work, side);
  if (can.listing === "byte-ordered") return checked(listing(work, side, after), service);
  if (can.listing === "unordered") return behind(sorted(work, side), after);
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
  yield* sortSpilled(listing(work, side, null), { folder: path.join(parent, `${mine}${leaseToken}`) });
}

async function* behind(pages: AsyncIterable<string[]>, after: string | null): AsyncGenerator<string[]> {
  for await (const ids of pages) yield after === null ? ids : ids.filter((id) => compareBytes(id, after) > 0);
}

/** A merge join over a listing out of order would take records for missing that are there. */
async function* checked(pages: AsyncIterable<string[]>, service: string): AsyncGenerator<string[]> {
  let last: string | undefined;
  for await (const ids of pages) {
    const disorder = findDisorder(ids, last);
    if (disorder)
      throw new OperatorError({
        kind: "failed",
        code: "listing-disorder",
        what: `${service} listed ${JSON.stringify(disorder.id)} after ${JSON.stringify(disorder.before)}, against its declared order.`,
        notLost: "No plan was made of it, and nothing was written.",
        next: "Try again; if it happens again, report it to the service.",
      });
    last = ids.at(-1) ?? last;
    yield ids;
  }
}
