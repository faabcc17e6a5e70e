import type { FileRecord, Json } from "../contract";
import { fieldNames } from "../field-names";
import { FormatError } from "../format-error";
import { parsedText, vectorOf } from "./vector-of";

export type Columns = { id: string | null; text: string | null; values: string | null; metadata: string | null };

/**
 * Which column is which: as chosen, else by their usual names.
 * @throws FormatError `foreign` where a chosen one isn't there
 */
export function columnsAmong(names: readonly string[], chosen: Partial<Columns> = {}): Columns {
  for (const name of Object.values(chosen))
    if (name !== null && !names.includes(name))
      throw new FormatError("foreign", `The table has no column ${name}. It has: ${names.join(", ").slice(0, 1000)}.`);
  const byLower = new Map(names.map((name) => [name.toLowerCase(), name]));
  const find = (candidates: readonly string[]) =>
    candidates.map((name) => byLower.get(name)).find((name) => name !== undefined) ?? null;
  return {
    id: chosen.id ?? find(fieldNames.id),
    text: chosen.text ?? find(fieldNames.text),
    values: chosen.values ?? find(fieldNames.values),
    metadata: chosen.metadata ?? find(fieldNames.metadata),
  };
}

/** A row as a record: what is neither ID, text nor vector is metadata. A row without an ID gets its number. */
export function recordOfRow(row: ReadonlyMap<string, Json>, columns: Columns, index: number): FileRecord {
  const value = (name: string | null) => (name === null ? null : (row.get(name) ?? null));
  const id = value(columns.id);
  const text = value(columns.text);
  const own = parsedText(value(columns.metadata));
  // A value of another kind under a usual name is metadata: `chunk` may be a number.
  const used: (string | null)[] = [
    ["string", "number", "bigint"].includes(typeof id) ? columns.id : null,
    typeof text === "string" ? columns.text : null,
    columns.values,
    own instanceof Map ? columns.metadata : null,
  ];
  const metadata = new Map(own instanceof Map ? own : []);
  for (const [name, item] of row) if (!used.includes(name) && item !== null) metadata.set(name, item);
  const known = idIn(id);
  return {
    id: known ?? String(index),
    ...(known === null && columns.id !== null && { numbered: true }),
    text: typeof text === "string" ? text : null,
    metadata,
    ...asVector(value(columns.values)),
  };
}

function idIn(value: Json): string | null {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}

function asVector(value: Json): Pick<FileRecord, "values" | "notAVector"> {
  const values = vectorOf(value);
  return values === undefined ? { values: null, notAVector: true } : { values };
}
