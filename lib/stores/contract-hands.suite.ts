import { expect } from "vitest";
import { isServiceFailure } from "@/lib/failures";
import type { Metadata, Place, VectorRecord, VectorSource, VectorTarget } from "./contract";

/** A store to be held to its contract: an empty index that `target` writes to and `source` reads. */
export type StoreUnderTest = {
  source: VectorSource;
  target: VectorTarget;
  index: string;
  /** At least 2. */
  dimension: number;
  metric: "cosine" | "dotproduct" | "euclidean";
  /** IDs may hold any character; else ASCII only. */
  anyIds: boolean;
  /** A store without namespaces: each test gets an index of its own instead. */
  newIndex?: () => Promise<string>;
  /** A store that is one index, called as `index`: another one, where nothing stands yet. */
  elsewhere?: () => Promise<VectorTarget>;
  /** `false`: a namespace can't be called by dots alone, and is refused. */
  dottedNames?: false;
  /** `false`: metadata doesn't hold empty lists. */
  emptyLists?: false;
  /** `false`: it can't search, and has no `query`. */
  searches?: false;
  close(): Promise<void>;
};

/** What tests of the contract do with the store, once it is open. */
export function contractHands(store: () => StoreUnderTest) {
  let fresh = 0;
  const newPlace = async (): Promise<Place> => {
    const { newIndex, index } = store();
    return newIndex ? { index: await newIndex(), namespace: "" } : { index, namespace: `place-${++fresh}` };
  };
  const vector = (seed: number) =>
    Array.from({ length: store().dimension }, (_, at) => Math.fround(Math.sin(seed * 31 + at) * 0.5));
  const record = (id: string, metadata: Metadata = { text: `text of ${id}` }): VectorRecord => ({
    id,
    values: vector(id.length + 1),
    metadata,
  });
  /** Stores keep float32 and may write the same number with fewer digits. */
  const asKept = (records: VectorRecord[]) =>
    records.map((each) => ({ ...each, values: each.values.map(Math.fround) }));
  const write = async (place: Place, records: VectorRecord[]) => {
    const { accepted, rejected, receipt } = await store().target.upsert(place, records);
    expect(accepted).toEqual(records.map(({ id }) => id));
    expect(rejected).toEqual([]);
    if (receipt) expect(await store().target.settle(place, receipt)).toBe(true);
  };
  const listAll = async (place: Place, options: { prefix?: string; limit?: number } = {}) => {
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await store().source.listIds(place, { ...options, ...(cursor !== undefined && { cursor }) });
      pages.push(page.ids);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return pages;
  };
  const codeOf = async (call: Promise<unknown>): Promise<string> => {
    try {
      await call;
    } catch (error) {
      if (isServiceFailure(error)) return error.code;
      throw error;
    }
    return "no failure";
  };
  return { store, newPlace, vector, record, asKept, write, listAll, codeOf };
}
export type ContractHands = ReturnType<typeof contractHands>;
