import { setTimeout as pause } from "node:timers/promises";
import { isServiceFailure, retryable } from "@/lib/failures";
import type { VectorSource } from "@/lib/stores/contract";
import type { GateSide } from "./sides";

/** A store that asks for patience gets it: reading all of a large index runs into its limits for sure. */
const attempts = { throttled: 8, other: 3 };
/** Milliseconds. */
const longestPause = 60_000;
const firstPause = 200;

/** The side, its readings tried again where that may help. Questions are left as they are: their time is measured. */
export function patient(side: GateSide): GateSide {
  const { store } = side;
  const listIds: VectorSource["listIds"] = (place, options) =>
    insist(() => store.listIds(place, options), options?.signal);
  const fetchRecords: VectorSource["fetchRecords"] = (place, ids, options) =>
    insist(() => store.fetchRecords(place, ids, options), options?.signal);
  const own: Partial<VectorSource> = { listIds, fetchRecords };
  // Not a copy: a store may be an object of a class, with getters and fields of its own.
  const kept = new Proxy(store, {
    get(target, key) {
      const value: unknown = Reflect.get(key in own ? own : target, key, key in own ? own : target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { ...side, store: kept };
}

async function insist<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isServiceFailure(error) || !retryable[error.code] || error.code === "exhausted") throw error;
      if (attempt >= (error.code === "throttled" ? attempts.throttled : attempts.other)) throw error;
      const wanted = error.retryAfterMs ?? firstPause * 2 ** (attempt - 1);
      if (wanted > longestPause) throw error;
      await pause(wanted, undefined, signal ? { signal } : {});
    }
  }
}
