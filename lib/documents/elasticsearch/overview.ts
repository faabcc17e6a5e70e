import { z } from "zod";
import type { NamespaceTally, Overview, Scalar, Selection, Target } from "../contract";
import type { Connection } from "./connection";
import { malformed } from "./failures";
import { queryOf } from "./query";

const shards = z.object({ failed: z.number() });
const counted = z.object({ count: z.number(), _shards: shards });

/** Values that are counted one by one; a level has a handful. */
const mostValues = 100;

const capabilities = z.object({
  fields: z.record(z.string(), z.record(z.string(), z.object({ aggregatable: z.boolean().optional() }))),
});

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const bucket = z.object({ key: scalar, key_as_string: z.string().optional(), doc_count: z.number() });
const surveyed = z.object({
  timed_out: z.boolean(),
  _shards: shards,
  hits: z.object({ total: z.object({ value: z.number() }) }),
  aggregations: z.object({
    with: z.object({ doc_count: z.number() }),
    ignored: z.object({ doc_count: z.number() }),
    values: z.object({ buckets: z.array(bucket), sum_other_doc_count: z.number() }).optional(),
  }),
});

const namespaceKey = z.union([scalar, z.null()]);
const tallied = z.object({
  timed_out: z.boolean(),
  _shards: shards,
  aggregations: z.object({
    namespaces: z.object({
      after_key: z.object({ namespace: namespaceKey }).optional(),
      buckets: z.array(
        z.object({
          key: z.object({ namespace: namespaceKey }),
          doc_count: z.number(),
          with: z.object({ doc_count: z.number() }),
        }),
      ),
    }),
  }),
});

/** Counts of some shards alone would look like counts of all. */
function whole<T extends { timed_out?: boolean; _shards: { failed: number } }>(operation: string, body: T): T {
  if (body.timed_out || body._shards.failed > 0) throw malformed(operation, "Some shards gave no answer");
  return body;
}

export async function count(
  connection: Connection,
  target: Target,
  selection: Selection,
  signal?: AbortSignal,
): Promise<number> {
  const body = await connection.call({ operation: "count", signal }, counted, (client, options) =>
    client.count({ index: [...target], query: queryOf(selection) }, options),
  );
  return whole("count", body).count;
}

/** Whether values of the field can be counted in all indexes that know it. */
async function isAggregatable(
  connection: Connection,
  target: Target,
  field: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const { fields } = await connection.call({ operation: "overview", signal }, capabilities, (client, options) =>
    client.fieldCaps({ index: [...target], fields: [field] }, options),
  );
  const kinds = Object.values(fields[field] ?? {});
  return kinds.every(({ aggregatable }) => aggregatable === true);
}

/** A boolean comes as 1 or 0, and its word beside it. */
function scalarOf({ key, key_as_string }: z.infer<typeof bucket>): Scalar {
  const isBoolean = typeof key === "number" && (key_as_string === "true" || key_as_string === "false");
  return isBoolean ? key_as_string === "true" : key;
}

export async function overview(
  connection: Connection,
  target: Target,
  selection: Selection,
  signal?: AbortSignal,
): Promise<Overview> {
  const { field } = selection;
  const byValue = await isAggregatable(connection, target, field, signal);
  const body = await connection.call({ operation: "overview", signal }, surveyed, (client, options) =>
    client.search(
      {
        index: [...target],
        allow_partial_search_results: false,
        size: 0,
        track_total_hits: true,
        query: queryOf(selection),
        aggs: {
          with: { filter: { exists: { field } } },
          ignored: { filter: { bool: { filter: [{ term: { _ignored: field } }], must_not: [{ exists: { field } }] } } },
          ...(byValue && { values: { terms: { field, size: mostValues } } }),
        },
      },
      options,
    ),
  );
  const { hits, aggregations } = whole("overview", body);
  const total = hits.total.value;
  const { values, ignored } = aggregations;
  return {
    total,
    with: aggregations.with.doc_count,
    without: total - aggregations.with.doc_count,
    values: values ? values.buckets.map((found) => ({ value: scalarOf(found), count: found.doc_count })) : null,
    otherValues: values?.sum_other_doc_count ?? 0,
    ...(ignored.doc_count > 0 ? { ignored: ignored.doc_count } : {}),
  };
}

/** Every namespace, page by page: a composite aggregation leaves none out, however many there are. */
export async function* namespaces(
  connection: Connection,
  target: Target,
  { field, namespaceField }: { field: string; namespaceField: string },
  { signal, pageSize = 1000 }: { signal?: AbortSignal; pageSize?: number } = {},
): AsyncGenerator<NamespaceTally[]> {
  let after: z.infer<typeof namespaceKey> | undefined;
  for (;;) {
    const body = await connection.call({ operation: "namespaces", signal }, tallied, (client, options) =>
      client.search(
        {
          index: [...target],
          allow_partial_search_results: false,
          size: 0,
          track_total_hits: false,
          aggs: {
            namespaces: {
              composite: {
                size: pageSize,
                sources: [{ namespace: { terms: { field: namespaceField, missing_bucket: true } } }],
                ...(after === undefined ? {} : { after: { namespace: after } }),
              },
              aggs: { with: { filter: { exists: { field } } } },
            },
          },
        },
        options,
      ),
    );
    const { buckets, after_key } = whole("namespaces", body).aggregations.namespaces;
    if (buckets.length > 0) {
      yield buckets.map(({ key, doc_count, with: having }) => ({
        name: key.namespace === null ? null : String(key.namespace),
        documents: doc_count,
        with: having.doc_count,
      }));
    }
    if (after_key === undefined || buckets.length < pageSize) return;
    after = after_key.namespace;
  }
}
