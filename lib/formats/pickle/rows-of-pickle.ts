import type { FileRecord, Json } from "../contract";
import { fieldNames } from "../field-names";
import { FormatError } from "../format-error";
import { NumpyArray } from "./numpy";
import { toJson } from "./to-json";
import { PickleObject, type PickleValue } from "./values";

/**
 * The records of a pickle as people make them: a dict of columns (`ids`, `texts`, `embeddings`, `metadatas`), or a list of rows that are
 * dicts, tuples, documents or texts. Rows without an ID get their number.
 * @throws FormatError `foreign` for data of another form, `malformed` for columns of different lengths
 */
export function* rowsOfPickle(value: PickleValue): Generator<FileRecord> {
  if (value instanceof NumpyArray && value.shape.length === 1 && !isOfNumbers(value))
    for (let row = 0; row < value.count; row++) yield rowOf(value.element(row), row, null);
  else if (value instanceof NumpyArray) yield* rowsOfColumns(new Map([["embeddings", value]]));
  else if (value instanceof Map) {
    if ([...fieldNames.text, ...fieldNames.values].some((name) => columnLength(value.get(name)) !== null))
      yield* rowsOfColumns(value);
    else yield* [...value].map(([key, row], index) => rowOf(row, index, typeof key === "string" ? key : null));
  } else if (Array.isArray(value) && isPairOfColumns(value)) yield* rowsOfColumns(namedColumns(value));
  else if (Array.isArray(value)) for (const [index, row] of value.entries()) yield rowOf(row, index, null);
  else throw new FormatError("foreign", "The pickle holds neither a table nor a list of records.");
}

/** Texts, or Python's own values: as `DataFrame["text"].values` is dumped. */
const isOfNumbers = ({ type }: NumpyArray) => !["O", "U", "S"].includes(type.kind);

/** `(texts, embeddings)`, as they are dumped together: two to four columns of one length, one of which holds the vectors. */
function isPairOfColumns(value: readonly PickleValue[]): boolean {
  const lengths = new Set(value.map(columnLength));
  if (value.length < 2 || value.length > 4 || lengths.size !== 1 || lengths.has(null)) return false;
  const kinds = value.map(kindOfColumn);
  return kinds.includes("embeddings") && kinds.every((kind) => kind !== null);
}

function kindOfColumn(column: PickleValue): "embeddings" | "texts" | "metadatas" | null {
  if (column instanceof NumpyArray) return column.shape.length === 2 ? "embeddings" : null;
  if (!Array.isArray(column) || column.length === 0) return null;
  if (column.every((item) => typeof item === "string")) return "texts";
  if (column.every((item) => item instanceof Map)) return "metadatas";
  return column.every((item) => vectorOf(item) !== null) ? "embeddings" : null;
}

/** Of two columns of texts the first is the IDs, as of a row. */
function namedColumns(value: readonly PickleValue[]): Map<PickleValue, PickleValue> {
  const columns = new Map<PickleValue, PickleValue>();
  for (const column of value) {
    const kind = kindOfColumn(column) ?? "texts";
    const first = columns.get(kind);
    if (kind === "texts" && first !== undefined) columns.set("ids", first);
    columns.set(kind, column);
  }
  return columns;
}

function columnLength(column: PickleValue | undefined): number | null {
  if (Array.isArray(column)) return column.length;
  return column instanceof NumpyArray ? (column.shape[0] ?? 0) : null;
}

function* rowsOfColumns(columns: ReadonlyMap<PickleValue, PickleValue>): Generator<FileRecord> {
  const column = (kind: keyof typeof fieldNames) =>
    fieldNames[kind]
      .map((name) => columns.get(name))
      .find((found) => columnLength(found) !== null && (kind !== "text" || holdsTexts(found)));
  const found = { id: column("id"), text: column("text"), values: column("values"), metadata: column("metadata") };
  const lengths = Object.entries(found).flatMap(([name, one]) =>
    one === undefined ? [] : [{ name, length: columnLength(one) ?? 0 }],
  );
  const length = lengths[0]?.length ?? 0;
  if (lengths.some((one) => one.length !== length))
    throw new FormatError(
      "malformed",
      `The pickle's columns differ in length: ${lengths.map((one) => `${one.length} ${one.name}`).join(", ")}.`,
    );
  const vectors = found.values === undefined ? null : vectorsOf(found.values);
  const others = [...columns].filter(([, one]) => !Object.values(found).includes(one) && columnLength(one) === length);
  for (let row = 0; row < length; row++) {
    const item = (one: PickleValue | undefined) =>
      Array.isArray(one) ? (one[row] ?? null) : one instanceof NumpyArray ? one.element(row) : null;
    yield {
      id: idOf(item(found.id), row),
      text: textOf(item(found.text)),
      metadata: new Map([
        ...metadataOf(new Map(others.map(([name, one]) => [name, item(one)]))),
        ...metadataOf(item(found.metadata)),
      ]),
      values: vectors?.next().value ?? null,
    };
  }
}

