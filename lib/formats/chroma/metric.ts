import type { Database } from "node-sqlite3-wasm";
import { z } from "zod";
import { FormatError } from "../format-error";
import { columnsOf, rowsOf } from "./rows";

export type ChromaMetric = "cosine" | "dotproduct" | "euclidean";

const metrics: Record<string, ChromaMetric> = { l2: "euclidean", ip: "dotproduct", cosine: "cosine" };
const spaceKey = "hnsw:space";
const textRow = z.object({ value: z.string().nullable() });
const unknownObject = z.record(z.string(), z.unknown());

/**
 * How a collection measures. The segment's metadata wins, then the collection's, then what newer versions keep as configuration:
 * folders made by older ones say l2 there whatever is computed.
 */
export function metricOf(
  database: Database,
  { id, vectorSegment }: { id: string; vectorSegment: string | null },
): ChromaMetric {
  const metadata = (table: string, column: string, of: string | null) =>
    of === null
      ? undefined
      : rowsOf(database, textRow, `SELECT str_value AS value FROM ${table} WHERE ${column} = ? AND "key" = ?`, [
          of,
          spaceKey,
        ])[0]?.value;
  const columns = columnsOf(database, "collections");
  const setting = (column: string, ...keys: string[]) => {
    if (!columns.has(column)) return undefined;
    const [row] = rowsOf(database, textRow, `SELECT ${column} AS value FROM collections WHERE id = ?`, [id]);
    return spaceIn(row?.value ?? null, keys);
  };
  const space =
    metadata("segment_metadata", "segment_id", vectorSegment) ??
    metadata("collection_metadata", "collection_id", id) ??
    setting("schema_str", "keys", "#embedding", "float_list", "vector_index", "config", "space") ??
    setting("config_json_str", "vector_index", "hnsw", "space") ??
    setting("config_json_str", "hnsw_configuration", "space") ??
    "l2";
  const metric = metrics[space];
  if (metric === undefined)
    throw new FormatError("refused", `The collection measures by ${JSON.stringify(space)}, which isn't known.`);
  return metric;
}

function spaceIn(text: string | null, keys: readonly string[]): string | undefined {
  if (text === null) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const key of keys) {
    const object = unknownObject.safeParse(value);
    value = object.success ? object.data[key] : undefined;
  }
  return typeof value === "string" ? value : undefined;
}
