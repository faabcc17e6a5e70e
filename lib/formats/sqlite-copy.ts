import { copyFile, open, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import sqlite, { type Database } from "node-sqlite3-wasm";
import { makeScratchFolder } from "@/lib/scratch-folder";
import { BusyFile, FormatError } from "./format-error";

/** Copies tried while the file's owner writes to it, and the pause before the second; each is longer than the one before. */
const attempts = 10;
const pauseMs = 5;
/** SQLite counts every committed transaction here, in its header; with a write-ahead log it doesn't, which is then looked at itself. */
const changeCounterAt = 24;

export type SqliteCopy = { database: Database; close(): Promise<void> };

/**
 * A copy of an SQLite file, opened: the file itself is only read, its owner isn't disturbed, and the copy may be written to.
 * The copy is of one moment: a file that changes while it is copied is copied again.
 * @param file whose folder may be read-only
 * @throws FormatError `foreign` for what is no SQLite file, `refused` for one that doesn't stand still or was left in mid-write
 */
export async function openSqliteCopy(file: string): Promise<SqliteCopy> {
  const { path: folder, remove } = await makeScratchFolder();
  const copy = path.join(folder, "copy.sqlite3");
  try {
    await copyStill(file, copy);
    const database = new sqlite.Database(copy);
    try {
      // A write-ahead log is read without memory shared with others, which this SQLite hasn't: the copy is ours alone.
      database.exec("PRAGMA locking_mode = EXCLUSIVE");
      // Nobody looks for it after the machine has stopped.
      database.exec("PRAGMA synchronous = OFF");
      database.all("SELECT name FROM sqlite_master LIMIT 1");
    } catch (error) {
      database.close();
      throw new FormatError(
        "foreign",
        `${path.basename(file)} can't be read as SQLite: ${error instanceof Error ? error.message : "it is damaged"}.`,
      );
    }
    return {
      database,
      async close() {
        database.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function copyStill(file: string, copy: string): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await pause(pauseMs * attempt ** 2);
    const before = await mark(file);
    if (before.journal > 0) continue;
    await copyFile(file, copy);
    if (before.log > 0) await copyFile(`${file}-wal`, `${copy}-wal`);
    const after = await mark(file);
    if (JSON.stringify(before) === JSON.stringify(after)) return;
  }
  throw new BusyFile(
    `${path.basename(file)} is being written to, or was left in the middle of a write: stop its program, or let it start and end once.`,
  );
}

async function mark(file: string) {
  const handle = await open(file, "r");
  try {
    const { size, mtimeMs } = await handle.stat();
    const header = Buffer.alloc(100);
    const { bytesRead } = await handle.read(header, 0, 100, 0);
    if (bytesRead < 100 || !header.toString("latin1").startsWith("SQLite format 3\0"))
      throw new FormatError("foreign", `${path.basename(file)} is no SQLite file.`);
    const [journal, log] = await Promise.all([sizeOf(`${file}-journal`), sizeOf(`${file}-wal`)]);
    return { size, mtimeMs, changes: header.readUInt32BE(changeCounterAt), journal, log };
  } finally {
    await handle.close();
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
