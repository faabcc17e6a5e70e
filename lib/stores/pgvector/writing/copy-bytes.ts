import type { MetadataValue } from "../../contract";
import { vectorLength, writeVector } from "../connection/vector-bytes";
import { type Column, isText } from "../tables/catalog";
import type { Accepted } from "./accept";

/** What a column gets in a row, as its type's `recv` function reads it; a text in UTF-8, `null` for no value. */
type Written = Buffer | string | null;

/** A column of a row on its way: the record's vector, or what is made of something of the record. */
export type Field = { column: string } & ({ vector: true } | { value(record: Accepted): Written });

/** `null`: values of this type have no form here. */
export function fieldFor(column: Column, of: (record: Accepted) => MetadataValue | undefined): Field | null {
  const write = writerFor(column);
  if (write === null) return null;
  return {
    column: column.name,
    value: (record) => {
      const value = of(record);
      return value === undefined || value === null ? null : write(value);
    },
  };
}

/** One that is the same in each row. `null`: its type has no form here. */
export function sameIn(column: Column, value: string): Field | null {
  const write = writerFor(column);
  if (write === null) return null;
  const written = write(value);
  return { column: column.name, value: () => written };
}

function writerFor(column: Column): ((value: MetadataValue) => Written) | null {
  const { base } = column;
  if (isText(column) || base === "json") return String;
  // The version of its form.
  if (base === "jsonb") return (value) => `\x01${String(value)}`;
  if (base === "uuid") return uuidBytes;
  if (base === "bool") return (value) => Buffer.from([value === true ? 1 : 0]);
  const size = { int2: 2, int4: 4, int8: 8 }[base];
  if (size === undefined) return null;
  return (value) => {
    const bytes = Buffer.allocUnsafe(size);
    if (size === 8) bytes.writeBigInt64BE(BigInt(String(value)));
    else bytes.writeIntBE(Number(value), 0, size);
    return bytes;
  };
}

/** @throws for what isn't one in the usual form: too few bytes would be a broken protocol to the server, and not a value that it refuses */
function uuidBytes(value: MetadataValue): Buffer {
  const digits = String(value).replaceAll("-", "");
  if (!/^[0-9a-f]{32}$/i.test(digits)) throw new Error("Not a UUID in its usual form");
  return Buffer.from(digits, "hex");
}

const head = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
/** Some dozens of rows: while the server takes them, the next are written. */
const pieceBytes = 256 * 1024;

/**
 * Rows as COPY reads them in its binary form (docs: "COPY", "Binary Format"): a head, then each row with its fields and their lengths. Each piece is
 * to be used before the next one is asked for: they share their memory.
 */
export function* copyPieces(fields: readonly Field[], records: Iterable<Accepted>): Generator<Buffer> {
  let memory = Buffer.allocUnsafe(pieceBytes);
  let at = head.copy(memory, 0);
  for (const each of records) {
    const vector = vectorLength(each.record.values.length);
    let length = 2;
    const row = fields.map((field) => {
      const value = "vector" in field ? null : field.value(each);
      const bytes =
        "vector" in field
          ? vector
          : value === null
            ? 0
            : typeof value === "string"
              ? Buffer.byteLength(value)
              : value.length;
      length += 4 + bytes;
      return { vector: "vector" in field, value, bytes };
    });
    if (at + length + 2 > memory.length) {
      yield memory.subarray(0, at);
      at = 0;
      if (length + 2 > memory.length) memory = Buffer.allocUnsafe(length + 2);
    }
    at = memory.writeInt16BE(row.length, at);
    for (const field of row) {
      at = memory.writeInt32BE(field.vector || field.value !== null ? field.bytes : -1, at);
      if (field.vector) at = writeVector(memory, at, each.record.values);
      else if (typeof field.value === "string") at += memory.write(field.value, at, "utf8");
      else if (field.value !== null) at += field.value.copy(memory, at);
    }
  }
  at = memory.writeInt16BE(-1, at);
  yield memory.subarray(0, at);
}
