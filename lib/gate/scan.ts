import { compareMetadata } from "@/lib/plan/differences";
import { isKept } from "@/lib/plan/kept-numbers";
import { mergeJoin } from "@/lib/plan/merge-join";
import type { GateData } from "@/lib/shapes/cut-over/gate";
import { compareBytes } from "@/lib/stores/byte-order";
import type { Place, VectorRecord, VectorSource } from "@/lib/stores/contract";
import { inFetches } from "@/lib/stores/query/exact-query";
import { ExactSearch } from "@/lib/stores/query/exact-search";
import type { Answers } from "./ask";
import type { MapSample } from "./map/sample";
import type { GateInput, Question } from "./sides";
import type { Swept } from "./sweep";

/** What was found of each side's questions by comparing with every record of their namespace. */
export type Exact = { search: ExactSearch; at: number };
export type Scanned = { data: GateData; exact: { source: (Exact | null)[]; target: (Exact | null)[] } };

/** Examples of what differs. */
const shown = 20;

/**
 * Reads every record of both sides once, side by side: compares what both have, and each side's vectors with all of its questions. Memory holds a page a
 * side, whatever there is.
 */
export async function scan(
  input: GateInput,
  questions: readonly Question[],
  answers: { source: Answers; target: Answers },
  { swept, map }: { swept: { source: Swept | null; target: Swept | null }; map: MapSample | null },
): Promise<Scanned> {
  const data = nothingRead(input);
  const exact: Scanned["exact"] = { source: questions.map(() => null), target: questions.map(() => null) };
  for (const pair of input.namespaces) {
    const searches = {
      source: searchFor(input, "source", pair, questions, answers, swept.source, exact.source),
      target: searchFor(input, "target", pair, questions, answers, swept.target, exact.target),
    };
    const options = input.signal ? { signal: input.signal } : {};
    const places = {
      source: { index: input.source.shape.name, namespace: pair.source },
      target: { index: input.target.shape.name, namespace: pair.target },
    };
    const joined = mergeJoin(
      listing(input.source.store, places.source, options),
      listing(input.target.store, places.target, options),
      500,
    );
    for await (const { sourceOnly, both, targetOnly } of joined) {
      data.source += sourceOnly.length + both.length;
      data.target += targetOnly.length + both.length;
      data.both += both.length;
      data.onlyTarget += targetOnly.length;
      await noteMissing(input, data, pair.source, sourceOnly);
      const [left, right] = await Promise.all([
        read(input.source.store, places.source, [...both, ...sourceOnly], options),
        read(input.target.store, places.target, [...both, ...targetOnly], options),
      ]);
      noteUnreadable(data, "source", pair.source, left.unreadable);
      noteUnreadable(data, "target", pair.target, right.unreadable);
      for (const [id, record] of left.records) searches.source?.add(id, record.values);
      for (const [id, record] of right.records) searches.target?.add(id, record.values);
      for (const id of [...both, ...sourceOnly, ...targetOnly]) {
        const [source, target] = [left.records.get(id) ?? null, right.records.get(id) ?? null];
        if (source !== null || target !== null) map?.offer({ pair, id, source, target });
      }
      for (const id of both) compare(input, data, pair.target, left.records.get(id), right.records.get(id));
    }
    data.namespaces++;
  }
  data.complete = true;
  return { data, exact };
}

export function nothingRead({ copied }: GateInput): GateData {
  const counted = () => ({ count: 0, sample: [] });
  return {
    ...{ complete: false, namespaces: 0, source: 0, target: 0, both: 0, explained: 0, onlyTarget: 0, unreadable: 0 },
    missing: counted(),
    metadata: counted(),
    vectors: copied ? counted() : null,
    remade: null,
  };
}

