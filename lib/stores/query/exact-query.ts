import { ServiceFailure } from "@/lib/failures";
import type { CallOptions, Hit, Place, VectorQuery, VectorRecord, VectorSource } from "../contract";
import { fetchCost } from "../fetch-cost";
import { ExactSearch } from "./exact-search";
import { meets } from "./filter";

type Readable = Pick<VectorSource, "can" | "service" | "inspect" | "listIds" | "fetchHeads" | "fetchRecords">;

/** IDs in as many as one fetch takes. */
export function* inFetches(ids: readonly string[], { fetchIds, fetchBytes }: VectorSource["can"]["limits"]) {
  let part: string[] = [];
  let bytes = 0;
  for (const id of ids) {
    const cost = fetchCost(id);
    if (part.length > 0 && (part.length === fetchIds || bytes + cost > fetchBytes)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(id);
    bytes += cost;
  }
  if (part.length > 0) yield part;
}

/** Every record of a place, a page in memory at a time. What can't be read is left out. */
export async function* allRecords(
  source: Pick<Readable, "can" | "listIds" | "fetchRecords">,
  place: Place,
  options: CallOptions,
): AsyncGenerator<VectorRecord[]> {
  let cursor: string | undefined;
  do {
    const page = await source.listIds(place, { ...options, ...(cursor !== undefined && { cursor }) });
    for (const ids of inFetches(page.ids, source.can.limits))
      yield (await source.fetchRecords(place, ids, options)).records;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

/** Throws for a question that no store could answer. */
export function checkQuery(service: string, { values, k }: VectorQuery, dimension: number | null): void {
  const refuse = (message: string) => new ServiceFailure({ code: "invalid", service, operation: "query", message });
  if (!Number.isInteger(k) || k < 1 || k > mostHits) throw refuse(`${k} hits were asked for; 1 to ${mostHits} can be`);
  if (!values.every(Number.isFinite)) throw refuse("The question's vector holds a number that isn't finite");
  if (dimension !== null && values.length !== dimension)
    throw refuse(`The question's vector has ${values.length} numbers, where the index has ${dimension}`);
}

/** Hits of one question at most. */
export const mostHits = 1000;

/** Answers a question by comparing with every record: for stores of files, which have no index to ask. */
export function exactQuery(source: Readable): NonNullable<VectorSource["query"]> {
  return async (place, question, options = {}) => {
    const { index, namespace } = place;
    const shape = await source.inspect(index, options);
    if (shape === null)
      throw new ServiceFailure({
        code: "not-found",
        service: source.service,
        operation: "query",
        message: `There is no collection ${index}`,
      });
    checkQuery(source.service, question, shape.dimension);
    const { values, k, filter } = question;
    const search = new ExactSearch({ metric: shape.metric, dimension: values.length, questions: [values], k });
    for await (const records of allRecords(source, { index, namespace }, options))
      for (const record of records)
        if (filter === undefined || meets(filter, record.metadata)) search.add(record.id, record.values);
    return withMetadata(source, place, search.nearest(0), question, options);
  };
}

async function withMetadata(
  source: Readable,
  place: Place,
  hits: Hit[],
  { metadata = false }: VectorQuery,
  options: CallOptions,
): Promise<Hit[]> {
  if (!metadata) return hits;
  const heads = new Map<string, Hit["metadata"]>();
  const ids = hits.map(({ id }) => id);
  for (const part of inFetches(ids, source.can.limits))
    for (const head of (await source.fetchHeads(place, part, options)).records) heads.set(head.id, head.metadata);
  return hits.map((hit) => ({ ...hit, metadata: heads.get(hit.id) ?? {} }));
}
