import type { ExportContent } from "@/lib/formats/export-folder/manifest";
import type { Listing } from "@/lib/formats/export-folder/range";
import type { ExportHead, ExportRecord } from "@/lib/formats/export-folder/record";
import type { Count, Fetched, Place, VectorSource } from "../contract";
import { exactQuery } from "../query/exact-query";
import { exportCapabilities, refusal, service } from "./capabilities";
import { headOf, isWrong, recordOf, type Wrong } from "./records";
import type { View } from "./view";

/** Makes one call: of one moment of the files, as they are now. */
export type Run = <Answer>(
  call: { operation: string; signal?: AbortSignal | undefined },
  work: (view: View) => Promise<Answer>,
) => Promise<Answer>;

/** What a finished export and one that is being written have in common. */
type Reader = {
  content: ExportContent;
  namespaces(): Counted[] | Promise<Counted[]>;
  count(namespace: string): number | Promise<number>;
  ids(namespace: string, listing: Listing): AsyncGenerator<string>;
  fetchHeads(namespace: string, ids: readonly string[]): Promise<Read<ExportHead>>;
  fetchRecords(namespace: string, ids: readonly string[]): Promise<Read<ExportRecord>>;
};
type Counted = { name: string; count: number };
type Read<R> = { records: R[]; missing: string[] };

/** Everything that reads. The folder is one collection, whose name is empty. */
export function createReads(run: Run): Omit<VectorSource, "close"> {
  const can = exportCapabilities();
  const exact = (value: number): Count => ({ value, exact: true });

  const reading = <Answer>(
    { operation, index, ...call }: { operation: string; index: string; signal?: AbortSignal | undefined },
    work: (reader: Reader) => Promise<Answer>,
  ): Promise<Answer> => run({ operation, ...call }, async (view) => work(readerOf(view, operation, index)));

  const fetchAs = <R extends ExportHead, S extends object>(
    operation: string,
    { index, namespace }: Place,
    ids: readonly string[],
    signal: AbortSignal | undefined,
    fetch: (reader: Reader, namespace: string, ids: readonly string[]) => Promise<Read<R>>,
    shape: (record: R) => S | Wrong,
  ): Promise<Fetched<S>> =>
    reading({ operation, index, signal }, async (reader) => {
      if (ids.length > can.limits.fetchIds) throw refusal("invalid", operation, `${ids.length} IDs in one fetch`);
      const { records, missing } = await fetch(reader, namespace, ids);
      const fetched: Fetched<S> = { records: [], missing, unreadable: [] };
      for (const record of records) {
        const shaped = shape(record);
        if (isWrong(shaped)) fetched.unreadable.push({ id: record.id, detail: shaped.wrong });
        else fetched.records.push(shaped);
      }
      return fetched;
    });

  const source: Omit<VectorSource, "close"> = {
    can,
    service,
    inspect: (index, { signal } = {}) =>
      run({ operation: "inspect", signal }, async (view) => {
        if (view.unfinished !== undefined) throw view.unfinished;
        const reader: Reader | null = view.writer ?? view.finished;
        if (reader === null || index !== "") return null;
        const namespaces = (await reader.namespaces()).filter(({ count }) => count > 0);
        return {
          name: "",
          dimension: reader.content.dimension,
          metric: reader.content.metric ?? "cosine",
          ready: true,
          account: view.root,
          sparse: true,
          vectors: {
            ...exact(namespaces.reduce((sum, { count }) => sum + count, 0)),
            ...(view.note !== undefined && { note: view.note }),
          },
          namespaces: namespaces.length,
        };
      }),
    collections: async function* ({ signal } = {}) {
      const found = await run({ operation: "collections", signal }, async (view) => {
        const reader: Reader | null = view.writer ?? view.finished;
        return reader && { dimension: reader.content.dimension, metric: reader.content.metric };
      });
      if (found) yield { name: "", ...found };
    },
    namespaces: async function* (index, { signal, prefix = "" } = {}) {
      const all = await reading({ operation: "namespaces", index, signal }, async (reader) => reader.namespaces());
      const found = all.filter(({ name, count }) => count > 0 && name.startsWith(prefix));
      yield { namespaces: found.map(({ name, count }) => ({ name, count: exact(count) })), next: null };
    },
    count: ({ index, namespace }, { signal } = {}) =>
      reading({ operation: "count", index, signal }, async (reader) => exact(await reader.count(namespace))),
    listIds: ({ index, namespace }, { signal, cursor, prefix = "", limit = can.limits.listPage } = {}) =>
      reading({ operation: "listIds", index, signal }, async (reader) => {
        if (limit < 1 || limit > can.limits.listPage) throw refusal("invalid", "listIds", `A page of ${limit} IDs`);
        const ids: string[] = [];
        for await (const id of reader.ids(namespace, { after: cursor ?? null, prefix })) {
          if (ids.length === limit) return { ids, next: ids.at(-1) ?? null };
          ids.push(id);
        }
        return { ids, next: null };
      }),
    fetchHeads: (place, ids, { signal } = {}) =>
      fetchAs("fetchHeads", place, ids, signal, (reader, ...asked) => reader.fetchHeads(...asked), headOf),
    fetchRecords: (place, ids, { signal } = {}) =>
      fetchAs("fetchRecords", place, ids, signal, (reader, ...asked) => reader.fetchRecords(...asked), recordOf),
  };
  return { ...source, query: exactQuery(source) };
}

/** @throws ServiceFailure `not-found` */
function readerOf({ root, writer, finished, unfinished }: View, operation: string, index: string): Reader {
  if (unfinished !== undefined) throw unfinished;
  const reader = writer ?? finished;
  if (index !== "")
    throw refusal(
      "not-found",
      operation,
      `${service}: there is no collection ${index}. The folder is one collection, which has no name`,
      "Name the folder alone.",
    );
  if (reader === null) throw refusal("not-found", operation, `${service}: there is no export in ${root} yet`);
  return reader;
}
