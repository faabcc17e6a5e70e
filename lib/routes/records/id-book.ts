import path from "node:path";
import sqlite, { type Database } from "node-sqlite3-wasm";
import { z } from "zod";
import { makeScratchFolder, type ScratchFolder } from "@/lib/scratch-folder";
import { idBounds } from "@/lib/stores/files/id-bounds";

const bytes = z.instanceof(Uint8Array);
const rowSchema = z.object({ listed: bytes, source: bytes, wrong: z.string().nullable() });
const listedSchema = z.object({ listed: bytes });

/** A record of the source: which ID it is listed and written under, and why it can't be, where it can't. */
export type BookRow = { listed: string; source: string; wrong: string | null };

const table = `CREATE TABLE record (listed BLOB PRIMARY KEY, source BLOB NOT NULL, wrong TEXT, print BLOB) WITHOUT ROWID;
  CREATE INDEX by_source ON record (source);
  CREATE INDEX by_print ON record (print) WHERE print IS NOT NULL;
  CREATE INDEX by_wrong ON record (wrong) WHERE wrong IS NOT NULL`;

/**
 * Which record of a source is written under which ID, on a scratch disk: in byte order of the new IDs, each record under one of its own.
 * Those that would share one are all told; none of them is written.
 */
export class IdBook {
  readonly #database: Database;
  readonly #folder: ScratchFolder;
  /** Where the source's listing goes on; `null`: it is at its end. */
  next: string | null | undefined = undefined;

  private constructor(database: Database, folder: ScratchFolder) {
    this.#database = database;
    this.#folder = folder;
  }

  static async make(): Promise<IdBook> {
    const folder = await makeScratchFolder();
    const database = new sqlite.Database(path.join(folder.path, "ids.sqlite3"));
    for (const setting of ["locking_mode = EXCLUSIVE", "journal_mode = MEMORY", "synchronous = OFF"])
      database.exec(`PRAGMA ${setting}`);
    database.exec(table);
    return new IdBook(database, folder);
  }

  /** A page of the source's listing, whole or not at all. `print`: equal for records that count as the same; `null` for those that never do. */
  addPage(records: readonly (BookRow & { print: string | null })[], next: string | null): void {
    this.#database.run("BEGIN");
    try {
      for (const record of records) this.#add(record);
      this.#database.run("COMMIT");
      this.next = next;
    } catch (error) {
      this.#database.run("ROLLBACK");
      throw error;
    }
  }

  #add({ listed, source, wrong, print }: BookRow & { print: string | null }): void {
    // An unordered listing may name a record twice.
    if (this.#database.get("SELECT 1 FROM record WHERE source = ?", [Buffer.from(source)]) !== null) return;
    const first = print === null ? null : this.#first("print = ?1", print);
    const taken = this.#first("listed = ?1", listed);
    const own = taken === null ? listed : this.#freeName(listed, source);
    const meets = taken !== null && wrong === null && taken.wrong === null;
    const standsFor = first && writtenForBoth(first.source);
    this.#database.run("INSERT INTO record (listed, source, wrong, print) VALUES (?, ?, ?, ?)", [
      Buffer.from(own),
      Buffer.from(source),
      wrong ??
        standsFor ??
        (meets ? collision(listed, taken.source) : null) ??
        (taken && collision(listed, taken.source)),
      // A record that isn't written stands for none.
      wrong === null && first === null && taken === null && print !== null ? Buffer.from(print) : null,
    ]);
    if (!meets || standsFor !== null) return;
    this.#database.run("UPDATE record SET wrong = ?, print = NULL WHERE listed = ?", [
      collision(listed, source),
      Buffer.from(listed),
    ]);
    this.#database.run("UPDATE record SET wrong = ? WHERE wrong = ?", [
      writtenForNone(taken.source),
      writtenForBoth(taken.source),
    ]);
  }

  #first(where: string, value: string): BookRow | null {
    const row = this.#database.get(`SELECT listed, source, wrong FROM record WHERE ${where} LIMIT 1`, [
      Buffer.from(value),
    ]);
    return row === null ? null : read(row);
  }

  /** Whoever meets another is listed by a name of its own, so that it is counted. */
  #freeName(listed: string, source: string): string {
    let name = `${listed} (of ${source})`;
    while (this.#first("listed = ?1", name) !== null) name += "'";
    return name;
  }

  /** The next IDs after one, those that begin with `prefix`. */
  page({ after, prefix, limit }: { after: string | null; prefix: string; limit: number }): string[] {
    const { from, below } = idBounds(prefix);
    return this.#database
      .all(
        "SELECT listed FROM record WHERE listed >= ?1 AND (?2 IS NULL OR listed < ?2) AND (?3 IS NULL OR listed > ?3) ORDER BY listed LIMIT ?4",
        [from, below, after === null ? null : Buffer.from(after), limit],
      )
      .map((row) => textOf(listedSchema.parse(row).listed));
  }

  byListed(listed: string): BookRow | null {
    return this.#first("listed = ?1", listed);
  }

  bySource(source: string): BookRow | null {
    return this.#first("source = ?1", source);
  }

  async close(): Promise<void> {
    this.#database.close();
    await this.#folder.remove();
  }
}

const textOf = (value: Uint8Array) => Buffer.from(value).toString("utf8");

const same = (source: string) => `It has the same text and metadata as ${JSON.stringify(source)}`;
const writtenForBoth = (source: string) => `${same(source)}, which is written for both.`;
const writtenForNone = (source: string) =>
  `${same(source)}, which isn't written either: it shares its new ID with another.`;
const collision = (id: string, other: string) =>
  `${JSON.stringify(other)} would be written under the same ID, ${JSON.stringify(id)}: neither is.`;

function read(row: unknown): BookRow {
  const { listed, source, wrong } = rowSchema.parse(row);
  return { listed: textOf(listed), source: textOf(source), wrong };
}
