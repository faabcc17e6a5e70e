import { z } from "zod";
import { readNote, type Storage } from "./open-storage";

const placeSchema = z.object({
  number: z.number(),
  count: z.number(),
  /** Sequence number of the last write (`x-pinecone-request-lsn`). */
  lsn: z.number(),
});

/** A namespace of an index, under a short number that its records' keys begin with. */
export type PlaceRow = z.infer<typeof placeSchema>;
export type NamedPlace = PlaceRow & { index: string; namespace: string };

const separator = "\0";
const lastNumber = Buffer.from("last-place-number");

const keyOf = (index: string, namespace: string) => Buffer.from(index + separator + namespace);

export function readPlace(storage: Storage, index: string, namespace: string): PlaceRow | null {
  return readNote(storage.places, keyOf(index, namespace), placeSchema);
}

/** Inside a transaction only. */
export function writePlace(storage: Storage, index: string, namespace: string, row: PlaceRow): void {
  storage.places.put(keyOf(index, namespace), Buffer.from(JSON.stringify(row)));
}

/** Inside a transaction only. */
export function removePlace(storage: Storage, index: string, namespace: string): void {
  storage.places.remove(keyOf(index, namespace));
}

/** A new namespace with a number that no other ever had. Inside a transaction only. */
export function createPlace(storage: Storage, index: string, namespace: string): PlaceRow {
  const number = (readNote(storage.notes, lastNumber, z.number()) ?? 0) + 1;
  storage.notes.put(lastNumber, Buffer.from(String(number)));
  const row = { number, count: 0, lsn: 0 };
  writePlace(storage, index, namespace, row);
  return row;
}

/** Namespaces of an index in byte order of their names, from `after` (exclusive) on. */
export function* listPlaces(
  storage: Storage,
  index: string,
  options: { after?: string; prefix?: string } = {},
): Generator<NamedPlace> {
  const prefix = options.prefix ?? "";
  const from = options.after === undefined ? keyOf(index, prefix) : keyOf(index, `${options.after}\0`);
  for (const { key, value } of storage.places.getRange({ start: from, end: Buffer.from(`${index}\u0001`) })) {
    const namespace = key.toString("utf8").slice(index.length + 1);
    if (!namespace.startsWith(prefix)) return;
    yield { index, namespace, ...placeSchema.parse(JSON.parse(value.toString("utf8"))) };
  }
}