/** The questions of a namespace; those with a filter are left out, as every record would have to be filtered for each. */
function searchFor(
  { settings, ...sides }: GateInput,
  name: "source" | "target",
  pair: GateInput["namespaces"][number],
  questions: readonly Question[],
  answers: { source: Answers; target: Answers },
  swept: Swept | null,
  into: (Exact | null)[],
): ExactSearch | null {
  const { dimension, metric } = sides[name].shape;
  const asked = questions.flatMap((question, number) => {
    const values = question.vectors[name];
    return question.pair === pair && !question.filtered && values?.length === dimension
      ? [{ question, number, values }]
      : [];
  });
  if (dimension === null || asked.length === 0) return null;
  const search = new ExactSearch({
    ...{ metric, dimension, k: settings.k },
    questions: asked.map(({ values }) => values),
    without: asked.map(({ question }) => question.record),
  });
  for (const [at, { number }] of asked.entries()) {
    into[number] = { search, at };
    for (const side of ["source", "target"] as const)
      search.watch(
        at,
        (answers[side].hits[number] ?? []).map(({ id }) => id),
      );
    for (const { ids } of swept?.rows ?? []) search.watch(at, ids.get(number) ?? []);
  }
  return search;
}

async function* listing(store: VectorSource, place: Place, options: { signal?: AbortSignal }) {
  const isOrdered = store.can.listing === "byte-ordered";
  const all: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.listIds(place, { ...options, ...(cursor !== undefined && { cursor }) });
    if (isOrdered) yield page.ids;
    else all.push(...page.ids);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  if (!isOrdered) yield all.sort(compareBytes);
}

async function read(store: VectorSource, place: Place, ids: readonly string[], options: { signal?: AbortSignal }) {
  const records = new Map<string, VectorRecord>();
  const unreadable: { id: string; detail: string }[] = [];
  for (const part of inFetches(ids, store.can.limits)) {
    const fetched = await store.fetchRecords(place, part, options);
    unreadable.push(...fetched.unreadable);
    // What is listed and isn't given is as unknown as what can't be read.
    for (const id of fetched.missing) unreadable.push({ id, detail: "It is listed, and wasn't given." });
    for (const record of fetched.records) records.set(record.id, record);
  }
  return { records, unreadable };
}

async function noteMissing(input: GateInput, data: GateData, namespace: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const explained = await input.explained(namespace, ids);
  data.explained += ids.filter((id) => explained.has(id)).length;
  for (const id of ids) if (!explained.has(id)) note(data.missing, namespace, id, "It isn't in the target.");
}

function noteUnreadable(
  data: GateData,
  side: "source" | "target",
  namespace: string,
  found: readonly { id: string; detail: string }[],
): void {
  data.unreadable += found.length;
  const kept = data.unreadableSample ?? [];
  for (const { id, detail } of found) if (kept.length < shown) kept.push({ side, namespace, id, detail });
  data.unreadableSample = kept;
}

function note(into: GateData["missing"], namespace: string, id: string, detail: string): void {
  into.count++;
  if (into.sample.length < shown) into.sample.push({ namespace, id, detail });
}

function compare(
  { owned, copied, target: { shape } }: GateInput,
  data: GateData,
  namespace: string,
  source: VectorRecord | undefined,
  target: VectorRecord | undefined,
): void {
  if (!source || !target) return;
  const keys = compareMetadata(source.metadata, target.metadata, owned).map(({ key }) => key);
  if (keys.length > 0) note(data.metadata, namespace, source.id, `It differs in ${keys.join(", ")}.`);
  if (!copied || data.vectors === null || source.values.length === 0) return;
  if (shape.keeps !== undefined && isKept(source.values, target.values, shape.keeps)) return;
  const by = largestDifference(source.values, target.values);
  if (by !== null) note(data.vectors, namespace, source.id, by);
}

/** What services may round: some give a float32 back as another of the same few digits. */
const rounding = 1e-6;

function largestDifference(a: readonly number[], b: readonly number[]): string | null {
  if (a.length !== b.length) return `It has ${b.length} numbers in the target and ${a.length} in the source.`;
  let largest = 0;
  let size = 0;
  for (let at = 0; at < a.length; at++) {
    largest = Math.max(largest, Math.abs((a[at] ?? 0) - (b[at] ?? 0)));
    size = Math.max(size, Math.abs(a[at] ?? 0));
  }
  return largest <= rounding * Math.max(size, 0.25) ? null : `The numbers differ by up to ${largest.toPrecision(2)}.`;
}

/** The side's own scale, for hits that both name. */
export const scoresOf = (exact: Exact | null | undefined) => (id: string) => exact?.search.scoreOf(exact.at, id);
