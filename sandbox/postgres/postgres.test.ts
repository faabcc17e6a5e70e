import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readyMade } from "@/lib/ready-made";
import { openPgvectorSource, openPgvectorTarget } from "@/lib/stores/pgvector";
import { settings } from "@/lib/stores/pgvector/settings";
import { startPostgres } from "./start-postgres";

const failed: string[] = [];
const folder = mkdtempSync(path.join(tmpdir(), "portage-sandbox-postgres-"));
let served: Awaited<ReturnType<typeof startPostgres>>;
beforeAll(async () => {
  served = await startPostgres({
    ...{ folder: path.join(folder, "postgres"), made: readyMade("postgres"), where: "here", port: 0 },
    report: (error) => failed.push(String(error)),
  });
  // It may be opened from nothing; a plain client has the patience.
  const client = new pg.Client({ connectionString: served.url });
  await client.connect();
  await client.end();
});
afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

it("is to the store what a server is: sessions with settings of their own, rows that are filled, an index that is built and used", async () => {
  const app = { address: served.url, writes: "update", textColumns: "title, body", namespaceColumn: "topic" };
  const source = openPgvectorSource(settings.parse(app));
  const target = openPgvectorTarget(settings.parse(app));
  const own = openPgvectorTarget(settings.parse({ address: served.url }));
  const build = { index: "articles", namespace: "build" };
  const articles = await source.inspect("articles");
  expect(articles).toMatchObject({ dimension: 3072, vectors: { value: 160 }, namespaces: 4 });
  expect(await target.count(build)).toMatchObject({ value: 14, note: "26 rows have no vector" });
  expect(await own.inspect("documents")).toMatchObject({ dimension: 1536, vectors: { value: 0 } });
  const { ids } = await source.listIds(build);
  const bare = ids[1] ?? "";
  // The source's session reads only, and shares the engine's one with the target's, which has to write between.
  const write = { id: bare, values: Array.from({ length: 3072 }, (_, at) => Math.sin(at)), metadata: {} };
  const [upserted, heads] = await Promise.all([target.upsert(build, [write]), source.fetchHeads(build, [bare])]);
  expect(upserted.accepted).toEqual([bare]);
  expect(heads.records[0]?.metadata).toMatchObject({ title: expect.any(String), body: expect.any(String) });
  expect(await target.count(build)).toMatchObject({ value: 15 });
  await own.ensureIndex({ name: "few", dimension: 3, metric: "cosine" });
  await own.upsert({ index: "few", namespace: "" }, [{ id: "a", values: [1, 2, 3], metadata: {} }]);
  expect((await own.finish?.({ index: "few" }))?.words).toEqual([
    expect.stringContaining("was built"),
    expect.stringContaining("(EXPLAIN)"),
  ]);
  await Promise.all([source.close(), target.close(), own.close()]);
  expect(failed).toEqual([]);
});