/** A column of numbers by the name of a text is none: `chunk`. */
const holdsTexts = (column: PickleValue | undefined): boolean =>
  !Array.isArray(column) || column.length === 0 || column.some((item) => typeof item === "string");

function* vectorsOf(column: PickleValue): Generator<Float32Array | null> {
  // An array of Python's own values holds a list or an array for each row: as `DataFrame["embedding"].values`.
  if (column instanceof NumpyArray && column.type.kind === "O" && column.shape.length === 1)
    for (let row = 0; row < column.count; row++) yield vectorOf(column.element(row));
  else if (column instanceof NumpyArray) yield* column.rows();
  else if (Array.isArray(column)) for (const one of column) yield vectorOf(one);
}

function rowOf(row: PickleValue, index: number, key: string | null): FileRecord {
  if (typeof row === "string") return { id: key ?? String(index), text: row, metadata: new Map(), values: null };
  const alone = vectorOf(row);
  if (alone !== null) return { id: key ?? String(index), text: null, metadata: new Map(), values: alone };
  if (Array.isArray(row)) return rowOfTuple(row, index, key);
  const fields = row instanceof PickleObject ? row.attributes : row;
  if (!(fields instanceof Map)) throw new FormatError("foreign", `Row ${index + 1} of the pickle is no record.`);
  // A value of another kind under a usual name is metadata: `chunk` may be a number.
  const field = (kind: keyof typeof fieldNames) =>
    fieldNames[kind].find((name) => fields.has(name) && fitsAs[kind](fields.get(name) ?? null));
  const used = { id: field("id"), text: field("text"), values: field("values"), metadata: field("metadata") };
  const value = (name: string | undefined) => (name === undefined ? null : (fields.get(name) ?? null));
  const rest = [...fields].filter(([name]) => !Object.values(used).includes(typeof name === "string" ? name : ""));
  return {
    id: key ?? idOf(value(used.id), index),
    text: textOf(value(used.text)),
    // What stands beside a field of metadata is metadata, too; of a document's object it is the library's own.
    metadata: new Map([
      ...(row instanceof PickleObject && used.metadata !== undefined ? [] : metadataOf(new Map(rest))),
      ...metadataOf(value(used.metadata)),
    ]),
    values: vectorOf(value(used.values)),
  };
}

const fitsAs: Record<keyof typeof fieldNames, (value: PickleValue) => boolean> = {
  id: (value) => value === null || ["string", "number", "bigint"].includes(typeof value),
  text: (value) => value === null || typeof value === "string",
  values: (value) => value === null || vectorOf(value) !== null,
  metadata: (value) => value === null || value instanceof Map,
};

/** A tuple names nothing: the first two texts are ID and text, a map is metadata, numbers are the vector. */
function rowOfTuple(row: readonly PickleValue[], index: number, key: string | null): FileRecord {
  const texts = row.filter((item) => typeof item === "string");
  const [first = null, second = null] = texts;
  const values =
    row.map((item) => (typeof item === "string" ? null : vectorOf(item))).find((one) => one !== null) ?? null;
  const id = key ?? (second === null ? String(index) : (first ?? String(index)));
  return { id, text: second ?? first, metadata: metadataOf(row.find((item) => item instanceof Map) ?? null), values };
}

function idOf(value: PickleValue, index: number): string {
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" || typeof value === "bigint" ? String(value) : String(index);
}

const textOf = (value: PickleValue) => (typeof value === "string" ? value : null);

export function metadataOf(value: PickleValue): Map<string, Json> {
  const json = toJson(value);
  if (json instanceof Map) return json;
  return json === null ? new Map() : new Map([["value", json]]);
}

function vectorOf(value: PickleValue): Float32Array | null {
  if (value instanceof NumpyArray) return value.rows().next().value ?? null;
  if (!Array.isArray(value) || value.length === 0 || !value.every((item) => typeof item === "number")) return null;
  return Float32Array.from(value.map(Number));
}
