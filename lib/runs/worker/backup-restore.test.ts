import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, expect, test } from "vitest";
import { z } from "zod";
import { restoreBackup } from "@/lib/db/backup/restore-backup";
import { writeBackup } from "@/lib/db/backup/write-backup";
import { openTestDatabase } from "@/lib/db/testing";
import { openWorld, records, type World } from "../testing/testing";

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const folder = await mkdtemp(path.join(tmpdir(), "portage-backup-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
const open = async (options: Parameters<typeof openWorld>[0] = {}) => {
  const world = await openWorld(options);
  worlds.push(world);
  return world;
};

test("a backup of a run that is under way, restored elsewhere, resumes: every record is there, and what was written isn't written twice", async () => {
  const first = await open();
  first.source.put({ index: "old", namespace: "n" }, records(400));
  const file = path.join(folder, "under-way.gz");
  let taken: Promise<void> | null = null;
  first.embedder.before = async () => {
    if (first.embedder.texts.length >= 100) taken ??= writeBackup(first.database, file, "test");
    await taken;
  };
  await first.work();
  const runId = await first.start({ namespaces: ["n"] });
  expect(await first.until(runId, ended)).toMatchObject({ state: "succeeded", written: 400 });

  const second = await open();
  const { rows } = await restoreBackup(second.database, file);
  expect(rows).toBeGreaterThan(3);
  // The services are the same ones; only Portage's own data comes from the backup.
  Object.assign(second.parts, { source: first.source, target: first.target });
  await first.rest();
  // The worker that had it is gone: nobody waits for its lease here.
  await second.database.run(`UPDATE "Segment" SET "leaseUntil" = clock_timestamp() WHERE "leaseUntil" IS NOT NULL`);
  await second.work();
  const resumed = await second.until(runId, ended);
  expect(resumed).toMatchObject({ state: "succeeded", total: 400 });
  expect(resumed.written + resumed.unchanged).toBe(400);
  expect(resumed.verdict).toMatchObject({ ok: true });
  expect(second.embedder.texts).toEqual([]);
  // New rows are numbered after the restored ones.
  const again = await second.start({ namespaces: ["n"] });
  expect(await second.until(again, ended)).toMatchObject({ state: "succeeded", written: 0 });
});

test("tables of others in the same database are neither in a backup nor touched by restoring one", async () => {
  const first = await openTestDatabase();
  const second = await openTestDatabase();
  const file = path.join(folder, "among-others.gz");
  const name = z.object({ name: z.string() });
  const customers = [
    "CREATE TABLE customers (n serial PRIMARY KEY, name text)",
    "INSERT INTO customers (name) VALUES ('Ada')",
  ];
  try {
    for (const statement of customers) await first.run(statement);
    await writeBackup(first, file, "test");
    expect(gunzipSync(await readFile(file)).toString()).not.toContain("customers");
    for (const statement of customers) await second.run(statement);
    await restoreBackup(second, file);
    await second.run("INSERT INTO customers (name) VALUES ('Grace')");
    expect(await second.rows(name, "SELECT name FROM customers WHERE n <= 2 ORDER BY n")).toEqual([
      { name: "Ada" },
      { name: "Grace" },
    ]);
  } finally {
    for (const database of [first, second]) {
      await database.run("DROP TABLE IF EXISTS customers");
      await database.close();
    }
  }
});

test("a backup that isn't whole, was changed, or is of another version restores nothing, and none is restored into a database that is used", async () => {
  const first = await open();
  first.source.put({ index: "old", namespace: "n" }, records(3));
  await first.work();
  await first.until(await first.start({ namespaces: ["n"] }), ended);
  const file = path.join(folder, "whole.gz");
  await writeBackup(first.database, file, "test");
  await expect(restoreBackup(first.database, file)).rejects.toMatchObject({ code: "database-not-empty" });

  const text = gunzipSync(await readFile(file)).toString();
  const lines = text.trimEnd().split("\n");
  const written = async (name: string, bytes: string | Buffer) => {
    await writeFile(path.join(folder, name), bytes);
    return path.join(folder, name);
  };
  const broken: [string, string][] = [
    ["backup-damaged", await written("short.gz", gzipSync(`${lines.slice(0, -1).join("\n")}\n`))],
    ["backup-damaged", await written("changed.gz", gzipSync(text.replace("succeeded", "cancelled")))],
    ["backup-damaged", await written("cut.gz", (await readFile(file)).subarray(0, -40))],
    ["backup-version", await written("older.gz", gzipSync(text.replace(/_initial"/, '_begin"')))],
    ["not-a-backup", await written("text.gz", gzipSync("hello\n"))],
    ["not-a-backup", path.join(folder, "missing.gz")],
  ];
  const empty = await openTestDatabase();
  try {
    for (const [code, damaged] of broken)
      await expect(restoreBackup(empty, damaged), damaged).rejects.toMatchObject({ code });
    expect(await empty.prisma.run.count()).toBe(0);
    await restoreBackup(empty, file);
    expect(await empty.prisma.run.count()).toBe(1);
  } finally {
    await empty.close();
  }
});
