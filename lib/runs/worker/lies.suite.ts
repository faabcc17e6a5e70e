import fc from "fast-check";
import type { ListPage, VectorRecord, VectorSource, VectorTarget } from "@/lib/stores/contract";

/** What a service does wrong, each as a chance of one call. */
export type Lies = {
  lost: number;
  swapped: number;
  stripped: number;
  duplicated: number;
  cut: number;
  passed: number;
  again: number;
  lag: number;
};
export const honestly: Lies = { lost: 0, swapped: 0, stripped: 0, duplicated: 0, cut: 0, passed: 0, again: 0, lag: 0 };
const chance = fc.constantFrom(0.1, 0.5);
const only = (...lies: (keyof Lies)[]) =>
  fc.tuple(fc.constantFrom(...lies), chance).map(([lie, often]): Lies => ({ ...honestly, [lie]: often }));
/** One kind of lie at a time, mostly: several hide each other. */
export const anyLies = fc.oneof(
  { weight: 3, arbitrary: fc.constant(honestly) },
  { weight: 6, arbitrary: only("lost", "swapped", "stripped", "duplicated", "cut", "passed", "again", "lag") },
  {
    weight: 1,
    arbitrary: fc.tuple(only("lost", "swapped"), only("stripped", "lag")).map(([a, b]) => ({ ...a, ...b })),
  },
);
export const listingLies = fc.oneof(
  { weight: 4, arbitrary: fc.constant(honestly) },
  { weight: 2, arbitrary: only("cut", "passed", "again") },
);

export function dice(seed: number): (probability: number) => boolean {
  let state = seed >>> 0;
  return (probability) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 < probability;
  };
}

/** Whatever the service keeps of a write that it calls done. */
function kept(records: readonly VectorRecord[], lies: Lies, strikes: (probability: number) => boolean): VectorRecord[] {
  let stored = [...records];
  if (strikes(lies.lost)) stored = stored.slice(1);
  const [first, second, ...others] = stored;
  if (first && second && strikes(lies.swapped))
    stored = [{ ...first, values: second.values }, { ...second, values: first.values }, ...others];
  if (strikes(lies.stripped))
    stored = stored.map((one, at) => (at === 0 ? { ...one, metadata: { clearance_level: 1 } } : one));
  const [one] = stored;
  if (one && strikes(lies.duplicated)) stored.push({ ...one, id: `${one.id}-again` });
  return stored;
}

const counted = { count: "exact", visibility: "immediate" } as const;

export function lyingSource(store: VectorSource, lies: Lies, strikes: (probability: number) => boolean): VectorSource {
  return {
    ...store,
    can: { ...store.can, ...counted },
    count: async (...call) => ({ ...(await store.count(...call)), exact: true }),
    listIds: async (place, options) => {
      const page: ListPage = await store.listIds(place, { ...options, limit: 10 });
      if (strikes(lies.again / 4) && options?.cursor !== undefined) return store.listIds(place, { limit: 10 });
      if (strikes(lies.cut)) return { ids: page.ids.slice(0, 4), next: null };
      if (strikes(lies.passed)) return { ...page, ids: page.ids.filter((_, at) => at % 3 > 0) };
      return page;
    },
  };
}

export function lyingTarget(store: VectorTarget, lies: Lies, strikes: (probability: number) => boolean): VectorTarget {
  return {
    ...store,
    ...lyingSource(store, lies, strikes),
    count: async (...call) => {
      const { value } = await store.count(...call);
      return { value: strikes(lies.lag) ? Math.max(0, value - 3) : value, exact: true };
    },
    upsert: async (place, records, options) => {
      const answer = await store.upsert(place, kept(records, lies, strikes), options);
      return { ...answer, accepted: records.map(({ id }) => id) };
    },
  };
}
