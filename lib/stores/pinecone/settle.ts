import { setTimeout as pause } from "node:timers/promises";
import type { CallOptions, Place, Receipt } from "../contract";
import { failureOfNetwork } from "./failures";
import type { Project } from "./project";
import { fetchVectors } from "./source";

const firstPauseMs = 50;
const longestPauseMs = 2000;

const numberOf = (text: string | null): bigint | null => (text !== null && /^\d+$/.test(text) ? BigInt(text) : null);

/**
 * Waits until a write is seen: by the log sequence number where answers carry it, else by the last and the first of the written IDs being found. The latter
 * can't tell a new version of a record from an older one.
 */
export async function settle(
  project: Project,
  place: Place,
  receipt: Receipt,
  { signal, answered, timeoutMs = 30_000 }: CallOptions & { timeoutMs?: number } = {},
): Promise<boolean> {
  const [first] = receipt.ids;
  const last = receipt.ids.at(-1);
  if (first === undefined || last === undefined) return true;
  // Two stand for all: fetched records bring their vectors with them, some 60 KB each at 3,072 dimensions.
  const ids = first === last ? [last] : [last, first];
  const written = numberOf(receipt.token);
  const end = performance.now() + timeoutMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.7)) {
    const { vectors, answer } = await fetchVectors(project, place, ids, {
      operation: "settle",
      signal,
      answered,
      skim: true,
    });
    const indexed = numberOf(answer?.indexed ?? null);
    const seen =
      written !== null && indexed !== null ? indexed >= written : ids.every((id) => Object.hasOwn(vectors, id));
    if (seen) return true;
    const left = end - performance.now();
    if (left <= 0) return false;
    try {
      await pause(Math.min(pauseMs, left), undefined, { signal });
    } catch (error) {
      throw failureOfNetwork("settle", error, "cancelled");
    }
  }
}
