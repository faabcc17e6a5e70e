import { ServiceFailure } from "@/lib/failures";
import type { Fetched, RecordHead, StoreCapabilities, VectorRecord, VectorSource } from "../contract";
import { exactQuery } from "../query/exact-query";
import { failureOfFiles } from "./file-failure";
import type { FileIndex, FileRead, FileState } from "./file-index";
import { Moments } from "./moments";

/** Of records that are read from a disk: bounded by the memory that a page of them takes. */
export const fileCapabilities = (): StoreCapabilities => ({
  listing: "byte-ordered",
  visibility: "immediate",
  count: "exact",
  metadata: "json",
  metrics: ["cosine", "dotproduct", "euclidean"],
  limits: {
    fetchIds: 500,
    fetchBytes: 2_000_000,
    listPage: 1000,
    upsertRecords: 0,
    upsertBytes: 0,
    metadataBytes: Number.MAX_SAFE_INTEGER,
    idLength: Number.MAX_SAFE_INTEGER,
    dimensions: 1_000_000,
  },
});

/** A source over files: each call answers from one moment of them, and a listing that begins looks at them again. */
export function createFileSource(service: string, take: () => Promise<FileState>): VectorSource {
  const moments = new Moments(take);
  const can = fileCapabilities();

  const run = async <Answer>(
    operation: string,
    signal: AbortSignal | undefined,
    fresh: boolean,
    work: (state: FileState) => Promise<Answer>,
  ): Promise<Answer> => {
    try {
      return await untilAborted(signal, () => moments.use(fresh, work));
    } catch (error) {
      if (signal?.aborted)
        throw new ServiceFailure({ code: "aborted", service, operation, message: "The call was cancelled" });
      throw failureOfFiles(service, operation, error);
    }
  };
  const indexIn = async (state: FileState, operation: string, name: string): Promise<FileIndex> => {
    const index = await openNamed(state, name);
    if (index !== null) return index;
    const there = state.collections.map((collection) => collection.name).join(", ");
    const message = `${service}: there is no collection ${name}${there && `. There is: ${there.slice(0, 500)}`}`;
    throw new ServiceFailure({ code: "not-found", service, operation, message });
  };
  const noteOn = ({ withoutVector }: FileIndex) =>
    withoutVector === 0
      ? {}
      : {
          note: `${withoutVector.toLocaleString("en-US")} of them have lost their vector; their texts can be embedded.`,
        };
  const fetchAs = <R>(
    operation: string,
    place: { index: string; namespace: string },
    ids: readonly string[],
    signal: AbortSignal | undefined,
    shape: (read: FileRead, index: FileIndex) => R | { wrong: string },
    values: boolean,
  ): Promise<Fetched<R>> =>
    run(operation, signal, false, async (state) => {
      const index = await indexIn(state, operation, place.index);
      if (ids.length > can.limits.fetchIds)
        throw new ServiceFailure({ code: "invalid", service, operation, message: `${ids.length} IDs in one fetch` });
      const asked = [...new Set(ids)];
      const found = new Map<string, FileRead>();
      if (place.namespace === "" && asked.length > 0)
        for (const read of await index.read(asked, values)) found.set(read.id, read);
      const fetched: Fetched<R> = { records: [], missing: [], unreadable: [] };
      for (const id of asked) {
        const read = found.get(id);
        const shaped = read && shape(read, index);
        if (shaped === undefined) fetched.missing.push(id);
        else if (isWrong(shaped)) fetched.unreadable.push({ id, detail: sentence(shaped.wrong) });
        else fetched.records.push(shaped);
      }
      return fetched;
    });

  const source: VectorSource = {
    can,
    service,
    inspect: (name, { signal } = {}) =>
      run("inspect", signal, true, async (state) => {
        const index = await openNamed(state, name);
        if (index === null) return null;
        return {
          name,
          dimension: index.dimension,
          metric: index.metric,
          ready: true,
          account: index.account,
          sparse: false,
          vectors: { value: index.records, exact: true, ...noteOn(index) },
          namespaces: index.records > 0 ? 1 : 0,
        };
      }),
    collections: async function* ({ signal } = {}) {
      yield* await run("collections", signal, true, async (state) => state.collections);
    },
    namespaces: async function* (name, { signal, prefix = "" } = {}) {
      const count = await run("namespaces", signal, true, async (state) => {
        const index = await indexIn(state, "namespaces", name);
        return { value: index.records, exact: true, ...noteOn(index) };
      });
      const isAsked = prefix === "" && count.value > 0;
      yield { namespaces: isAsked ? [{ name: "", count }] : [], next: null };
    },
    count: (place, { signal } = {}) =>
      run("count", signal, true, async (state) => {
        const index = await indexIn(state, "count", place.index);
        return place.namespace === ""
          ? { value: index.records, exact: true, ...noteOn(index) }
          : { value: 0, exact: true };
      }),
    listIds: (place, { signal, cursor, prefix = "", limit = can.limits.listPage } = {}) =>
      run("listIds", signal, cursor === undefined, async (state) => {
        const index = await indexIn(state, "listIds", place.index);
        if (place.namespace !== "") return { ids: [], next: null };
        const ids = index.ids({ after: cursor ?? null, prefix, limit: limit + 1 });
        const page = ids.slice(0, limit);
        return { ids: page, next: ids.length > limit ? (page.at(-1) ?? null) : null };
      }),
    fetchHeads: (place, ids, { signal } = {}) => fetchAs("fetchHeads", place, ids, signal, headOf, false),
    fetchRecords: (place, ids, { signal } = {}) => fetchAs("fetchRecords", place, ids, signal, recordOf, true),
    close: () => moments.close(),
  };
  return { ...source, query: exactQuery(source) };
}

/** No name means the one collection that files hold; where they hold several, none of them. */
function openNamed(state: FileState, name: string): Promise<FileIndex | null> {
  const [only, ...others] = state.collections;
  return state.open(name === "" && only !== undefined && others.length === 0 ? only.name : name);
}

function headOf({ id, head }: FileRead): RecordHead | { wrong: string } {
  return "wrong" in head ? head : { id, metadata: head.metadata };
}

/** A text whose vector is lost has a head, from which it can be embedded, and no record. */
function recordOf(read: FileRead, { dimension }: FileIndex): VectorRecord | { wrong: string } {
  const head = headOf(read);
  if ("wrong" in head) return head;
  const { values } = read;
  if (values === null)
    return { wrong: "text without vector: none stands in the files, or it was lost. Its text can be embedded" };
  if (values.length !== dimension)
    return { wrong: `its vector has ${values.length} numbers, where those of the collection have ${dimension}` };
  const numbers = numbersOf(values);
  return numbers === null
    ? { wrong: "its vector holds something that isn't a finite number" }
    : { ...head, values: numbers };
}

/** As `Array.from`, which takes ten times as long; `null` where one of them isn't finite. */
function numbersOf(values: Float32Array): number[] | null {
  const numbers = new Array<number>(values.length);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (!Number.isFinite(value)) return null;
    numbers[at] = value;
  }
  return numbers;
}

function isWrong<R>(shaped: R | { wrong: string }): shaped is { wrong: string } {
  return typeof shaped === "object" && shaped !== null && "wrong" in shaped;
}

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

/** Lets go of work that goes on when it isn't waited for any more: what it prepares, the next call uses. */
async function untilAborted<Answer>(signal: AbortSignal | undefined, work: () => Promise<Answer>): Promise<Answer> {
  if (signal === undefined) return work();
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
