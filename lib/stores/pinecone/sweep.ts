import { isServiceFailure } from "@/lib/failures";
import type { CallOptions, Place, RecordHead } from "../contract";
import { isAbsentNamespace } from "./listing";
import { wireName } from "./place";
import type { Project } from "./project";
import { readHead } from "./records";
import { parseWire, sweepReply } from "./wire";

const operation = "fetchHeads";
/** The most that a question may ask for (the vendor's operation limits); its answer is refused above 4 MB. */
const mostMatches = 10_000;
/** Asking for fewer isn't worth a request. */
const leastMatches = 20;

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
  { signal }: CallOptions = {},
): Promise<RecordHead[]> {
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
      const { json } = await project.data(place.index, { operation, signal }, (data) => data.query(options));
      const matches = parseWire(sweepReply, json, operation).matches ?? [];
      return matches.flatMap((match) => {
        const head = readHead(match.id, { metadata: match.metadata });
        // One that can't be read is left to a fetch, which says what is wrong with it.
        return "value" in head ? [head.value] : [];
      });
    } catch (error) {
      if (isAbsentNamespace(error)) return [];
      if (!isServiceFailure(error) || (error.code !== "invalid" && error.code !== "too-large")) throw error;
    }
  }
  return [];
}
