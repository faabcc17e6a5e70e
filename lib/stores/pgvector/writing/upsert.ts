import { z } from "zod";
import { compareBytes } from "../../byte-order";
import type { Rejected, Upserted } from "../../contract";
import { refusal } from "../connection/failures";
import type { Asking, Value } from "../connection/session";
import { type Column, literal, quoted } from "../tables/catalog";
import {
  columnValue,
  keyOf,
  type Layout,
  momentOf,
  namespaceText,
  rowsOf,
  scopeOf,
  tableOf,
  typeOf,
} from "../tables/layout";
import { refusalOfNamespace } from "../tables/namespace-names";
import type { Accepted } from "./accept";
import { textArray, vectorArray, vectorArrayLength } from "./binary-array";
import { borrowMemory, giveBackMemory } from "./spare-memory";

const operation = "upsert";
type Parameter = (value: Value) => string;
const idSchema = z.object({ id: z.string() });
/** What is noted beside a vector, where the table has columns for it: the model that made it, and the moment if it isn't to be that of the write. */
export type Noted = { model: string | null; again?: string | undefined };

/**
 * Writes a batch in one statement: all of it or nothing. The vectors go as one array of bytes, which is as quick as COPY into a temporary table and
 * leaves nothing behind in the session. IDs ascend, so that two writers of the same rows wait for each other instead of locking each other out.
 * The caller has seen to it that every record can be held.
 */
export async function writeRecords(
  asking: Asking,
  layout: Layout,
  namespace: string,
  records: readonly Accepted[],
  noted: Noted,
): Promise<Upserted> {
  const key = keyOf(layout);
  if (key === null) throw withoutKey(layout);
  const sorted = [...records].sort((a, b) => compareBytes(a.record.id, b.record.id));
  const values: Value[] = [];
  const parameter: Parameter = (value) => `$${values.push(value)}`;
  const vectors = sorted.map(({ record }) => record.values);
  const memory = borrowMemory(vectorArrayLength(vectors));
  const written = new Set<string>();
  try {
    const batch = { records: sorted, vectors: vectorArray(layout.vector.vectorOid ?? 0, vectors, memory) };
    const statement =
      layout.writes === "update"
        ? updateStatement(layout, namespace, batch, noted, parameter)
        : insertStatement(layout, namespace, batch, key, noted, parameter);
    for (const { id } of await asking.rows(idSchema, statement, values)) written.add(id);
  } finally {
    giveBackMemory(memory);
  }
  const accepted: string[] = [];
  const rejected: Rejected[] = [];
  for (const { record } of records) {
    const { id } = record;
    if (written.has(id)) accepted.push(id);
    else
      rejected.push({
        id,
        detail:
          layout.writes === "update" ? `The table ${layout.table.name} has no row with this ID` : elsewhere(layout),
      });
  }
  return { accepted, rejected, receipt: null };
}

const elsewhere = ({ table, within, namespace }: Layout) =>
  within || namespace
    ? `The table ${table.name} has this ID in another ${within ? "collection" : "namespace"} already, and its key is the ID alone; or a trigger left the row out`
    : `The table ${table.name} didn't take the row: a trigger or a rule left it out`;

function withoutKey({ table, schema, id }: Layout) {
  return refusal(
    "conflict",
    operation,
    `The table ${table.name} has no unique index on ${id.name}: a record couldn't be written twice without standing there twice`,
    `Create one, which needs no lock for long: CREATE UNIQUE INDEX CONCURRENTLY ON ${quoted(schema)}.${quoted(table.name)} (${quoted(id.name)});`,
  );
}

/** Records with their vectors as the server takes them. */
type Batch = { records: readonly Accepted[]; vectors: Buffer };

/** The batch as a table of SQL: `u.id`, `u.vector`, `u.metadata`, and `c` with the columns that are metadata keys. */
function tableOfBatch(layout: Layout, { records, vectors }: Batch, parameter: Parameter): string {
  const parts = records.map((each) => partsOf(layout, each));
  const arrays = [
    `${parameter(textArray(records.map(({ record }) => record.id)))}::text[]`,
    `${parameter(vectors)}::${quoted(layout.vector.typeSchema)}.vector[]`,
    `${parameter(textArray(parts.map(({ json }) => json)))}::text[]`,
  ];
  if (layout.columns.length === 0) return `unnest(${arrays.join(", ")}) AS u(id, vector, metadata)`;
  arrays.push(`${parameter(textArray(parts.map(({ columns }) => columns)))}::text[]`);
  const named = layout.columns.map(({ key, column }) => `${quoted(key)} ${column.type}`).join(", ");
  return `unnest(${arrays.join(", ")}) AS u(id, vector, metadata, columns), jsonb_to_record(u.columns::jsonb) AS c(${named})`;
}

function partsOf(layout: Layout, { record, json }: Accepted): { json: string; columns: string } {
  if (layout.columns.length === 0) return { json, columns: "" };
  const keys = new Set(layout.columns.map(({ key }) => key));
  const entries = Object.entries(record.metadata);
  return {
    json: JSON.stringify(Object.fromEntries(entries.filter(([key]) => !keys.has(key)))),
    columns: JSON.stringify(Object.fromEntries(entries.filter(([key]) => keys.has(key)))),
  };
}

