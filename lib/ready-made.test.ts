import { mkdtempSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { prepareCommandLine } from "@/scripts/build/prepare.mjs";
import { startSandbox } from "../sandbox/start";
import { startHere } from "./db/embedded/start-here";
import { migrate, readMigrations } from "./db/migrate";
import { openRunning } from "./db/open";
import { readyMade } from "./ready-made";

beforeAll(() => prepareCommandLine());

function freshFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "portage-ready-made-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it("gives a fresh folder the tables of this version, no records, for its owner alone; a migration that came later still runs", async () => {
  expect(readyMade("database")).not.toBeNull();
  const folder = path.join(freshFolder(), "database");
  const database = await openRunning(await startHere({ folder }));
  const applied = z.object({ name: z.string() });
  const names = await database.rows(
    applied,
    `SELECT migration_name AS name FROM "_prisma_migrations" ORDER BY started_at`,
  );
  expect(names.map(({ name }) => name)).toEqual(readMigrations().map(({ name }) => name));
  expect(await database.prisma.run.count()).toBe(0);
  expect(
    await database.rows(applied, "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'bullmq'"),
  ).not.toEqual([]);
  const client = await database.pool.connect();
  const later = { name: "99991231235959_later", sql: "CREATE TABLE later (n int)" };
  expect(await migrate(client, [...readMigrations(), later])).toEqual([later.name]);
  client.release();
  await database.close();
  for (const [file, mode] of [
    ["", 0o700],
    ["base", 0o700],
    ["postgresql.conf", 0o600],
  ] as const)
    expect(statSync(path.join(folder, file)).mode & 0o777).toBe(mode);
});

it("gives a fresh sandbox what filling one gives", async () => {
  const made = readyMade("sandbox");
  expect(made).not.toBeNull();
  const listed = async (dataDir: string, from: string | null) => {
    const said: string[] = [];
    const sandbox = await startSandbox({ dataDir, made: from, log: (line) => said.push(line) });
    const headers = { "api-key": sandbox.environment.PINECONE_API_KEY ?? "" };
    const statistics = await Promise.all(
      ["gflops-serverless", "askdona"].map(async (index) =>
        (
          await fetch(`${sandbox.pinecone.url}/data/${index}/describe_index_stats`, {
            method: "POST",
            headers,
            body: "{}",
          })
        ).json(),
      ),
    );
    await sandbox.close();
    return { statistics, filled: said.some((line) => line.includes("seeded")) };
  };
  const copied = await listed(freshFolder(), made);
  const filled = await listed(freshFolder(), null);
  expect(JSON.stringify(filled.statistics)).toContain("totalVectorCount");
  expect(copied).toEqual({ statistics: filled.statistics, filled: false });
  expect(filled.filled).toBe(true);
});
