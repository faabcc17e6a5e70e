import type { Column, Table } from "./catalog";
import { isInteger, literal, quoted } from "./catalog";

export type LayoutName = "portage" | "langchain" | "langchain-v2" | "llamaindex" | "supabase" | "vecs" | "table";

/** In the words of a page. */
export const layoutWords: Record<LayoutName, string> = {
  portage: "Portage's own table",
  langchain: "LangChain PGVector (langchain_pg_embedding)",
  "langchain-v2": "LangChain PGVectorStore",
  llamaindex: "LlamaIndex PGVectorStore (data_...)",
  supabase: "Supabase's documents",
  vecs: "Supabase vecs",
  table: "a table of an application",
};

/** A metadata key that stands in a column of its own. */
export type KeyColumn = { key: string; column: Column };

/** Where a collection's records stand, and in which columns. */
export type Layout = {
  name: LayoutName;
  /** As the collection is called. */
  collection: string;
  schema: string;
  table: Table;
  id: Column;
  vector: Column;
  /** Of the column, else of the first row; `null` where there is none yet. */
  dimension: number | null;
  metadata: Column | null;
  columns: readonly KeyColumn[];
  namespace: { column: Column } | { key: string } | null;
  /** What is noted with a vector that is written: the model that made it, and when. */
  marks: { model: Column | null; time: Column | null };
  /** The rows of a table that several collections share. */
  within: { column: Column; value: string } | null;
  /** The only rows that are meant, where some were chosen; an empty value means those without one, too. */
  chosen?: { column: Column; value: string };
  /** `update`: rows are the app's, and only get their vectors and the metadata that was chosen. */
  writes: "upsert" | "update";
};

export const tableOf = ({ schema, table }: Pick<Layout, "schema" | "table">): string =>
  `${quoted(schema)}.${quoted(table.name)}`;

/** A column's type with the schema that it is in: `"extensions"."vector"`. */
export const typeOf = ({ typeSchema, base }: Column): string => `${quoted(typeSchema)}.${quoted(base)}`;

/**
 * A moment as a column of times keeps it, and the type to which it has to be cast where it is written or compared. A `timestamp(0)` rounds to whole
 * seconds: it gets the next one, since rows that were written just before the moment may bear the same.
 */
export function momentOf(column: Column, moment: string): { text: string; type: string } {
  const { modifier: digits } = column;
  if (digits < 0 || digits >= 3) return { text: moment, type: typeOf(column) };
  const next = new Date(Date.parse(moment) + 10 ** (3 - digits));
  return { text: next.toISOString(), type: `${typeOf(column)}(${digits})` };
}

/**
 * Which records a store means by its records: a target's have a vector, of this model where that is noted, else the row is still to be filled.
 * `again`: and of this moment, since all are filled again.
 */
export type Rows = "all" | "with-vector" | { model: string; again?: string | undefined };

export type Condition = { text: string; values: string[] };

/**
 * The rows of a namespace as a condition of SQL, or `null` where there can be none, since the column can't hold that name.
 * @param from the number of the first parameter
 * @param alias before each column's name, where other tables stand beside this one
 */
export function rowsOf(
  layout: Layout,
  namespace: string | null,
  rows: Rows,
  { from = 1, alias = "" }: { from?: number; alias?: string } = {},
): Condition | null {
  const parts = [`${alias}${quoted(layout.id.name)} IS NOT NULL`];
  const values: string[] = [];
  const parameter = (value: string) => `$${from - 1 + values.push(value)}`;
  parts.push(...filled(layout, rows, parameter, alias));
  if (layout.within) {
    const { column, value } = layout.within;
    parts.push(`${alias}${quoted(column.name)} = ${parameter(value)}::${typeOf(column)}`);
  }
  if (layout.chosen) {
    const { column, value } = layout.chosen;
    const own = `${alias}${quoted(column.name)}`;
    parts.push(value === "" ? `coalesce(${own}::text, '') = ''` : `${own} = ${parameter(value)}::${typeOf(column)}`);
  }
  if (namespace !== null) {
    const part = namespaceOf(layout, namespace, parameter, alias);
    if (part === null) return null;
    parts.push(...part);
  }
  return { text: parts.join(" AND "), values };
}

