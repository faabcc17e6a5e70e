import { z } from "zod";
import type { DocumentIndex } from "../contract";
import { bulkUpdate, sizing } from "./bulk";
import { type ConnectionOptions, connect } from "./connection";
import { documentsOf } from "./documents";
import { service } from "./failures";
import { inspect } from "./inspect";
import { fieldMapping, putMapping } from "./mapping";
import { count, namespaces, overview } from "./overview";

/** Limits of a server with default settings (`index.max_result_window`, `index.max_terms_count`); bulks of 5 to 15 MB are what its documentation advises. */
const limits = { pageSize: 10_000, namespaces: 65_536, bulkBytes: 5_000_000 } as const;

/** The documents of one server, of version 8 or 9. Nothing is asked before the first call. */
export function openElasticsearch(options: ConnectionOptions): DocumentIndex {
  const connection = connect(options);
  return {
    service,
    limits,
    probe: ({ signal } = {}) => connection.probe({ operation: "probe", signal }),
    inspect: (target, { signal } = {}) => inspect(connection, target, signal),
    fieldMapping: (target, field, { kind = "integer", signal } = {}) =>
      fieldMapping(connection, target, { field, kind, signal }),
    count: (target, selection, { signal } = {}) => count(connection, target, selection, signal),
    overview: (target, selection, { signal } = {}) => overview(connection, target, selection, signal),
    namespaces: (target, fields, walk) => namespaces(connection, target, fields, walk),
    ...documentsOf(connection),
    bulkUpdate: (field, updates, { signal } = {}) => bulkUpdate(connection, field, updates, signal),
    sizeOf: sizing(),
    refresh: async (target, { signal } = {}) => {
      await connection.call({ operation: "refresh", signal }, z.unknown(), (client, call) =>
        client.indices.refresh({ index: [...target] }, call),
      );
    },
    putMapping: (indices, field, kind, { signal } = {}) => putMapping(connection, indices, field, kind, signal),
    close: () => connection.close(),
  };
}

export type { ConnectionOptions };
