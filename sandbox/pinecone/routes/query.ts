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

/** Score as the index's metric defines it: the higher the nearer, but for Euclidean distance. */
function scoreOf(metric: IndexRow["metric"], left: Float32Array, right: Float32Array): number {
  let dot = 0;
  let leftSquares = 0;
  let rightSquares = 0;
  let distance = 0;
  for (let at = 0; at < left.length; at++) {
    const a = left[at] ?? 0;
    const b = right[at] ?? 0;
    dot += a * b;
    leftSquares += a * a;
    rightSquares += b * b;
    distance += (a - b) * (a - b);
  }
  if (metric === "euclidean") return distance;
  return metric === "dotproduct" ? dot : dot / Math.sqrt(leftSquares * rightSquares || 1);
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
  let best: Match[] = [];
  for (const [at, id] of [...shelf.ids(place)].entries()) {
    if (at % recordsPerTurn === recordsPerTurn - 1) await breathe();
    const record = shelf.record(place, id);
    if (record === null) continue;
    const { metadata, sparse } = fromFragment(record.fragment);
    if (filter !== null && !filter(metadata)) continue;
    const dense = wanted.dense === null ? null : valuesOf(index, id, record);
    const score =
      (dense !== null && wanted.dense !== null ? scoreOf(index.metric, wanted.dense, dense) : 0) +
      (index.metric === "dotproduct" ? sparseDot(wanted.sparse, sparse) : 0);
    best.push({ id, score });
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
