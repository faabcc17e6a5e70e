import { z } from "zod";
import type { Worked } from "@/sandbox/http/stand-in";
import { aggregate, type Found } from "../aggregations";
import type { Mappings } from "../definition";
import type { StoredDocument } from "../document";
import { findField } from "../fields";
import type { PointIndex } from "../points";
import { illegal, ok } from "../problems";
import { compileQuery, compileScore, namedQueries } from "../query";
import { resolve } from "../resolve";
import { type Desk, milliseconds, type Route, readBody, refuseBlocked, shardsOf } from "./desk";
import { cut } from "./source";

const body = z.object({
  query: z.unknown().optional(),
  size: z.number().default(10),
  pit: z.object({ id: z.string(), keep_alive: z.string().optional() }).optional(),
  slice: z.object({ id: z.coerce.number(), max: z.number().min(2) }).optional(),
  search_after: z.tuple([z.number()]).optional(),
  sort: z.array(z.record(z.string(), z.unknown())).optional(),
  seq_no_primary_term: z.boolean().default(false),
  version: z.boolean().default(false),
  track_total_hits: z.union([z.boolean(), z.number()]).default(10_000),
  _source: z.union([z.boolean(), z.array(z.string())]).default(true),
  fields: z.array(z.string()).default([]),
  aggs: z.record(z.string(), z.unknown()).optional(),
  aggregations: z.record(z.string(), z.unknown()).optional(),
});
type Body = z.infer<typeof body>;

/** Documents are ordered by their index, then by their number in it: this is what `_shard_doc` sorts by. */
const indexFactor = 2 ** 32;
const mostHits = 10_000;

type Hit = Found & { order: number; score: number | null };

function* hitsOf(indexes: readonly PointIndex[], request: Body): Generator<Hit> {
  for (const [at, { definition, documents, matches }] of indexes.entries()) {
    const { name, mappings } = definition;
    const wanted = compileQuery(request.query, mappings);
    const score = request.sort ? null : compileScore(request.query);
    for (const document of documents) {
      const { number } = document.head;
      if (request.slice && number % request.slice.max !== request.slice.id) continue;
      if (matches(document) && wanted(document))
        yield {
          ...{ document, index: name, mappings, order: at * indexFactor + number },
          score: score === null ? null : score(document),
        };
    }
  }
}

function fieldsOf(document: StoredDocument, mappings: Mappings, names: readonly string[]) {
  const fields = names.flatMap((name) => {
    const field = findField(mappings, name);
    const values = field ? document.values(field.path) : [];
    return values.length > 0 ? [[name, values] as const] : [];
  });
  return fields.length > 0 ? { fields: Object.fromEntries(fields) } : {};
}

function render({ document, index, mappings, order, score }: Hit, request: Body): object {
  const { id, seqNo, version, routing } = document.head;
  const matched = namedQueries(request.query, mappings).flatMap(({ name, matches }) =>
    matches(document) ? [name] : [],
  );
  const source = mappings._source?.enabled === false ? undefined : cut(document.source(), request._source);
  return {
    _index: index,
    _id: id,
    ...(request.version ? { _version: version } : {}),
    ...(request.seq_no_primary_term ? { _seq_no: seqNo, _primary_term: 1 } : {}),
    _score: score,
    ...(routing === null ? {} : { _routing: routing }),
    ...(source === undefined ? {} : { _source: source }),
    ...fieldsOf(document, mappings, request.fields),
    ...(request.sort ? { sort: [order] } : {}),
    ...(matched.length > 0 ? { matched_queries: matched } : {}),
  };
}

function indexesFor(desk: Desk, request: Body): PointIndex[] {
  if (request.pit) {
    const { id, keep_alive } = request.pit;
    return desk.points.use(id, keep_alive === undefined ? null : milliseconds(keep_alive));
  }
  return resolve(desk.library, desk.target).map((found) => ({
    ...found,
    documents: desk.library.visible(found.definition),
  }));
}

function search(desk: Desk): Worked {
  const request = readBody(desk, body);
  if (request.size > mostHits)
    throw illegal(`Result window is too large, from + size must be less than or equal to: [${mostHits}]`);
  const indexes = indexesFor(desk, request);
  for (const { definition } of indexes) refuseBlocked(definition, ["read"]);
  const definitions = request.aggs ?? request.aggregations;
  const counts = request.track_total_hits !== false || definitions !== undefined;
  const after = request.search_after?.[0] ?? -1;
  const all: Hit[] = [];
  const page: Hit[] = [];
  const scored = !request.sort && compileScore(request.query) !== null;
  const hits = scored
    ? [...hitsOf(indexes, request)].sort((one, other) => (other.score ?? 0) - (one.score ?? 0))
    : hitsOf(indexes, request);
  for (const hit of hits) {
    if (counts) all.push(hit);
    if (hit.order > after && page.length < request.size) page.push(hit);
    if (!counts && page.length >= request.size) break;
  }
  const limit = typeof request.track_total_hits === "number" ? request.track_total_hits : Number.POSITIVE_INFINITY;
  const total = { value: Math.min(all.length, limit), relation: all.length > limit ? "gte" : "eq" };
  const answer = {
    ...(request.pit ? { pit_id: request.pit.id } : {}),
    took: 1,
    timed_out: false,
    _shards: shardsOf(indexes.reduce((sum, { definition }) => sum + definition.shards, 0)),
    hits: {
      ...(request.track_total_hits === false ? {} : { total }),
      max_score: null,
      hits: page.map((hit) => render(hit, request)),
    },
    ...(definitions === undefined ? {} : { aggregations: aggregate(definitions, all) }),
  };
  return { ...ok(answer), records: page.length };
}

function count(desk: Desk): Worked {
  const { query } = readBody(desk, z.object({ query: z.unknown().optional() }));
  const indexes = indexesFor(desk, body.parse({ query }));
  for (const { definition } of indexes) refuseBlocked(definition, ["read"]);
  let found = 0;
  for (const _ of hitsOf(indexes, body.parse({ query }))) found++;
  return ok({ count: found, _shards: shardsOf(indexes.reduce((sum, { definition }) => sum + definition.shards, 0)) });
}

function openPoint(desk: Desk): Worked {
  const resolved = resolve(desk.library, desk.target);
  const keepAlive = desk.exchange.query.get("keep_alive");
  if (keepAlive === null) throw illegal("[open_point_in_time] requires a keep_alive");
  const id = desk.points.open(resolved, milliseconds(keepAlive));
  return ok({ id, _shards: shardsOf(resolved.reduce((sum, { definition }) => sum + definition.shards, 0)) });
}

function closePoint(desk: Desk): Worked {
  const { id } = readBody(desk, z.object({ id: z.string() }));
  const closed = desk.points.close(id);
  return { ...ok({ succeeded: closed, num_freed: closed ? 1 : 0 }), status: closed ? 200 : 404 };
}

/** What reads by query: `_search`, `_count`, `_pit`. */
export const searchRoutes: Record<string, Route[]> = {
  _search: [{ name: "search", methods: ["GET", "POST"], run: search }],
  _count: [{ name: "count", methods: ["GET", "POST"], run: count }],
  _pit: [
    { name: "open-point", methods: ["POST"], run: openPoint },
    { name: "close-point", methods: ["DELETE"], run: closePoint },
  ],
};
