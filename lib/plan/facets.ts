import { hash } from "node:crypto";
import { encodeBitmap } from "./bitmap";
import type { Sign } from "./differences";

/**
 * One thing that changes of a chunk have in common, and which of them: what filters and counts are answered from.
 * `key`: a key under a sign, or under any. `sign`: any key under a sign. `text`: `changed` or `kept`. `present`: the value that would be
 * overwritten. `reason`: of problems.
 */
export type Facet = { facet: "key" | "sign" | "text" | "present" | "reason"; sign: Sign | ""; key: string };
export type ChunkFacet = Facet & { count: number; members: string };

/** Index rows hold some 2.7 KB: a longer key is told by its beginning and its hash. */
const longestKey = 200;

const shortened = new RegExp(`^[^]{${longestKey}}… [0-9a-f]{16}$`);

/** A key or a value as facets name it: as it is, unless it is too long or holds what the database can't. A name is its own name. */
export function facetKey(key: string): string {
  if (shortened.test(key)) return key;
  if (key.length <= longestKey && !key.includes("\0") && key.isWellFormed()) return key;
  const shown = key.slice(0, longestKey).replaceAll("\0", "\u2400").toWellFormed();
  return `${shown}… ${hash("sha256", JSON.stringify(key), "hex").slice(0, 16)}`;
}

/** `present`: the one value that stands there now, where an update is about a single field. */
export type FacetedUpdate = {
  textChanged: boolean;
  differences: readonly { sign: Sign; key: string }[];
  present?: string;
};

/** The facets of a chunk's updates and of its problems; positions are those in the lists given. */
export function facetsOf(updates: readonly FacetedUpdate[], reasons: readonly string[]): ChunkFacet[] {
  const collected = new Map<string, Facet & { marked: number[]; size: number }>();
  const mark = (facet: Facet, position: number, size: number) => {
    const name = JSON.stringify([facet.facet, facet.sign, facet.key]);
    const known = collected.get(name);
    if (!known) collected.set(name, { ...facet, marked: [position], size });
    else if (known.marked.at(-1) !== position) known.marked.push(position);
  };
  for (const [position, update] of updates.entries()) {
    const size = updates.length;
    mark({ facet: "text", sign: "", key: update.textChanged ? "changed" : "kept" }, position, size);
    if (update.present !== undefined)
      mark({ facet: "present", sign: "", key: facetKey(update.present) }, position, size);
    for (const difference of update.differences) {
      const key = facetKey(difference.key);
      mark({ facet: "key", sign: difference.sign, key }, position, size);
      mark({ facet: "key", sign: "", key }, position, size);
      mark({ facet: "sign", sign: difference.sign, key: "" }, position, size);
    }
  }
  for (const [position, reason] of reasons.entries())
    mark({ facet: "reason", sign: "", key: reason }, position, reasons.length);
  return [...collected.values()].map(({ marked, size, ...facet }) => ({
    ...facet,
    count: marked.length,
    members: encodeBitmap(marked, size),
  }));
}
