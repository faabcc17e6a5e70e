import { isServiceFailure } from "@/lib/failures";
import type { CallOptions, Place, Swept } from "../contract";
import { isAbsentNamespace } from "./listing";
import { wireName } from "./place";
import type { Project } from "./project";
import { readHead } from "./records";
import { parseWire, sweepReply, sweptMatch } from "./wire";

const operation = "fetchHeads";
/** The most that a question may ask for (the vendor's operation limits); its answer is refused above 4 MB. */
const mostMatches = 10_000;
/** Asking for fewer isn't worth a request. */
const leastMatches = 20;
const nothing: Swept = { heads: [], readUnits: null };

/**
 * Metadata of up to `most` records of the namespace, whichever the index finds, by a question instead of by IDs: its answer leaves the
 * vectors out, which a fetch's can't, and it is billed by the namespace's size and not by the record. One that is too large is asked for half.
 * @param dimension of the index; the question's vector is any one
 */
export async function sweepHeads(
  project: Project,
  dimension: number,
  place: Place,
  most: number,
  { signal, answered }: CallOptions = {},
): Promise<Swept> {
  const vector = Array.from({ length: dimension }, (_, at) => (at === 0 ? 1 : 0));
  for (let topK = Math.min(most, mostMatches); topK >= leastMatches; topK = Math.floor(topK / 2)) {
    const options = {
      vector,
      topK,
      includeMetadata: true,
      includeValues: false,
      namespace: wireName(place.namespace),
    };
    try {
      const { json } = await project.data(place.index, { operation, signal, answered }, (data) => data.query(options));
      const { matches, usage } = parseWire(sweepReply, json, operation);
      const heads = (matches ?? []).flatMap((raw) => {
        const match = sweptMatch.safeParse(raw);
        if (!match.success) return [];
        const head = readHead(match.data.id, { metadata: match.data.metadata });
        // One that can't be read is left to a fetch, which says what is wrong with it.
        return "value" in head ? [head.value] : [];
      });
      return { heads, readUnits: usage?.readUnits ?? null };
    } catch (error) {
      if (isAbsentNamespace(error)) return nothing;
      if (!isServiceFailure(error) || (error.code !== "invalid" && error.code !== "too-large")) throw error;
    }
  }
  return nothing;
}
