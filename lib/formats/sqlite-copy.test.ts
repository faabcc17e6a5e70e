import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChroma } from "./chroma/find-chroma";

/** Another program with Python's own SQLite, as Chroma is one: it says when it has done the first statements, and goes on when it is told. */
const script = `
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]: database.execute(statement)
print("done", flush=True)
sys.stdin.read()
`;

let scratch = "";
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), "portage-locked-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function whileAnother<T>(name: string, statements: string[], work: (folder: string) => Promise<T>): Promise<T> {
  const folder = path.join(scratch, name);
  await cp(path.join(import.meta.dirname, "fixtures/chroma-1.5/db"), folder, { recursive: true });
  const program = spawn("python3", ["-c", script, path.join(folder, "chroma.sqlite3"), ...statements], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(program, "exit");
  try {
    await Promise.race([once(program.stdout, "data"), ended.then(() => Promise.reject(new Error("It ended.")))]);
    return await work(folder);
  } finally {
    program.stdin.end();
    await ended;
  }
}

const recordsIn = async (folder: string) => {
  const store = await findChroma(folder, ".");
  try {
    let records = 0;
    for (const collection of store.collections) for await (const _ of collection.records()) records++;
    return records;
  } finally {
    await store.close();
  }
};

describe("a folder whose program runs", () => {
  it("is read while that holds the database locked, and waits for nothing", async () => {
    const files = await whileAnother("locked", ["BEGIN EXCLUSIVE"], async (folder) => {
      expect(await recordsIn(folder)).toBe(13);
      return readdir(folder);
    });
    expect(files.filter((name) => name.startsWith("chroma.sqlite3"))).toEqual(["chroma.sqlite3"]);
  });

  it("is refused in words while that is in the midst of a write, and read once it is done", async () => {
    // A cache of one page: what is changed goes to the disk before the end.
    const writes = ["PRAGMA cache_size = 1", "BEGIN IMMEDIATE", "UPDATE embedding_metadata SET string_value = 'half'"];
    const folder = await whileAnother("writing", writes, async (there) => {
      await expect(findChroma(there, ".")).rejects.toMatchObject({
        fault: "refused",
        message: expect.stringContaining("is being written to"),
      });
      return there;
    });
    expect(await recordsIn(folder)).toBe(13);
  });
});
