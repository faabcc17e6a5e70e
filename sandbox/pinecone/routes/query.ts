import { setImmediate as breathe } from "node:timers/promises";
import { json } from "@/sandbox/http/exchange";
import type { NamedPlace } from "@/sandbox/storage/places";
import { bytesToFloats } from "@/sandbox/values-json";
import { readDense } from "../dense-input";
import { valuesOf } from "../dense-values";
import { bill, type DataRoute, type Desk, readBody, readText } from "../desk";
import { type Filter, readFilter } from "../filter";
import { checkNamespace, fromNamespace, toNamespace } from "../identifiers";
import type { IndexRow } from "../indexes";
import { limits } from "../limits";
import { fromFragment, readSparse, type SparseValues } from "../metadata";
import { Refusal } from "../problems";

type Wanted = { dense: Float32Array | null; sparse: SparseValues | null };
type Match = { id: string; score: number };

/** Records compared before other requests get a turn. */
const recordsPerTurn = 100;

export function readTopK(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= limits.topK) return value;
  throw new Refusal("invalid", `topK must be between 1 and ${limits.topK}, but got ${JSON.stringify(value)}`);
}

function readWanted(desk: Desk, place: NamedPlace | null, body: Record<string, unknown>): Wanted | null {
  const id = readText(body, "id");
  if (id !== undefined) {
    const record = place === null ? null : desk.shelf.record(place, id);
    if (record === null) return null;
    return { dense: valuesOf(desk.index, id, record), sparse: fromFragment(record.fragment).sparse };
  }
  const bytes = readDense(desk.index, body.vector);
  const sparse = readSparse(body.sparseVector);
  if (bytes === null && sparse === null)
    throw new Refusal("invalid", "Query must have a vector, a sparse vector or an ID");
  return { dense: bytes === null ? null : bytesToFloats(bytes), sparse };
}

function sparseDot(left: SparseValues | null, right: SparseValues | null): number {
  if (left === null || right === null) return 0;
  const weights = new Map(left.indices.map((index, at) => [index, left.values[at] ?? 0]));
  return right.indices.reduce((sum, index, at) => sum + (weights.get(index) ?? 0) * (right.values[at] ?? 0), 0);
}

/** How near a vector is to the question, as the index's metric defines it: the higher the nearer, but for Euclidean distance. */
function scoring(metric: IndexRow["metric"], question: Float32Array): (values: Float32Array) => number {
  const { length } = question;
  if (metric === "euclidean")
    return (values) => {
      let distance = 0;
      for (let at = 0; at < length; at++) {
        const apart = (question[at] ?? 0) - (values[at] ?? 0);
        distance += apart * apart;
      }
      return distance;
    };
  const dot = (values: Float32Array) => {
    let sum = 0;
    for (let at = 0; at < length; at++) sum += (question[at] ?? 0) * (values[at] ?? 0);
    return sum;
  };
  if (metric === "dotproduct") return dot;
  const own = question.reduce((sum, value) => sum + value * value, 0);
  return (values) => {
    let product = 0;
    let squares = 0;
    for (let at = 0; at < length; at++) {
      const value = values[at] ?? 0;
      product += (question[at] ?? 0) * value;
      squares += value * value;
    }
    return product / Math.sqrt(own * squares || 1);
  };
}

export async function search(
  desk: Desk,
  place: NamedPlace,
  wanted: Wanted,
  filter: Filter | null,
  topK: number,
): Promise<Match[]> {
  const { index, shelf } = desk;
  const nearer =
    index.metric === "euclidean"
      ? (a: Match, b: Match) => a.score - b.score
      : (a: Match, b: Match) => b.score - a.score;
  const score = wanted.dense === null ? null : scoring(index.metric, wanted.dense);
  const asksSparse = index.metric === "dotproduct" && wanted.sparse !== null;
  let best: Match[] = [];
  for (const [at, id] of [...shelf.ids(place)].entries()) {
    if (at % recordsPerTurn === recordsPerTurn - 1) await breathe();
    const record = shelf.record(place, id);
    if (record === null) continue;
    // Read for those that need it: most of a query's time would go there.
    const { metadata, sparse } =
      filter !== null || asksSparse ? fromFragment(record.fragment) : { metadata: {}, sparse: null };
    if (filter !== null && !filter(metadata)) continue;
    const dense = score === null ? null : valuesOf(index, id, record);
    best.push({
      id,
      score:
        (dense !== null && score !== null ? score(dense) : 0) + (asksSparse ? sparseDot(wanted.sparse, sparse) : 0),
    });
    if (best.length > topK * 2 + recordsPerTurn) best = best.sort(nearer).slice(0, topK);
  }
  return best.sort(nearer).slice(0, topK);
}

/** POST /query: compares with every record that the filter lets through; meant for thousands, not for millions. */
export const query: DataRoute = async (desk) => {
  const { index, exchange, shelf } = desk;
  const body = readBody(exchange);
  const namespace = checkNamespace(toNamespace(readText(body, "namespace")));
  desk.rates.namespaced("query", index.name, fromNamespace(namespace));
  const topK = readTopK(body.topK);
  const filter = body.filter === undefined ? null : readFilter(body.filter);
  const place = shelf.place(index.name, namespace);
  const wanted = readWanted(desk, place, body);
  const found = place === null || wanted === null ? [] : await search(desk, place, wanted, filter, topK);
  const matches = found.map(({ id, score }) => {
    const record = place === null ? null : shelf.record(place, id);
    const { metadata, sparse } = record ? fromFragment(record.fragment) : { metadata: {}, sparse: null };
    return {
      id,
      score,
      values: body.includeValues === true && record ? [...(valuesOf(index, id, record) ?? [])] : [],
      ...(body.includeValues === true && sparse ? { sparseValues: sparse } : {}),
      ...(body.includeMetadata === true ? { metadata } : {}),
    };
  });
  bill(desk, { read: 1 });
  const lsn = place === null ? 0 : shelf.indexedLsn(place);
  const answer = json(
    200,
    { matches, namespace: fromNamespace(namespace), usage: { readUnits: 1 } },
    { "x-pinecone-max-indexed-lsn": String(lsn) },
  );
  if (Buffer.isBuffer(answer.body) && answer.body.length > limits.queryAnswerBytes) {
    throw new Refusal(
      "invalid",
      "Query result exceeds the maximum size of 4MB. Reduce topK or leave out values or metadata",
    );
  }
  return { ...answer, records: matches.length };
};
