import { z } from "zod";
import type { DocumentIndex } from "../contract";
import { bulkUpdate } from "./bulk";
import { type ConnectionOptions, connect } from "./connection";
import { documentsOf } from "./documents";
import { inspect } from "./inspect";
import { fieldMapping, putMapping } from "./mapping";
import { count, namespaces, overview } from "./overview";
import { findByWords } from "./words";

/** What of a document index is asked of the server. */
export type Asked = Omit<DocumentIndex, "service" | "limits" | "sizeOf">;

export function createStore(options: ConnectionOptions): Asked {
  const connection = connect(options);
  return {
    probe: ({ signal } = {}) => connection.probe({ operation: "probe", signal }),
    inspect: (target, { signal } = {}) => inspect(connection, target, signal),
    fieldMapping: (target, field, { kind = "integer", signal } = {}) =>
      fieldMapping(connection, target, { field, kind, signal }),
    count: (target, selection, { signal } = {}) => count(connection, target, selection, signal),
    overview: (target, selection, { signal } = {}) => overview(connection, target, selection, signal),
    namespaces: (target, fields, scan) => namespaces(connection, target, fields, scan),
    findByWords: (target, question, { signal } = {}) => findByWords(connection, target, question, signal),
    ...documentsOf(connection),
    bulkUpdate: (field, updates, { signal } = {}) => bulkUpdate(connection, field, updates, signal),
    refresh: async (target, { signal } = {}) => {
      await connection.call({ operation: "refresh", signal }, z.unknown(), (client, call) =>
        client.indices.refresh({ index: [...target] }, call),
      );
    },
    putMapping: (indices, field, kind, { signal } = {}) => putMapping(connection, indices, field, kind, signal),
    close: () => connection.close(),
  };
}