/** What makes a row one of these records, its namespace aside. */
export function filled(layout: Layout, rows: Rows, parameter: (value: string) => string, alias = ""): string[] {
  if (rows === "all") return [];
  const vector = `${alias}${quoted(layout.vector.name)} IS NOT NULL`;
  if (rows === "with-vector") return [vector];
  const { model, time } = layout.marks;
  const moment = time === null || rows.again === undefined ? null : { time, ...momentOf(time, rows.again) };
  return [
    vector,
    ...(model === null ? [] : [`${alias}${quoted(model.name)} = ${parameter(rows.model)}`]),
    ...(moment ? [`${alias}${quoted(moment.time.name)} = ${parameter(moment.text)}::${moment.type}`] : []),
  ];
}

function namespaceOf(
  layout: Layout,
  name: string,
  parameter: (value: string) => string,
  alias: string,
): string[] | null {
  if (layout.namespace === null) return name === "" ? [] : null;
  if ("key" in layout.namespace) {
    const value = namespaceText(layout, alias);
    return name === "" ? [`coalesce(${value}, '') = ''`] : [`${value} = ${parameter(name)}`];
  }
  const { column } = layout.namespace;
  const own = `${alias}${quoted(column.name)}`;
  const held = columnValue(column, name);
  if (name === "") {
    const empty = held === null ? [] : [`${own} = ''`];
    return [`(${[...empty, ...(column.required ? [] : [`${own} IS NULL`])].join(" OR ") || "false"})`];
  }
  return held === null ? null : [`${own} = ${parameter(held)}::${typeOf(column)}`];
}

/** The namespace of a row as SQL, a text or NULL. */
export function namespaceText({ metadata, namespace }: Layout, alias = ""): string {
  if (namespace === null) return "''";
  if ("column" in namespace) return `${alias}${quoted(namespace.column.name)}::text`;
  return `${alias}${quoted(metadata?.name ?? "")}->>${literal(namespace.key)}`;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const bounds: Record<string, bigint> = { int2: 2n ** 15n, int4: 2n ** 31n, int8: 2n ** 63n };

/** Whether a column of whole numbers holds this one. */
export function withinBounds({ base }: Pick<Column, "base">, number: bigint): boolean {
  const bound = bounds[base];
  return bound !== undefined && number >= -bound && number < bound;
}

/** A text as a column for IDs or namespaces holds it and gives it back, or `null` when it can't. */
export function columnValue(column: Column, text: string): string | null {
  if (column.base === "uuid") return uuid.test(text) ? text : null;
  if (!isInteger(column)) return text.includes("\0") ? null : text;
  return /^(0|-?[1-9]\d{0,18})$/.test(text) && withinBounds(column, BigInt(text)) ? text : null;
}

/** What a column for IDs can hold, in words. */
export const idWords: Record<string, string> = {
  uuid: "UUIDs in small letters",
  int2: "whole numbers",
  int4: "whole numbers",
  int8: "whole numbers",
};

/** The columns that say which collection and namespace a row belongs to. */
export const scopeOf = ({ within, namespace }: Layout): Column[] => [
  ...(within ? [within.column] : []),
  ...(namespace && "column" in namespace ? [namespace.column] : []),
];

/** The columns of a unique index by which a record is found: its ID, with what it belongs to or alone; `null` where there is none. */
export function keyOf(layout: Layout): string[] | null {
  const scope = new Set(scopeOf(layout).map(({ name }) => name));
  const keys = layout.table.indexes
    .filter(({ unique, valid, special, columns }) => unique && valid && !special && columns.includes(layout.id.name))
    .map(({ columns }) => columns)
    .filter((columns) => columns.every((name) => name === layout.id.name || scope.has(name)));
  return keys.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** Whether an ID stands once in a namespace. */
export const isUnique = (layout: Layout): boolean => keyOf(layout) !== null;
