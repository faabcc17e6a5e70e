import { isDeepStrictEqual } from "node:util";
import type { Metadata, MetadataValue } from "../contract";

type Halves = {
  row: Metadata;
  vector: Metadata;
  /** What would be kept of the row at the vector. */
  kept: Metadata;
};

/**
 * A record's metadata of both halves. Of a key that stands in both the value at the vector counts, as filters go by it. Where the halves disagree about
 * one that isn't the target's own, because somebody edited one of them or took the key away, the row's value (`null`: none) stands beside it under a
 * name of its own (`url in vector_metadata`): no comparison takes such a record for equal.
 */
export function joinHalves({ row, vector, kept }: Halves, of: { owned: readonly string[]; table: string }): Metadata {
  const joined: Metadata = { ...row, ...vector };
  for (const [key, value] of Object.entries(row)) {
    if (of.owned.includes(key)) continue;
    const there = Object.hasOwn(vector, key) ? vector[key] : undefined;
    if (there === undefined ? !Object.hasOwn(kept, key) : same(there, value)) continue;
    if (there === undefined) delete joined[key];
    joined[`${key} in ${of.table}`] = value;
  }
  // What the row lost, or what somebody added to the vector alone: the row has no value of it.
  for (const key of Object.keys(vector))
    if (!of.owned.includes(key) && !Object.hasOwn(row, key)) joined[`${key} in ${of.table}`] = null;
  return joined;
}

const same = (a: MetadataValue, b: MetadataValue) => a === b || isDeepStrictEqual(a, b);
