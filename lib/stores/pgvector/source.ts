import type { Fetched, Metric, StoreCapabilities, VectorSource } from "../contract";
import { checkQuery } from "../query/exact-query";
import { refusal, service } from "./connection/failures";
import type { Asking } from "./connection/session";
import { sqlPlaceOf } from "./facade";
import { chosenTables } from "./reading/chosen-rows";
import { countRecords, readNamespaces } from "./reading/counting";
import { readCoverage } from "./reading/coverage";
import { accountOf, metricOf, shapeOf } from "./reading/inspect";
import { listIds } from "./reading/listing";
import { explainRows, queryRows } from "./reading/query";
import { fetchHeads, fetchRecords } from "./reading/records";
import { readEffort } from "./reading/search-effort";
import type { Layout } from "./tables/layout";
import type { Opened, PgvectorOptions } from "./tables/open-store";

/** Metadata's own limit is 1 GB; a text of that size is none. A row of an index, where IDs stand, takes 2,700 bytes. */
export const pgvectorCapabilities = (): StoreCapabilities => ({
  listing: "byte-ordered",
  visibility: "immediate",
  count: "exact",
  metadata: "json",
  metrics: ["cosine", "dotproduct", "euclidean"],
  limits: {
    fetchIds: 500,
    fetchBytes: 500_000,
    listPage: 5000,
    upsertRecords: 1000,
    upsertBytes: 16_000_000,
    metadataBytes: 8_000_000,
    idLength: 512,
    dimensions: 16_000,
  },
});

/** Everything that reads. It has no way to write, at run time either, and a source's sessions are read-only at the server. */
export function createSource(opened: Opened, options: PgvectorOptions, can = pgvectorCapabilities()): VectorSource {
  const { sessions, tables, rows } = opened;
  const nothing = <R>(): Fetched<R> => ({ records: [], missing: [], unreadable: [] });
  let account: string | null = null;
  const asked = (layout: Layout, namespace: string) => {
    const metric: Metric = options.metric ?? metricOf(layout) ?? "cosine";
    return { rows, namespace, metric };
  };

  return {
    can,
    service,
    inspect: async (index, { signal } = {}) => {
      const call = { operation: "inspect", signal };
      tables.forget(index);
      const layout = await tables.find(call, index);
      if (layout === null) return null;
      return sessions.ask(call, async (asking) => {
        account ??= await accountOf(asking, options.schema, sessions.whereabouts(call.operation));
        return shapeOf(asking, layout, rows, { metric: options.metric, account });
      });
    },
    collections: async function* ({ signal } = {}) {
      for (const layout of await tables.all({ operation: "collections", signal }))
        yield { name: layout.collection, dimension: layout.dimension, metric: options.metric ?? metricOf(layout) };
    },
    namespaces: async function* (index, { signal, prefix = "" } = {}) {
      const call = { operation: "namespaces", signal };
      const pages = await tables.using(call, index, (layout) =>
        sessions.ask(call, (asking) => readNamespaces(asking, layout, rows, prefix, can.limits.listPage)),
      );
      yield* pages;
    },
    count: ({ index, namespace }, { signal } = {}) => {
      const call = { operation: "count", signal };
      return tables.using(call, index, (layout) =>
        sessions.ask(call, (asking) => countRecords(asking, layout, rows, namespace)),
      );
    },
    listIds: async ({ index, namespace }, { signal, cursor, prefix = "", limit = can.limits.listPage } = {}) => {
      const call = { operation: "listIds", signal };
      if (limit < 1 || limit > can.limits.listPage) throw refusal("invalid", call.operation, `A page of ${limit} IDs`);
      const page = { after: cursor ?? null, prefix, limit };
      return tables.using(call, index, (layout) =>
        sessions.ask(call, (asking) => listIds(asking, layout, rows, namespace, page)),
      );
    },
    fetchHeads: async ({ index, namespace }, ids, { signal } = {}) => {
      const call = { operation: "fetchHeads", signal };
      if (ids.length === 0) return nothing();
      return tables.using(call, index, (layout) =>
        sessions.ask(call, (asking) => fetchHeads(asking, layout, { rows, namespace, ids })),
      );
    },
    fetchRecords: async ({ index, namespace }, ids, { signal } = {}) => {
      const call = { operation: "fetchRecords", signal };
      if (ids.length === 0) return nothing();
      return tables.using(call, index, (layout) =>
        sessions.ask(call, (asking) => fetchRecords(asking, layout, { rows, namespace, ids })),
      );
    },
    query: ({ index, namespace }, question, { signal } = {}) => {
      const call = { operation: "query", signal };
      return tables.using(call, index, (layout) => {
        checkQuery(service, question, layout.dimension);
        const ask = (asking: Asking) => queryRows(asking, layout, asked(layout, namespace), question);
        const plain = question.effort === undefined && question.filter === undefined;
        return plain ? sessions.ask(call, ask) : sessions.transaction(call, ask);
      });
    },
    explainQuery: ({ index, namespace }, question, { signal } = {}) => {
      const call = { operation: "explainQuery", signal };
      // An index may have been built since the table was last looked at.
      tables.forget(index);
      return tables.using(call, index, (layout) => {
        checkQuery(service, question, layout.dimension);
        const { database } = sessions.whereabouts(call.operation);
        return sessions.transaction(call, (asking) =>
          explainRows(asking, layout, { ...asked(layout, namespace), database }, question),
        );
      });
    },
    searchEffort: (index, { signal } = {}) => {
      const call = { operation: "searchEffort", signal };
      tables.forget(index);
      return tables.using(call, index, (layout) => sessions.ask(call, (asking) => readEffort(asking, layout)));
    },
    sqlPlace: (index, { signal } = {}) => {
      const call = { operation: "sqlPlace", signal };
      // An index may have been built since the table was last looked at.
      tables.forget(index);
      return tables.using(call, index, async (layout) =>
        sqlPlaceOf(layout, options.metric ?? metricOf(layout) ?? "cosine"),
      );
    },
    chosen: (choice) => createSource({ ...opened, tables: chosenTables(sessions, tables, choice) }, options, can),
    coverage: (index, { signal } = {}) => {
      const call = { operation: "coverage", signal };
      tables.forget(index);
      return tables.using(call, index, (layout) => sessions.ask(call, (asking) => readCoverage(asking, layout)));
    },
    close: () => sessions.close(),
  };
}
