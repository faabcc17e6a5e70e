import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { packageRoot } from "@/lib/package-root";
import { databaseSuite } from "./database.suite";
import { openDatabase, openRunning } from "./open";
import { openTestDatabase, startTestDatabase } from "./testing";
import { missingServer, startTestServer, type TestServer } from "./testing-server";

databaseSuite("embedded database in this thread", () => openTestDatabase());

describe("embedded database in its own thread", () => {
  let folder = "";
  const threadFile = () => path.join(folder, "database-thread.mjs");

  beforeAll(async () => {
    folder = mkdtempSync(path.join(packageRoot, "node_modules", ".portage-test-"));
    await build({
      entryPoints: [path.join(packageRoot, "lib/db/embedded/thread.ts")],
      outfile: threadFile(),
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      logLevel: "error",
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const open = (name: string) =>
    openDatabase({ url: null, dataDir: path.join(folder, name), threadFile: threadFile() });

  databaseSuite("as the thread that opened it sees it", () => open("opened"));

  it("keeps what was committed", async () => {
    const first = await open("kept");
    await first.prisma.quota.create({ data: { key: "kept" } });
    await first.close();
    const second = await open("kept");
    expect(await second.prisma.quota.count()).toBe(1);
    await second.close();
  });

  it("lets another thread in through a channel", async () => {
    const owner = await open("shared");
    const channel = owner.channel();
    if (!channel) throw new Error("An embedded database has channels.");
    const guest = await openDatabase({ url: null, dataDir: path.join(folder, "shared"), channel });
    const heard = new Promise<string>(
      (resolve) => void owner.listen("from_guest", resolve).then(() => guest.notify("from_guest", "hello")),
    );
    expect(await heard).toBe("hello");
    await guest.prisma.quota.create({ data: { key: "guest" } });
    await guest.close();
    expect(await owner.prisma.quota.count()).toBe(1);
    await owner.close();
  });

  it("says what is wrong with a folder that can't be used", async () => {
    await expect(openDatabase({ url: null, dataDir: threadFile(), threadFile: threadFile() })).rejects.toMatchObject({
      code: "data-directory-unusable",
      kind: "usage",
    });
  });
});

describe.skipIf(missingServer() !== null)(`on a real server${missingServer() ? ` (${missingServer()})` : ""}`, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  const open = async () => openDatabase({ url: await server.create(), dataDir: os.tmpdir() });
  databaseSuite("PostgreSQL server", open);

  it("migrates once when two open it at the same time", async () => {
    const url = await server.create();
    const both = await Promise.all([1, 2, 3].map(() => openDatabase({ url, dataDir: os.tmpdir() })));
    const rows = await both[0]?.rows(
      z.object({ times: z.number() }),
      `SELECT count(*)::int AS times FROM "_prisma_migrations" GROUP BY migration_name`,
    );
    expect(new Set(rows?.map(({ times }) => times))).toEqual(new Set([1]));
    for (const database of both) await database.close();
  });

  it("hears notifications again after its connection was cut", async () => {
    const database = await open();
    const heard: string[] = [];
    let told: () => void = () => {};
    const again = new Promise<void>((resolve) => {
      told = resolve;
    });
    await database.listen("cut", (payload) => {
      heard.push(payload);
      told();
    });
    await database.run(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN "cut"'`);
    // What is sent while nobody listens is lost: said again until somebody has heard it.
    const repeating = setInterval(() => void database.notify("cut", "heard"), 100);
    await again;
    clearInterval(repeating);
    expect(heard[0]).toBe("heard");
    await database.close();
  });

  it("refuses a database that a newer version has changed", async () => {
    const url = await server.create();
    const first = await openDatabase({ url, dataDir: os.tmpdir() });
    await first.run(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '29990101000000_future', now())`,
    );
    await first.close();
    await expect(openDatabase({ url, dataDir: os.tmpdir() })).rejects.toMatchObject({
      code: "database-newer",
      kind: "usage",
    });
  });

  it("says which server can't be reached, without the password", async () => {
    const url = await server.create();
    const wrong = new URL(url.reveal());
    wrong.pathname = "/no_such_database";
    wrong.password = "swordfish";
    const refusal = openDatabase({ url: Object.assign(url, { reveal: () => wrong.href }), dataDir: os.tmpdir() });
    await expect(refusal).rejects.toMatchObject({ code: "database-unreachable", kind: "usage" });
    await expect(refusal).rejects.not.toThrow(/swordfish/);
  });
});

describe("migrating", () => {
  it("refuses to go on from a migration that didn't finish", async () => {
    const running = await startTestDatabase();
    const survivor = { ...running, close: async () => {} };
    const first = await openRunning(survivor);
    await first.run(`UPDATE "_prisma_migrations" SET finished_at = NULL`);
    await first.close();
    await expect(openRunning(running)).rejects.toMatchObject({ code: "migration-failed-earlier" });
  });
});