/** What a row gets, by column: in an update the vector and the metadata that was chosen, else all that Portage knows. */
function assignments(layout: Layout, json: string, { model, again }: Noted): [column: string, value: string][] {
  const { marks } = layout;
  // A copied vector is of a model that nobody has named: the name of another must not stand beside it.
  const name = model === null ? (marks.model?.required ? null : "NULL") : literal(model);
  return [
    ...(marks.model && name !== null ? [[marks.model.name, name] satisfies [string, string]] : []),
    ...(marks.time ? [[marks.time.name, timeOf(marks.time, again)] satisfies [string, string]] : []),
    [layout.vector.name, `u.vector::${typeOf(layout.vector)}`],
    ...(layout.metadata ? [[layout.metadata.name, json] satisfies [string, string]] : []),
    ...layout.columns.map(({ key, column }): [string, string] => [column.name, `c.${quoted(key)}`]),
  ];
}

function timeOf(column: Column, again: string | undefined): string {
  if (again === undefined) return "now()";
  const { text, type } = momentOf(column, again);
  return `${literal(text)}::${type}`;
}

function insertStatement(
  layout: Layout,
  namespace: string,
  batch: Batch,
  key: string[],
  noted: Noted,
  parameter: Parameter,
): string {
  if (rowsOf(layout, namespace, "all") === null) throw otherNamespace(layout, namespace);
  const scope = scopeValues(layout, namespace, key, parameter);
  const { metadata } = layout;
  const keyed = layout.namespace && "key" in layout.namespace ? layout.namespace.key : null;
  const json =
    keyed !== null && namespace !== ""
      ? `(u.metadata::jsonb || jsonb_build_object(${literal(keyed)}, ${parameter(namespace)}::text))::${metadata?.base}`
      : `u.metadata::${metadata?.base}`;
  const set = assignments(layout, json, noted);
  const columns = [...scope, [layout.id.name, `u.id::${typeOf(layout.id)}`] as const, ...set];
  // A row of another collection or namespace isn't taken over: it isn't updated, and so not answered.
  const guards = scope.flatMap(([column]) =>
    key.includes(column) ? [] : [`t.${quoted(column)} IS NOT DISTINCT FROM EXCLUDED.${quoted(column)}`],
  );
  if (keyed !== null)
    guards.push(`coalesce(${namespaceText(layout, "t.")}, '') = coalesce(${namespaceText(layout, "EXCLUDED.")}, '')`);
  return `INSERT INTO ${tableOf(layout)} AS t (${columns.map(([column]) => quoted(column)).join(", ")})
SELECT ${columns.map(([, value]) => value).join(", ")} FROM ${tableOfBatch(layout, batch, parameter)}
ON CONFLICT (${key.map(quoted).join(", ")}) DO UPDATE SET ${set.map(([column]) => `${quoted(column)} = EXCLUDED.${quoted(column)}`).join(", ")}
${guards.length > 0 ? `WHERE ${guards.join(" AND ")}\n` : ""}RETURNING t.${quoted(layout.id.name)}::text AS id`;
}

function updateStatement(layout: Layout, namespace: string, batch: Batch, noted: Noted, parameter: Parameter): string {
  const set = assignments(layout, `u.metadata::${layout.metadata?.base}`, noted);
  const from = tableOfBatch(layout, batch, parameter);
  const condition = rowsOf(layout, namespace, "all", { from: parametersOfBatch(layout) + 1, alias: "t." });
  if (condition === null) throw otherNamespace(layout, namespace);
  for (const value of condition.values) parameter(value);
  return `UPDATE ${tableOf(layout)} AS t SET ${set.map(([column, value]) => `${quoted(column)} = ${value}`).join(", ")} FROM ${from}
WHERE t.${quoted(layout.id.name)} = u.id::${typeOf(layout.id)} AND ${condition.text} RETURNING t.${quoted(layout.id.name)}::text AS id`;
}

const parametersOfBatch = ({ columns }: Layout): number => (columns.length === 0 ? 3 : 4);

/** Which collection and namespace the rows get. */
function scopeValues(
  layout: Layout,
  namespace: string,
  key: string[],
  parameter: Parameter,
): (readonly [string, string])[] {
  return scopeOf(layout).map((column) => {
    const value = column.name === layout.within?.column.name ? layout.within.value : columnValue(column, namespace);
    if (value === null && (namespace !== "" || key.includes(column.name))) throw otherNamespace(layout, namespace);
    return [column.name, value === null ? "NULL" : `${parameter(value)}::${typeOf(column)}`] as const;
  });
}

function otherNamespace(layout: Layout, namespace: string) {
  const { words, next } = refusalOfNamespace(layout, namespace) ?? {
    words: `Namespace ${namespace} can't be written`,
    next: undefined,
  };
  return refusal("conflict", operation, words, next);
}
