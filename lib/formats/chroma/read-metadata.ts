import type { Database } from "node-sqlite3-wasm";
import { z } from "zod";
import { columnsOf, rowsOf } from "./rows";

/** Integers beyond 2^53 are bigint; lists are of one type each. */
export type ChromaScalar = string | number | bigint | boolean;
export type ChromaValue = ChromaScalar | ChromaScalar[];
/** `floats`: keys whose value is of Chroma's floating-point kind, `1.0` among them. */
export type ChromaTexts = { document: string | null; metadata: Map<string, ChromaValue>; floats: Set<string> };

const documentKey = "chroma:document";
const valueRow = z.object({
  row: z.number(),
  key: z.string(),
  /** As bytes: the library ends texts at their first NUL. */
  text: z.instanceof(Uint8Array).nullable(),
  integer: z.union([z.number(), z.bigint()]).nullable(),
  float: z.number().nullable(),
  flag: z.number().nullable(),
});

/** Documents and metadata of records, by their row. Keys are a map's, since any text may be one. */
export function readMetadata(database: Database, rows: readonly number[]): Map<number, ChromaTexts> {
  const read = new Map<number, ChromaTexts>();
  if (rows.length === 0) return read;
  const textsOf = (row: number) => {
    const texts = read.get(row) ?? {
      document: null,
      metadata: new Map<string, ChromaValue>(),
      floats: new Set<string>(),
    };
    read.set(row, texts);
    return texts;
  };
  for (const value of valuesIn(database, "embedding_metadata", rows)) {
    const scalar = scalarOf(value);
    const texts = textsOf(value.row);
    if (value.key === documentKey) texts.document = typeof scalar === "string" ? scalar : null;
    else if (scalar !== null) texts.metadata.set(value.key, scalar);
    if (typeof scalar === "number" && value.integer === null) texts.floats.add(value.key);
  }
  for (const value of valuesIn(database, "embedding_metadata_array", rows)) {
    const scalar = scalarOf(value);
    const { metadata } = textsOf(value.row);
    const list = metadata.get(value.key);
    if (scalar !== null) metadata.set(value.key, Array.isArray(list) ? [...list, scalar] : [scalar]);
  }
  return read;
}

/** Lists stand in a table of their own since 1.5, one row an item, in the order of rows. */
function valuesIn(
  database: Database,
  table: "embedding_metadata" | "embedding_metadata_array",
  rows: readonly number[],
) {
  const columns = columnsOf(database, table);
  if (columns.size === 0) return [];
  const flag = columns.has("bool_value") ? "bool_value" : "NULL";
  return rowsOf(
    database,
    valueRow,
    `SELECT id AS "row", key, CAST(string_value AS BLOB) AS text, int_value AS integer, float_value AS "float", ${flag} AS flag
       FROM ${table} WHERE id IN (${rows.map(() => "?").join(", ")}) ORDER BY id, rowid`,
    [...rows],
  );
}

function scalarOf({ text, integer, float, flag }: z.infer<typeof valueRow>): ChromaScalar | null {
  if (text !== null) return Buffer.from(text).toString("utf8");
  if (flag !== null) return flag !== 0;
  return integer ?? float;
}
