import path from "node:path";
import sqlite, { type Database } from "node-sqlite3-wasm";
import { z } from "zod";
import { makeScratchFolder, type ScratchFolder } from "@/lib/scratch-folder";
import { idBounds } from "./id-bounds";

const idRow = z.object({ id: z.instanceof(Uint8Array) });
const countRow = z.object({ count: z.number() });

/** IDs on a scratch disk, each once and in byte order, however many they are. */
export class ScratchIds {
  readonly #database: Database;
  readonly #folder: ScratchFolder;

  private constructor(database: Database, folder: ScratchFolder) {
    this.#database = database;
    this.#folder = folder;
  }

  static async make(): Promise<ScratchIds> {
    const folder = await makeScratchFolder();
    const database = new sqlite.Database(path.join(folder.path, "ids.sqlite3"));
    for (const setting of ["locking_mode = EXCLUSIVE", "journal_mode = OFF", "synchronous = OFF"])
      database.exec(`PRAGMA ${setting}`);
    database.exec("CREATE TABLE id (id BLOB PRIMARY KEY) WITHOUT ROWID");
    return new ScratchIds(database, folder);
  }

  add(ids: readonly string[]): void {
    const insert = this.#database.prepare("INSERT OR IGNORE INTO id (id) VALUES (?)");
    this.#database.run("BEGIN");
    try {
      for (const id of ids) insert.run([Buffer.from(id)]);
    } finally {
      this.#database.run("COMMIT");
      insert.finalize();
    }
  }

  get count(): number {
    return countRow.parse(this.#database.get("SELECT count(*) AS count FROM id")).count;
  }

  /** The next IDs after one, those that begin with `prefix`. */
  page({ after, prefix, limit }: { after: string | null; prefix: string; limit: number }): string[] {
    const { from, below } = idBounds(prefix);
    return this.#database
      .all(
        "SELECT id FROM id WHERE id >= ?1 AND (?2 IS NULL OR id < ?2) AND (?3 IS NULL OR id > ?3) ORDER BY id LIMIT ?4",
        [from, below, after === null ? null : Buffer.from(after), limit],
      )
      .map((row) => Buffer.from(idRow.parse(row).id).toString("utf8"));
  }

  async close(): Promise<void> {
    this.#database.close();
    await this.#folder.remove();
  }
}
