import { LRUCache } from "lru-cache";
import { hashText } from "@/lib/embedders/hashing/hash-text";

/** The seeded index of 1,536 dimensions and some thousand texts fits; beyond it the oldest are computed again. Bytes. */
const mostBytes = 96 * 1024 * 1024;
/** Queries come in rows: after so long without one the memory is given back. Milliseconds. */
const idleMs = 60_000;

const kept = new LRUCache<string, Float32Array>({
  maxSize: mostBytes,
  sizeCalculation: (values, key) => values.byteLength + 2 * key.length,
});
let forget: NodeJS.Timeout | undefined;

/** The values that a seeded record has by its text, kept for the next query. Not to be written to. */
export function derivedValues(text: string, { dimension, salt }: { dimension: number; salt: number }): Float32Array {
  if (forget === undefined) {
    forget = setTimeout(() => {
      forget = undefined;
      kept.clear();
    }, idleMs).unref();
  } else forget.refresh();
  const key = `${dimension}/${salt}/${text}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const values = Float32Array.from(hashText(text, dimension, salt), (value) => value / 1e6);
  kept.set(key, values);
  return values;
}
