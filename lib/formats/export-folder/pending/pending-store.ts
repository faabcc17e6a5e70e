import { createHash } from "node:crypto";
import { lstat, mkdir } from "node:fs/promises";
import path from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { z } from "zod";
import { contentSchema, type ExportContent, madeSchema } from "../manifest";
import { pendingFile, workFolder } from "../places";
import { everything, type Range } from "../range";
import type { ExportHead, ExportRecord } from "../record";
import { bytesOfRecord, headOfBytes, recordOfBytes } from "./record-bytes";

/** What the records are pending for, noted when the first of them comes. */
const purposeSchema = z.strictObject({
  content: contentSchema,
  made: madeSchema,
  /** SHA-256 of the manifest that they come to, `null` for a new export; and of the one that is being put in its place. */
  base: z.string().nullable(),
  next: z.string().nullable(),
});
export type Purpose = z.infer<typeof purposeSchema>;

const keyBytes = 16;
/** Records forgotten in one transaction, which is held in memory. */
const forgottenAtOnce = 5000;
const bytes = { encoding: "binary", keyEncoding: "binary" } as const;

/**
 * Records that were written and are not in a finished file yet, in an LMDB file beside the export: sorted by namespace and ID, the last one
 * written of each ID, durable once a write has answered, and mapped from disk, so that memory holds none of them.
 */
export class PendingStore {
  readonly #root: RootDatabase<Buffer, Buffer>;
  /** Digest of the namespace, then the ID -> the record. */
  readonly #records: Database<Buffer, Buffer>;
  /** The same keys, of the records that have sparse values. */
  readonly #sparse: Database<Buffer, Buffer>;
  /** Digest of the namespace -> its name. */
  readonly #namespaces: Database<Buffer, Buffer>;
  /** Name -> JSON: the purpose, the number of writes, and which files are finished. */
  readonly #notes: Database<Buffer, Buffer>;

  private constructor(root: RootDatabase<Buffer, Buffer>) {
    this.#root = root;
    const map = (name: string) => root.openDB<Buffer, Buffer>({ name, ...bytes });
    this.#records = map("records");
    this.#sparse = map("sparse");
    this.#namespaces = map("namespaces");
    this.#notes = map("notes");
  }

  static async open(root: string): Promise<PendingStore> {
    await mkdir(path.join(root, workFolder), { recursive: true });
    // Pages of 8 KB, so that keys may be as long as IDs.
    return new PendingStore(
      open<Buffer, Buffer>({ path: path.join(root, pendingFile), maxDbs: 8, pageSize: 8192, ...bytes }),
    );
  }

  /** What the records are of that an interrupted writer left in the folder; `null` where there are none. */
  static async contentIn(root: string): Promise<ExportContent | null> {
    if ((await lstat(path.join(root, pendingFile)).catch(() => null)) === null) return null;
    const pending = await PendingStore.open(root);
    const purpose = pending.purpose();
    await pending.close();
    return purpose?.content ?? null;
  }

  /** All of them or none; resolves once they survive a killed process. */
  async write(namespace: string, records: readonly ExportRecord[]): Promise<void> {
    const prefix = prefixOf(namespace);
    await this.#root.childTransaction(() => {
      this.#namespaces.put(prefix, Buffer.from(namespace));
      for (const record of records) {
        const key = Buffer.concat([prefix, Buffer.from(record.id)]);
        this.#records.put(key, bytesOfRecord(record));
        if (record.sparse !== null) this.#sparse.put(key, Buffer.alloc(0));
        else if (this.#sparse.doesExist(key)) this.#sparse.remove(key);
      }
      this.#notes.put(Buffer.from("writes"), Buffer.from(String(this.writes() + 1)));
    });
  }

  /** How many writes there were: what was made of the records before the last of them is out of date. */
  writes(): number {
    return Number(this.#notes.get(Buffer.from("writes"))?.toString() ?? 0);
  }

  namespaces(): string[] {
    return Array.from(this.#namespaces.getRange(), ({ value }) => value.toString());
  }

  has(namespace: string): boolean {
    return this.ids(namespace, everything).next().done !== true;
  }

  /** Drops the namespace's records, which stand in finished files now. */
  async forget(namespace: string): Promise<void> {
    const some = { ...boundsOf(namespace), limit: forgottenAtOnce };
    for (;;) {
      const keys = Array.from(this.#records.getKeys(some), (key) => Buffer.from(key));
      if (keys.length === 0) break;
      await this.#root.childTransaction(() => {
        for (const key of keys) {
          this.#records.remove(key);
          if (this.#sparse.doesExist(key)) this.#sparse.remove(key);
        }
      });
    }
    await this.#namespaces.remove(prefixOf(namespace));
  }

  hasSparse(namespace: string): boolean {
    for (const _ of this.#sparse.getKeys({ ...boundsOf(namespace), limit: 1 })) return true;
    return false;
  }

  *ids(namespace: string, range: Range): Generator<string> {
    for (const key of this.#records.getKeys({ ...boundsOf(namespace, range), snapshot: false })) yield idOf(key);
  }

  *records(namespace: string, range: Range): Generator<ExportRecord> {
    for (const { key, value } of this.#records.getRange({ ...boundsOf(namespace, range), snapshot: false }))
      yield recordOfBytes(idOf(key), value);
  }

  head(namespace: string, id: string): ExportHead | null {
    const value = this.#records.get(Buffer.concat([prefixOf(namespace), Buffer.from(id)]));
    return value === undefined ? null : headOfBytes(id, value);
  }

  record(namespace: string, id: string): ExportRecord | null {
    const value = this.#records.get(Buffer.concat([prefixOf(namespace), Buffer.from(id)]));
    return value === undefined ? null : recordOfBytes(id, value);
  }

  purpose(): Purpose | null {
    return this.note("purpose", purposeSchema);
  }

  setPurpose(purpose: Purpose): Promise<void> {
    return this.setNote("purpose", purpose);
  }

  note<T>(name: string, schema: z.ZodType<T>): T | null {
    const value = this.#notes.get(Buffer.from(name));
    return value === undefined ? null : schema.parse(JSON.parse(value.toString()));
  }

  async setNote(name: string, value: unknown): Promise<void> {
    await this.#notes.put(Buffer.from(name), Buffer.from(JSON.stringify(value)));
    await this.#root.flushed;
  }

  async close(): Promise<void> {
    await this.#root.flushed;
    await this.#root.close();
  }
}

function prefixOf(namespace: string): Buffer {
  return createHash("sha256").update(namespace).digest().subarray(0, keyBytes);
}

const idOf = (key: Buffer) => key.toString("utf8", keyBytes);

/** Keys of the namespace within the range. A NUL after a key is the next one that there can be. */
function boundsOf(namespace: string, { after, from = null, upTo }: Range = everything) {
  const prefix = prefixOf(namespace);
  const next = (id: string) => Buffer.concat([prefix, Buffer.from(id), Buffer.alloc(1)]);
  const first = Buffer.concat([prefix, Buffer.from(from ?? "")]);
  const start = after === null ? first : next(after);
  return {
    start: Buffer.compare(start, first) < 0 ? first : start,
    end: upTo === null ? following(prefix) : next(upTo),
  };
}

/** The first key that no key with this prefix reaches. A digest of nothing but 255s has none, and never comes. */
function following(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix);
  for (let at = end.length - 1; at >= 0; at--) {
    end[at] = ((end[at] ?? 0) + 1) % 256;
    if (end[at] !== 0) break;
  }
  return end;
}
