import { once } from "node:events";
import { connect, createServer } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { VectorRecord } from "../contract";
import { openPgvectorSource, openPgvectorTarget } from "./index";
import { hasPgvector, openTestSchema, type TestSchema } from "./testing";

const place = { index: "bad_days", namespace: "n" };
const record = (id: string, given: Partial<VectorRecord> = {}): VectorRecord => ({
  id,
  values: [1, 2, 3],
  metadata: { text: id },
  ...given,
});

describe.runIf(hasPgvector())("what goes wrong with a database", () => {
  let schema: TestSchema;
  let target: ReturnType<typeof openPgvectorTarget>;
  const opened: { close(): Promise<void> }[] = [];
  const targetWith = (given: Parameters<TestSchema["settings"]>[0]) => {
    const store = openPgvectorTarget(schema.settings(given));
    opened.push(store);
    return store;
  };
  const addressWith = (change: (address: URL) => void) => {
    const address = new URL(schema.url);
    change(address);
    return address.href;
  };
  beforeAll(async () => {
    schema = await openTestSchema();
    target = targetWith({});
    await target.ensureIndex({ name: place.index, dimension: 3, metric: "cosine" });
  });
  afterAll(async () => {
    await Promise.all(opened.map((each) => each.close()));
    await schema.drop();
  });

  it.each([
    ["a number that isn't finite as the column keeps it", record("x", { values: [1, 2, 1e39] }), "isn't finite"],
    ["a vector of zeros", record("x", { values: [0, -0, 1e-60] }), "a vector of zeros"],
    ["a NUL in a text", record("x", { metadata: { text: "a\0b" } }), "PostgreSQL can't hold"],
    ["a NUL in an ID", record("x\0"), "PostgreSQL can't hold"],
    ["half a surrogate pair", record("x", { metadata: { deep: { tags: ["\ud83d"] } } }), "PostgreSQL can't hold"],
    ["sparse values", record("x", { sparseValues: { indices: [1], values: [1] } }), "sparse values"],
    ["no vector", record("x", { values: [] }), "has 0 dimensions"],
    ["one ID twice", record("ok"), "stands twice"],
  ])("refuses %s in words, and writes nothing of that batch", async (_name, bad, words) => {
    await expect(target.upsert(place, [record("ok"), bad])).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining(words),
    });
    expect((await target.listIds(place)).ids).toEqual([]);
  });

  it("refuses what the database alone can know, as content, and writes nothing of that batch", async () => {
    await schema.sql(
      "CREATE TABLE checked (id text PRIMARY KEY, embedding vector(3), metadata jsonb CHECK (metadata->>'text' <> 'bad'))",
    );
    const at = { index: "checked", namespace: "" };
    const failed = target.upsert(at, [record("good"), record("bad")]);
    await expect(failed).rejects.toMatchObject({ code: "invalid", serviceCode: "23514" });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining("good") });
    expect((await target.listIds(at)).ids).toEqual([]);
    expect((await target.upsert(at, [record("good")])).accepted).toEqual(["good"]);
  });

  it("takes a text of 5 MB", async () => {
    const text = "日本".repeat(900_000);
    const at = { ...place, namespace: "large" };
    expect((await target.upsert(at, [record("l", { metadata: { text } })])).accepted).toEqual(["l"]);
    expect((await target.fetchHeads(at, ["l"])).records[0]?.metadata.text).toBe(text);
  });

  it("tells a wrong password, a database and a server that aren't there, and shows no password", async () => {
    const password = "hush-hush-7";
    const nowhere = targetWith({ address: addressWith((address) => Object.assign(address, { port: "1", password })) });
    const failed = nowhere.inspect(place.index);
    await expect(failed).rejects.toMatchObject({ code: "connection" });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining(password) });
    await expect(
      targetWith({ address: addressWith((address) => Object.assign(address, { pathname: "/nope" })) }).inspect("x"),
    ).rejects.toMatchObject({
      code: "not-found",
      serviceCode: "3D000",
    });
    await expect(targetWith({ address: "mysql://user:hush@host/db" }).inspect("x")).rejects.toMatchObject({
      code: "invalid",
      message: "The connection's address isn't one of PostgreSQL",
    });
  });

  it("gives a source sessions that can't write, and says when a target's can't", async () => {
    await schema.sql(`CREATE FUNCTION writes() RETURNS text LANGUAGE plpgsql AS $$ BEGIN CREATE TEMP TABLE t (x int); CREATE TABLE w (x int); RETURN ''; END $$;
      CREATE VIEW spoiled AS SELECT writes() AS id, '[1,2,3]'::vector(3) AS embedding`);
    const source = openPgvectorSource(schema.settings({ idColumn: "id" }));
    opened.push(source);
    await expect(source.listIds({ index: "spoiled", namespace: "" })).rejects.toMatchObject({
      code: "not-permitted",
      serviceCode: "25006",
    });
  });

  it("says which right is missing, and what an administrator is to run", async () => {
    const role = `reader_${schema.name}`;
    await schema.sql(
      `CREATE ROLE ${role} LOGIN; GRANT USAGE ON SCHEMA ${schema.name} TO ${role}; GRANT SELECT ON ALL TABLES IN SCHEMA ${schema.name} TO ${role}`,
    );
    const reader = targetWith({ address: addressWith((address) => Object.assign(address, { username: role })) });
    expect(await reader.inspect(place.index)).toMatchObject({ dimension: 3 });
    await expect(reader.upsert(place, [record("a")])).rejects.toMatchObject({
      code: "not-permitted",
      serviceCode: "42501",
    });
    await expect(reader.ensureIndex({ name: "new", dimension: 3, metric: "cosine" })).rejects.toMatchObject({
      code: "not-permitted",
    });
    await schema.sql("ALTER TABLE bad_days ENABLE ROW LEVEL SECURITY");
    const hidden = targetWith({ address: addressWith((address) => Object.assign(address, { username: role })) });
    expect(await hidden.count(place)).toMatchObject({
      value: 0,
      note: "row-level security may keep rows from this role",
    });
    await schema.sql("ALTER TABLE bad_days DISABLE ROW LEVEL SECURITY");
    const bare = `bare_${schema.name}`;
    await schema.sql(`CREATE DATABASE ${bare}`);
    const address = addressWith((url) => Object.assign(url, { username: role, pathname: `/${bare}` }));
    await expect(
      targetWith({ address, schema: "public" }).ensureIndex({ name: "new", dimension: 3, metric: "cosine" }),
    ).rejects.toMatchObject({
      code: "not-permitted",
      next: "Have an administrator run in that database: CREATE EXTENSION IF NOT EXISTS vector;",
    });
    await schema.sql(`DROP DATABASE ${bare} WITH (FORCE)`);
    await schema.sql(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  it("waits for a lock no longer than it may, and for a statement neither", async () => {
    const holder = new pg.Client({ connectionString: schema.url });
    await holder.connect();
    await holder.query(`BEGIN; LOCK TABLE ${schema.name}.bad_days IN ACCESS EXCLUSIVE MODE`);
    const hasty = targetWith({ lockSeconds: 1 });
    await expect(hasty.count(place)).rejects.toMatchObject({ code: "timeout", serviceCode: "55P03" });
    await holder.query("ROLLBACK");
    const slow = targetWith({ statementSeconds: 1, lockSeconds: 100 });
    await slow.count(place);
    await holder.query(`BEGIN; LOCK TABLE ${schema.name}.bad_days IN ACCESS EXCLUSIVE MODE`);
    await expect(slow.count(place)).rejects.toMatchObject({ code: "timeout", serviceCode: "57014" });
    await holder.query("ROLLBACK");
    await holder.end();
  });

  it("fails as a lost connection when the server ends the session, and works again with the next call", async () => {
    const at = { ...place, namespace: "lost" };
    await target.upsert(at, [record("a")]);
    const holder = new pg.Client({ connectionString: schema.url });
    await holder.connect();
    await holder.query(`BEGIN; LOCK TABLE ${schema.name}.bad_days IN ACCESS EXCLUSIVE MODE`);
    const waiting = expect(target.count(at)).rejects.toMatchObject({ code: "connection" });
    await vi.waitFor(async () => {
      const ended = await schema.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%bad_days%' AND query LIKE '%bare%'",
      );
      expect(ended).toHaveLength(1);
    });
    await waiting;
    await holder.query("ROLLBACK");
    await holder.end();
    expect(await target.count(at)).toMatchObject({ value: 1 });
  });

  it("ends a statement when the caller cancels, without waiting for it", async () => {
    const holder = new pg.Client({ connectionString: schema.url });
    await holder.connect();
    await holder.query(`BEGIN; LOCK TABLE ${schema.name}.bad_days IN ACCESS EXCLUSIVE MODE`);
    const controller = new AbortController();
    const waiting = expect(target.count(place, { signal: controller.signal })).rejects.toMatchObject({
      code: "aborted",
    });
    await vi.waitFor(async () => {
      const found = await schema.sql(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%bad_days%' AND query LIKE '%bare%'",
      );
      expect(found.length).toBeGreaterThan(0);
    });
    controller.abort();
    await waiting;
    await holder.query("ROLLBACK");
    await holder.end();
  });

  it("works through a pooler and leaves no setting in its sessions, but builds no index through it", async () => {
    const { port, close } = await startPooler(schema.url);
    const pooled = targetWith({ address: addressWith((address) => Object.assign(address, { port: String(port) })) });
    const at = { ...place, namespace: "pooled" };
    await pooled.upsert(at, [record("a")]);
    expect((await pooled.listIds(at)).ids).toEqual(["a"]);
    const asked = await schema.sql<{ query: string }>(
      "SELECT query FROM pg_stat_activity WHERE application_name = 'portage' AND query LIKE 'COMMIT%'",
    );
    expect(asked.length).toBeGreaterThan(0);
    await expect(pooled.finish?.({ index: at.index })).rejects.toMatchObject({
      code: "not-permitted",
      message: expect.stringContaining("connection pooler"),
      next: expect.stringContaining("5432"),
    });
    await pooled.close();
    await close();
  });
});

/** Passes everything on but the number of the server's process, which a pooler makes up, too. */
async function startPooler(url: string): Promise<{ port: number; close(): Promise<void> }> {
  const { hostname, port } = new URL(url);
  const server = createServer((client) => {
    const upstream = connect(Number(port || 5432), hostname);
    client.pipe(upstream);
    let head = true;
    upstream.on("data", (data) => {
      // BackendKeyData: "K", a length of 12, the process, a key.
      const key = head ? data.indexOf(Buffer.from([0x4b, 0, 0, 0, 12])) : -1;
      if (key >= 0) {
        data.writeInt32BE(1, key + 5);
        head = false;
      }
      client.write(data);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on("close", () => other.destroy());
      one.on("error", () => other.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port.");
  return {
    port: address.port,
    close: async () => {
      server.close();
      await once(server, "close");
    },
  };
}
