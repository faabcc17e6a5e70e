import type { estypes } from "@elastic/elasticsearch";
import { z } from "zod";
import { isServiceFailure } from "@/lib/failures";
import type { DocumentIndex, DocumentKey, Held, Page, PageRequest, Selection, WholeDocument } from "../contract";
import type { Connection } from "./connection";
import { errorTypes, malformed } from "./failures";
import { heldIn, topKey } from "./held";
import { queryOf } from "./query";

const opened = z.object({ id: z.string(), _shards: z.object({ failed: z.number() }).optional() });

const hit = z.object({
  _index: z.string(),
  _id: z.string(),
  _routing: z.string().optional(),
  _seq_no: z.number(),
  _primary_term: z.number(),
  _source: z.unknown().optional(),
  fields: z.record(z.string(), z.array(z.unknown())).optional(),
  sort: z.tuple([z.number()]),
  matched_queries: z.array(z.string()).default([]),
});
const found = z.object({
  pit_id: z.string().optional(),
  timed_out: z.boolean(),
  _shards: z.object({ failed: z.number() }),
  hits: z.object({ hits: z.array(hit) }),
});

const read = z.object({
  docs: z.array(
    z.object({
      _index: z.string(),
      _id: z.string(),
      _routing: z.string().optional(),
      _seq_no: z.number().optional(),
      _primary_term: z.number().optional(),
      found: z.boolean().optional(),
      _source: z.unknown().optional(),
      error: z.object({ type: z.string(), reason: z.string().nullish() }).optional(),
    }),
  ),
});

const whole = read.shape.docs.element.extend({ _source: z.record(z.string(), z.unknown()).optional() });
const readWholly = z.object({ docs: z.tuple([whole]) });

const expired = (error: unknown) =>
  isServiceFailure(error) && errorTypes(error.cause).includes("search_context_missing_exception");

/** The first value of a field among those that a search brought along. */
function namespaceIn(fields: Record<string, unknown[]> | undefined, field: string): string | null {
  const first = fields?.[field]?.[0];
  return first === undefined || first === null ? null : String(first);
}

const foundName = "found";

/** The same documents, each with the word whether searches find a value of it; not asked where the selection says so by itself. */
function telling(query: estypes.QueryDslQueryContainer, { field, where }: Selection): estypes.QueryDslQueryContainer {
  if (where === "missing") return query;
  return { bool: { filter: [query], should: [{ exists: { field, _name: foundName } }] } };
}

const isFound = ({ matched_queries }: z.infer<typeof hit>, { where }: Selection) =>
  where !== "missing" && matched_queries.includes(foundName);

/** A value that only searches know (`null_value` of the mapping) is there all the same: such a document isn't one without. */
function heldAndFound(held: Held, found: boolean): Held {
  if (held.state !== "absent" || !found) return held;
  return { state: "other", words: "searches find a value that the document itself doesn't hold" };
}

async function readPage(connection: Connection, request: PageRequest, signal?: AbortSignal): Promise<Page> {
  const { point, keepAliveMs, selection, slice, after, size } = request;
  const body = await connection.call({ operation: "page", signal }, found, (client, options) =>
    client.search(
      {
        // Without this a shard that failed would silently be missing from the page.
        allow_partial_search_results: false,
        pit: { id: point, keep_alive: `${keepAliveMs}ms` },
        size,
        query: telling(queryOf(selection), selection),
        sort: [{ _shard_doc: "asc" }],
        track_total_hits: false,
        seq_no_primary_term: true,
        _source: [topKey(selection.field)],
        // Not from the columns, which a field of type `text` doesn't have.
        fields: [selection.namespaceField],
        ...(after === null ? {} : { search_after: [after] }),
        ...(slice === null || slice.of < 2 ? {} : { slice: { id: String(slice.part), max: slice.of } }),
      },
      options,
    ),
  );
  if (body.timed_out || body._shards.failed > 0) throw malformed("page", "Some shards gave no answer");
  const { hits } = body.hits;
  return {
    state: "page",
    documents: hits.map((document) => ({
      index: document._index,
      id: document._id,
      routing: document._routing ?? null,
      seqNo: document._seq_no,
      primaryTerm: document._primary_term,
      held: heldAndFound(heldIn(document._source, selection.field), isFound(document, selection)),
      namespace: namespaceIn(document.fields, selection.namespaceField),
      found: isFound(document, selection),
    })),
    after: hits.length < size ? null : (hits.at(-1)?.sort[0] ?? null),
    point: body.pit_id ?? point,
  };
}

async function readNow(connection: Connection, keys: readonly DocumentKey[], field: string, signal?: AbortSignal) {
  if (keys.length === 0) return [];
  const { docs } = await connection.call({ operation: "read", signal }, read, (client, options) =>
    client.mget(
      {
        docs: keys.map(({ index, id, routing }) => ({
          _index: index,
          _id: id,
          _source: [topKey(field)],
          ...(routing === null ? {} : { routing }),
        })),
      },
      options,
    ),
  );
  if (docs.length !== keys.length) throw malformed("read", `Asked for ${keys.length} documents, got ${docs.length}`);
  return docs.map((document, at) => {
    const key = keys[at];
    if (key === undefined || document._id !== key.id) throw malformed("read", "The documents come in another order");
    if (document.error && document.error.type !== "index_not_found_exception") {
      throw malformed("read", document.error.reason ?? document.error.type);
    }
    const { found: there, _seq_no: seqNo, _primary_term: primaryTerm } = document;
    if (!there || seqNo === undefined || primaryTerm === undefined) return null;
    return { ...key, seqNo, primaryTerm, held: heldIn(document._source, field) };
  });
}

async function readWhole(
  connection: Connection,
  key: DocumentKey,
  signal?: AbortSignal,
): Promise<WholeDocument | null> {
  const { index, id, routing } = key;
  const { docs } = await connection.call({ operation: "readWhole", signal }, readWholly, (client, options) =>
    client.mget({ docs: [{ _index: index, _id: id, ...(routing === null ? {} : { routing }) }] }, options),
  );
  const [{ error, found: there, _seq_no: seqNo, _primary_term: primaryTerm, _source: source }] = docs;
  if (error && error.type !== "index_not_found_exception") throw malformed("readWhole", error.reason ?? error.type);
  if (!there || seqNo === undefined || primaryTerm === undefined) return null;
  return { seqNo, primaryTerm, source: source ?? {} };
}

/** Scanning documents at a point in time, and reading single ones as they are now. */
export function documentsOf(
  connection: Connection,
): Pick<DocumentIndex, "openPoint" | "page" | "closePoint" | "read" | "readWhole"> {
  return {
    openPoint: async (target, keepAliveMs, { signal } = {}) => {
      const { id } = await connection.call({ operation: "openPoint", signal }, opened, (client, options) =>
        client.openPointInTime({ index: [...target], keep_alive: `${keepAliveMs}ms` }, options),
      );
      return id;
    },
    page: async (request, { signal } = {}) => {
      try {
        return await readPage(connection, request, signal);
      } catch (error) {
        if (expired(error)) return { state: "expired" };
        throw error;
      }
    },
    closePoint: async (point, { signal } = {}) => {
      try {
        await connection.call({ operation: "closePoint", signal }, z.unknown(), (client, options) =>
          client.closePointInTime({ id: point }, options),
        );
      } catch (error) {
        if (!(isServiceFailure(error) && error.code === "not-found")) throw error;
      }
    },
    read: (keys, { field }, { signal } = {}) => readNow(connection, keys, field, signal),
    readWhole: (key, { signal } = {}) => readWhole(connection, key, signal),
  };
}
