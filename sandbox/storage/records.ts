import type { Storage } from "./open-storage";

/** How a record's dense values are held. `derived`: computed from its text when they are read, as seeded records are. */
export type Dense = "none" | "derived" | "stored";
const flags: Record<Dense, number> = { none: 0, derived: 1, stored: 2 };
const denseOf: readonly Dense[] = ["none", "derived", "stored"];

/** A record without its values. `fragment` is the inside of a JSON object: `"sparseValues":{…},"metadata":{…}`, maybe empty. */
export type StoredHead = { dense: Dense; fragment: Buffer };
export type StoredRecord = StoredHead & { values: Buffer | null };

/** Key of a record. Numbers are big-endian, so keys of a namespace lie together in byte order of their IDs. */
export function recordKey(place: number, id: string): Buffer {
  const key = Buffer.allocUnsafe(4 + Buffer.byteLength(id));
  key.writeUInt32BE(place, 0);
  key.write(id, 4);
  return key;
}

function keyBefore(place: number): Buffer {
  const key = Buffer.allocUnsafe(4);
  key.writeUInt32BE(place, 0);
  return key;
}

function encodeHead(head: StoredHead): Buffer {
  const bytes = Buffer.allocUnsafe(1 + head.fragment.length);
  bytes[0] = flags[head.dense];
  head.fragment.copy(bytes, 1);
  return bytes;
}

const decodeHead = (bytes: Buffer): StoredHead => ({
  dense: denseOf[bytes[0] ?? 0] ?? "none",
  fragment: bytes.subarray(1),
});

export function readHead(storage: Storage, place: number, id: string): StoredHead | null {
  const bytes = storage.heads.get(recordKey(place, id));
  return bytes === undefined ? null : decodeHead(bytes);
}

export function readRecord(storage: Storage, place: number, id: string): StoredRecord | null {
  const head = readHead(storage, place, id);
  if (head === null) return null;
  const values = head.dense === "stored" ? storage.vectors.get(recordKey(place, id)) : undefined;
  return { ...head, values: values ?? null };
}

/** Inside a transaction only. */
export function writeRecord(storage: Storage, place: number, id: string, record: StoredRecord): void {
  const key = recordKey(place, id);
  storage.heads.put(key, encodeHead(record));
  if (record.values !== null) storage.vectors.put(key, record.values);
  else storage.vectors.remove(key);
}

/** Inside a transaction only. */
export function removeRecord(storage: Storage, place: number, id: string): void {
  const key = recordKey(place, id);
  storage.heads.remove(key);
  storage.vectors.remove(key);
}

/** IDs of a namespace in byte order, from `after` (exclusive) on. */
export function* listIds(
  storage: Storage,
  place: number,
  options: { after?: string | undefined; prefix?: string | undefined } = {},
): Generator<string> {
  const prefix = options.prefix ?? "";
  const after = options.after === undefined ? prefix : `${options.after}\0`;
  const start = recordKey(place, after < prefix ? prefix : after);
  for (const key of storage.heads.getKeys({ start, end: keyBefore(place + 1) })) {
    const id = key.toString("utf8", 4);
    if (!id.startsWith(prefix)) return;
    yield id;
  }
}
