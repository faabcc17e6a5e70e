/**
 * Asks PostgreSQL with pgvector for `vector-search.ts`, and is copied beside it by an application that has a side there; `vector_search_pgvector.py` is
 * the same in Python. Without dependencies: the application brings its own connection. See docs/guides/cut-over.md.
 */
import type { Asked, Backend, Filter, Hit } from "./vector-search";

type Json = Filter[string];
/** Runs one statement, such as `(text, values) => pool.query(text, values).then(({ rows }) => rows)`. */
type Run = (text: string, values: unknown[]) => Promise<{ [column: string]: unknown }[]>;

/** For `openVectorSearch({ pgvector })`. The statement is such that the index that Portage built serves it. */
export function askPgvector(run: Run): (backend: Backend, question: Asked) => Promise<Omit<Hit, "text">[]> {
  return async (backend, question) => {
    const place = backend.sql;
    if (!place) throw new Error("The switch file says nothing of the table");
    // A table without namespaces holds records without one: what another one asks for isn't there.
    if (place.namespace === null && !place.namespaceKey && question.namespace !== "") return [];
    const { text, values } = statement(place, question);
    const rows = await run(text, values);
    return rows.map((row) => {
      const metadata: Hit["metadata"] = JSON.parse(String(row.metadata ?? "{}"));
      const away = Number(row.distance);
      return { id: String(row.id), score: backend.metric === "cosine" ? 1 - away : -away, metadata };
    });
  };
}

function statement(place: NonNullable<Backend["sql"]>, { vector, k = 10, filter, namespace }: Asked) {
  const values: unknown[] = [JSON.stringify(vector)];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const type = place.cast ?? "vector";
  const column = place.cast === null ? quoted(place.column) : `${quoted(place.column)}::${place.cast}`;
  const distance = `${column} ${place.operator} $1::${type}`;
  const metadata = place.metadata === null ? "to_jsonb(t)" : `t.${quoted(place.metadata)}::jsonb`;
  const where = [
    `${quoted(place.column)} IS NOT NULL`,
    ...(place.namespace === null ? [] : [`coalesce(${quoted(place.namespace)}::text, '') = ${parameter(namespace)}`]),
    ...(place.namespaceKey
      ? [`coalesce(${metadata} ->> ${parameter(place.namespaceKey)}::text, '') = ${parameter(namespace)}`]
      : []),
    ...(place.within
      ? [`${quoted(place.within.column)} = ${parameter(place.within.value)}::${place.within.type}`]
      : []),
    ...(filter ? [filterText(filter, metadata, parameter)] : []),
  ].join(" AND ");
  const table = `${quoted(place.schema)}.${quoted(place.table)}`;
  const text = `SELECT ${quoted(place.id)}::text AS id, (${distance})::float8 AS distance, ((${metadata}) - ${parameter(place.column)}::text)::text AS metadata FROM ${table} t WHERE ${where} ORDER BY ${distance} LIMIT ${Math.trunc(k)}`;
  return { text, values };
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

const signs: Record<string, string> = { $gt: ">", $gte: ">=", $lt: "<", $lte: "<=" };

/** Filters as Pinecone and Chroma write them. */
function filterText(filter: Filter, metadata: string, parameter: (value: unknown) => string): string {
  const parts = Object.entries(filter).map(([key, wanted]) => {
    if ((key === "$and" || key === "$or") && Array.isArray(wanted)) {
      const inner = wanted.map((one) => filterText(isFilter(one) ? one : {}, metadata, parameter));
      return `(${inner.join(key === "$and" ? " AND " : " OR ")})`;
    }
    const rules = isFilter(wanted) ? Object.entries(wanted) : [["$eq", wanted] as const];
    return rules.map(([rule, value]) => conditionText(key, rule, value, metadata, parameter)).join(" AND ");
  });
  return parts.length === 0 ? "true" : `(${parts.join(" AND ")})`;
}

const isFilter = (value: Json | undefined): value is Filter =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function conditionText(
  key: string,
  rule: string,
  value: Json,
  metadata: string,
  parameter: (value: unknown) => string,
) {
  const held = `(${metadata} -> ${parameter(key)}::text)`;
  const holds = (one: Json) => `coalesce(${held} @> ${parameter(JSON.stringify(one))}::jsonb, false)`;
  const several = Array.isArray(value) ? value : [];
  if (rule === "$eq") return holds(value);
  if (rule === "$ne") return `NOT ${holds(value)}`;
  if (rule === "$in") return `(${several.map(holds).join(" OR ") || "false"})`;
  if (rule === "$nin") return `NOT (${several.map(holds).join(" OR ") || "false"})`;
  const sign = signs[rule];
  if (sign === undefined) throw new Error(`The filter ${rule} isn't known`);
  return `(CASE WHEN jsonb_typeof(${held}) = 'number' THEN (${held})::text::numeric ${sign} ${parameter(Number(value))}::numeric ELSE false END)`;
}
