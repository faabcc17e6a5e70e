import { packBatches } from "@/lib/plan/batches";
import type { Seen } from "@/lib/plan/seen";
import type { CallOptions, Fetched, VectorRecord, VectorSource } from "@/lib/stores/contract";
import { fetchCost } from "@/lib/stores/fetch-cost";
import { callSplitting } from "../pacing/split";
import { type Side, storeOn, type Work } from "./work";

/** Every ID asked for is in exactly one of the three. */
export type Read<R> = { records: Map<string, R>; missing: Set<string>; unreadable: Map<string, string> };
export type Heads = Read<Seen>;

type Fetch<R> = (store: VectorSource, ids: readonly string[], options: CallOptions) => Promise<Fetched<R>>;

/** Reads what is compared of the IDs, in requests that keep to the store's limits: metadata, and vectors where these are copied. */
export function readHeads(work: Work, side: Side, ids: readonly string[]): Promise<Heads> {
  const copies = work.held.settings.vectors === "source";
  return readBatches<Seen>(work, side, ids, (store, batch, options) =>
    copies
      ? store.fetchRecords(work.places[side], batch, options)
      : store.fetchHeads(work.places[side], batch, options),
  );
}

/** Reads whole records of the target, likewise. */
export function readTargetRecords(work: Work, ids: readonly string[]): Promise<Read<VectorRecord>> {
  return readBatches(work, "target", ids, (store, batch, options) =>
    store.fetchRecords(work.places.target, batch, options),
  );
}

async function readBatches<R extends { id: string }>(
  work: Work,
  side: Side,
  ids: readonly string[],
  fetch: Fetch<R>,
): Promise<Read<R>> {
  const { limits } = storeOn(work, side).can;
  const most = { count: Math.min(limits.fetchIds, work.held.settings.queryBatchSize), size: limits.fetchBytes };
  const heads: Read<R> = { records: new Map(), missing: new Set(), unreadable: new Map() };
  for (const batch of packBatches(ids, most, fetchCost)) {
    const fetched = await fetchSplitting(work, side, batch, fetch);
    for (const record of fetched.records) heads.records.set(record.id, record);
    for (const id of fetched.missing) heads.missing.add(id);
    for (const { id, detail } of fetched.unreadable) heads.unreadable.set(id, detail);
  }

  for (const id of ids) {
    if (heads.records.has(id) || heads.missing.has(id) || heads.unreadable.has(id)) continue;
    heads.unreadable.set(id, "The store's answer passed over this record.");
  }
  return heads;
}

/** Reads records that were just listed, of the source when nothing else is said. */
export function readListed(work: Work, ids: readonly string[], side: Side = "source"): Promise<Heads> {
  return readTwice(ids, (some) => readHeads(work, side, some));
}

/**
 * Reads records that are known to have been there. One that an answer leaves out is asked for again before it counts as gone: an
 * answer that lost a record looks the same as one for a record that isn't there.
 */
export async function readTwice<R>(
  ids: readonly string[],
  read: (ids: readonly string[]) => Promise<Read<R>>,
): Promise<Read<R>> {
  const heads = await read(ids);
  if (heads.missing.size === 0) return heads;
  const again = await read([...heads.missing]);
  return {
    records: new Map([...heads.records, ...again.records]),
    missing: again.missing,
    unreadable: new Map([...heads.unreadable, ...again.unreadable]),
  };
}

/** A request that is refused, or fails always, is split until the one ID that it can't answer stands alone. */
async function fetchSplitting<R>(work: Work, side: Side, ids: readonly string[], fetch: Fetch<R>): Promise<Fetched<R>> {
  const store = storeOn(work, side);
  const fetched: Fetched<R> = { records: [], missing: [], unreadable: [] };
  const paced = [{ allowance: work.allowances.fetch(side), units: 1 }];
  const ask = (some: readonly string[], signal: AbortSignal) => fetch(store, some, { signal });
  await callSplitting<string, Fetched<R>>(
    {
      calls: work.calls,
      door: work.doors[side],
      idOf: (id) => id,
      paced: () => paced,
      call: ask,
      done: (_, part) => {
        fetched.records.push(...part.records);
        fetched.missing.push(...part.missing);
        fetched.unreadable.push(...part.unreadable);
      },
      alone: (id, failure) => {
        fetched.unreadable.push({ id, detail: failure.message });
      },
      look: { from: 5, paced, ask: (signal) => ask([lookedFor], signal) },
    },
    ids,
  );
  // Reading has to answer now: what was held back as perhaps not these records' own matter counts as theirs.
  await work.doors[side].settle();
  return fetched;
}

/** No record bears it: asked for to see whether the store answers. */
const lookedFor = "portage-is-it-there";
