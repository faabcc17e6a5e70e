import type { DocumentIndex } from "../contract";
import type { ConnectionOptions } from "./connection";
import { service } from "./service";
import type { Asked } from "./store";
import { sizing } from "./update-lines";

/** Limits of a server with default settings (`index.max_result_window`, `index.max_terms_count`); bulks of 5 to 15 MB are what its documentation advises. */
const limits = { pageSize: 10_000, namespaces: 65_536, bulkBytes: 5_000_000 } as const;

/**
 * The documents of one server, of version 8 or 9. Nothing is asked before the first call, which loads the client: as much code as all the
 * rest of a command.
 */
export function openElasticsearch(options: ConnectionOptions): DocumentIndex {
  let opened: Promise<Asked> | null = null;
  const store = () => {
    opened ??= import("./store").then(({ createStore }) => createStore(options));
    return opened;
  };
  return {
    service,
    limits,
    sizeOf: sizing(),
    probe: async (...asked) => (await store()).probe(...asked),
    inspect: async (...asked) => (await store()).inspect(...asked),
    fieldMapping: async (...asked) => (await store()).fieldMapping(...asked),
    count: async (...asked) => (await store()).count(...asked),
    overview: async (...asked) => (await store()).overview(...asked),
    namespaces: async function* (...asked) {
      yield* (await store()).namespaces(...asked);
    },
    openPoint: async (...asked) => (await store()).openPoint(...asked),
    page: async (...asked) => (await store()).page(...asked),
    closePoint: async (...asked) => (await store()).closePoint(...asked),
    read: async (...asked) => (await store()).read(...asked),
    findByWords: async (...asked) => (await store()).findByWords(...asked),
    readWhole: async (...asked) => (await store()).readWhole(...asked),
    bulkUpdate: async (...asked) => (await store()).bulkUpdate(...asked),
    refresh: async (...asked) => (await store()).refresh(...asked),
    putMapping: async (...asked) => (await store()).putMapping(...asked),
    close: async () => (await opened)?.close(),
  };
}

export type { ConnectionOptions };
