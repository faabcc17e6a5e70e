import { isUtf8 } from "node:buffer";
import path from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type SchemaElement } from "hyparquet";
import type { FileRecord, FoundStore, Json } from "../contract";
import { FormatError } from "../format-error";
import { narrow } from "../pickle/numpy";
import { floatsOfBytes } from "./float-bytes";
import { compressors } from "./parquet-compressors";
import { decimalOf, decimalsAmong, withoutDecimals } from "./parquet-decimals";
import { type Columns, columnsAmong, recordOfRow } from "./row-record";

/** Rows read at a time; a row group of a writer may be larger than memory should hold. */
const rowsAtOnce = 1000;

/** Times as texts with all of their digits, where `Date` would cut them; days without a time. */
const parsers = {
  timestampFromMilliseconds: (millis: bigint) => timeOf(millis, 3),
  timestampFromMicroseconds: (micros: bigint) => timeOf(micros, 6),
  timestampFromNanoseconds: (nanos: bigint) => timeOf(nanos, 9),
  dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10),
};

/** `digits`: behind the point of a second. */
function timeOf(given: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const rest = ((given % unit) + unit) % unit;
  const second = new Date(Number((given - rest) / unit) * 1000).toISOString().slice(0, 19);
  const fraction = String(rest).padStart(digits, "0");
  return `${second}.${fraction.replace(/(?<=^\d{3,})0+$/, "")}Z`;
}

/** A table of Parquet with a column of vectors or texts. @throws FormatError */
export async function findParquet(file: string, shown: string, chosen: Partial<Columns> = {}): Promise<FoundStore> {
  const { names, ...shape } = await shapeOf(file);
  const columns = columnsAmong(names, chosen);
  if (columns.values === null && columns.text === null)
    throw new FormatError("foreign", "The table has no column of vectors or texts by a usual name.");
  return {
    kind: "parquet",
    format: "Parquet",
    path: shown,
    collections: [
      {
        name: path.basename(file).replace(/\.parquet$/i, ""),
        within: null,
        dimension: null,
        metric: null,
        faults: columns.values === null ? ["No column holds a vector."] : [],
        records: () => recordsIn(file, columns, shape),
      },
    ],
    close: async () => {},
  };
}

async function shapeOf(file: string) {
  try {
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(file));
    const topmost = columnsOf(metadata.schema);
    const floats = topmost.filter(({ type }) => type === "DOUBLE" || type === "FLOAT").map(({ name }) => name);
    return {
      names: topmost.map(({ name }) => name),
      floats: new Set(floats),
      rows: Number(metadata.num_rows),
    };
  } catch (error) {
    throw new FormatError(
      "foreign",
      `The file can't be read as Parquet: ${error instanceof Error ? error.message : "it is damaged"}.`,
    );
  }
}

/** The topmost columns: the schema is a tree, written depth first, its root at the head. */
function columnsOf([root, ...elements]: readonly SchemaElement[]): SchemaElement[] {
  const topmost: SchemaElement[] = [];
  let at = 0;
  const skip = () => {
    const element = elements[at++];
    for (let child = 0; child < (element?.num_children ?? 0); child++) skip();
  };
  for (let child = 0; child < (root?.num_children ?? 0); child++) {
    const element = elements[at];
    if (element) topmost.push(element);
    skip();
  }
  return topmost;
}

async function* recordsIn(
  file: string,
  columns: Columns,
  { floats, rows }: { floats: ReadonlySet<string>; rows: number },
): AsyncGenerator<FileRecord> {
  const buffer = await asyncBufferFromFile(file);
  const read = await parquetMetadataAsync(buffer);
  const topmost = columnsOf(read.schema);
  const decimals = decimalsAmong(topmost);
  const metadata = { ...read, schema: withoutDecimals(read.schema, topmost) };
  const fieldOf = (name: string, value: unknown): Json => {
    if (name === columns.values) return floatsOf(value);
    const scale = decimals.get(name);
    return scale === undefined ? jsonOf(value) : decimalOf(value, scale);
  };
  for (let start = 0; start < rows; start += rowsAtOnce) {
    const page = await pageOf(() =>
      parquetReadObjects({
        file: buffer,
        metadata,
        compressors,
        parsers,
        utf8: false,
        rowStart: start,
        rowEnd: Math.min(rows, start + rowsAtOnce),
      }),
    );
    for (const [index, row] of page.entries()) {
      const fields = Object.entries(row).map(([name, value]): [string, Json] => [name, fieldOf(name, value)]);
      yield { ...recordOfRow(new Map(fields), columns, start + index), floats };
    }
  }
}

/** @throws FormatError in mid-file: a row group that is damaged, or packed in a way that isn't read */
async function pageOf<Page>(read: () => Promise<Page>): Promise<Page> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const why = error instanceof Error ? error.message : "it is damaged";
    throw /unsupported compression/.test(why)
      ? new FormatError("refused", `The file's packing isn't known (${why}): write it with Snappy, GZIP or ZSTD.`)
      : new FormatError("malformed", `The file can't be read to its end: ${why}.`);
  }
}

/** A vector that is stored as bytes. */
function floatsOf(value: unknown): Json {
  if (!(value instanceof Uint8Array) || value.length === 0 || value.length % 4 !== 0) return jsonOf(value);
  // A column of texts that the writer didn't mark as such.
  const text = Buffer.from(value).toString("latin1");
  if (/^[\s\d.,;eE+\-[\](){}]+$/.test(text)) return text;
  return floatsOfBytes(value);
}

/** Parquet's own types as JSON: bytes that are no text in UTF-8 as base64. */
function jsonOf(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return narrow(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array)
    return isUtf8(value) ? Buffer.from(value).toString("utf8") : Buffer.from(value).toString("base64");
  if (value instanceof Float32Array || value instanceof Float64Array || value instanceof Int32Array) return [...value];
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === "object") return new Map(Object.entries(value).map(([key, item]) => [key, jsonOf(item)]));
  return null;
}
