import type { Metadata, MetadataValue } from "../contract";
import { fits } from "../pgvector/writing/accept";
import type { KeyColumn, Standing } from "./table";

/** A record's metadata as the table takes it, or why it can't. */
export type Row = { vector_id: string; indexed_at: string | null; metadata: Metadata; [column: string]: unknown };

const bounds: Record<string, number> = { int2: 2 ** 15, int4: 2 ** 31, int8: Number.MAX_SAFE_INTEGER };

/** Whether the column gives the value back as it was. */
function takes({ type, length }: KeyColumn, value: MetadataValue): boolean {
  if (type === "text" || type === "varchar")
    return typeof value === "string" && (length === null || [...value].length <= length);
  if (type === "bool") return typeof value === "boolean";
  const bound = bounds[type];
  return bound !== undefined && Number.isSafeInteger(value) && Math.abs(Number(value)) < bound;
}

/** What doesn't fit its column stands in `metadata` with the rest, so that nothing is cut or changed. */
export function rowOf(
  { columns, longestId, dated }: Standing,
  { id, metadata }: { id: string; metadata: Metadata },
): Row | { wrong: string } {
  if (longestId !== null && [...id].length > longestId)
    return { wrong: `The ID has ${id.length} characters, and the column vector_id takes ${longestId}` };
  if (!fits(id) || !fits(metadata)) return { wrong: "A character in ID or metadata can't be kept by PostgreSQL" };
  const rest: Metadata = { ...metadata };
  const row: Row = { vector_id: id, indexed_at: dated ? timeOf(metadata.indexed_at) : null, metadata: rest };
  for (const column of columns) {
    const value = metadata[column.name];
    if (value !== undefined && takes(column, value)) {
      row[column.name] = value;
      delete rest[column.name];
    } else if (column.required)
      return {
        wrong: `It has no "${column.name}" that the column of this name could keep, and that must have a value`,
      };
  }
  return row;
}

/** The key keeps its text in `metadata`; the column gets the time that it says. */
function timeOf(value: MetadataValue | undefined): string | null {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return null;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** Which keys stay at the vector: those named, or, smallest first, what the store takes of a record. */
export type Keep = readonly string[] | "fits";

/** What stays at the vector, for filters and whoever reads the vectors alone. */
export function keptOf(
  metadata: Metadata,
  { keep, always, flat, bytes }: { keep: Keep; always: readonly string[]; flat: boolean; bytes: number },
): Metadata {
  const held = Object.entries(metadata).filter(([, value]) => !flat || isFlat(value));
  if (keep !== "fits") return Object.fromEntries(held.filter(([key]) => keep.includes(key) || always.includes(key)));
  const sized = held.map(([key, value]) => ({
    entry: [key, value] as const,
    size: Buffer.byteLength(JSON.stringify([key, value])),
    first: always.includes(key) ? 0 : 1,
  }));
  let left = bytes - 2;
  const kept = sized
    .sort((a, b) => a.first - b.first || a.size - b.size || (a.entry[0] < b.entry[0] ? -1 : 1))
    .filter(({ size }) => {
      left -= size;
      return left >= 0;
    });
  return Object.fromEntries(kept.map(({ entry }) => entry));
}

const isFlat = (value: MetadataValue): boolean =>
  ["string", "number", "boolean"].includes(typeof value) ||
  (Array.isArray(value) && value.every((item) => typeof item === "string"));
