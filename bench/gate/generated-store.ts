import { ServiceFailure } from "@/lib/failures";
import type { IndexShape, VectorRecord, VectorSource } from "@/lib/stores/contract";
import { createMemoryStore } from "@/lib/stores/memory/index";

export const dimension = 1536;
/** Records that lie near one another: a question's nearest are those of its own group. */
const groupSize = 16;
const pageSize = 1000;

/** A seeded sequence between -0.5 and 0.5 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296 - 0.5;
  };
}

const idOf = (at: number) => `doc-${at.toString().padStart(8, "0")}`;

/** `number[dimension]`, of length 1: what the record's group has in common, and a little of its own. */
export function vectorOf(at: number): number[] {
  const shared = seeded(Math.floor(at / groupSize) + 1);
  const own = seeded(-at - 1);
  const values = Array.from({ length: dimension }, () => shared() + 0.3 * own());
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => Math.fround(value / length));
}

/** Of those that ask: which group they are of, on both sides. */
const groups = new Map<string, number>();

/** A store of any size that holds nothing: records are made as they are read, and answers are exact, from the question's own group. */
export function generatedStore(name: string, count: number): { store: VectorSource; shape: IndexShape } {
  const shape: IndexShape = {
    ...{ name, dimension, metric: "cosine", ready: true, account: name, sparse: false, namespaces: 1 },
    vectors: { value: count, exact: true },
  };
  const record = (id: string): VectorRecord => {
    const at = Number(id.slice(4));
    return { id, values: vectorOf(at), metadata: { text: `Text of ${at}`, page: at % 100 } };
  };
  const score = (left: readonly number[], right: readonly number[]) =>
    left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
  const groupOf = (values: readonly number[]): number => {
    const group = groups.get(JSON.stringify(values.slice(0, 4)));
    if (group !== undefined) return group;
    throw new ServiceFailure({ code: "invalid", service: "generated", operation: "query", message: "not a record" });
  };
  const blank = createMemoryStore({ indexes: {} });
  const store: VectorSource = {
    ...{ service: "generated", can: { ...blank.can, listing: "byte-ordered" } },
    inspect: async () => shape,
    async *collections() {},
    async *namespaces() {
      yield { namespaces: [{ name: "", count: shape.vectors }], next: null };
    },
    count: async () => shape.vectors,
    listIds: async (_, { cursor = "0" } = {}) => {
      const from = Number(cursor);
      const to = Math.min(count, from + pageSize);
      const ids = Array.from({ length: to - from }, (_one, at) => idOf(from + at));
      return { ids, next: to < count ? String(to) : null };
    },
    fetchHeads: async (_, ids) => ({ records: ids.map(record), missing: [], unreadable: [] }),
    fetchRecords: async (_, ids) => {
      const records = ids.map(record);
      // Those that will ask are read before they do.
      if (groups.size < 10_000)
        for (const { id, values } of records)
          groups.set(JSON.stringify(values.slice(0, 4)), Math.floor(Number(id.slice(4)) / groupSize));
      return { records, missing: [], unreadable: [] };
    },
    query: async (_, { values, k }) => {
      const first = groupOf(values) * groupSize;
      return Array.from({ length: Math.min(groupSize, count - first) }, (_one, at) => first + at)
        .map((at) => ({ id: idOf(at), score: score(values, vectorOf(at)) }))
        .sort((one, other) => other.score - one.score)
        .slice(0, k);
    },
    close: async () => {},
  };
  return { store, shape };
}
