import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { SandboxControl } from "../control";
import { customers, namespaceOf } from "../seed/customers";
import { sourceIndex } from "../seed/seed";
import { type Sandbox, type SandboxOptions, sandboxKeys, startSandbox } from "../start";
import { documentsIndex } from "./seed-documents";

const folders: string[] = [];
const open: Sandbox[] = [];
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ dataDir: null, seed: false, consistencyMs: 0, ...options });
  open.push(sandbox);
  return sandbox;
}

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), "portage-documents-"));
  folders.push(made);
  return made;
}

async function ask(
  sandbox: Sandbox,
  method: string,
  route: string,
  body?: unknown,
  key: string = sandboxKeys.elasticsearch,
) {
  const response = await fetch(`${sandbox.elasticsearch.url}${route}`, {
    method,
    headers: { authorization: `ApiKey ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  return { status: response.status, headers: response.headers, body: answer };
}

const counted = z.object({ count: z.number() });
const count = async (sandbox: Sandbox, query?: object) =>
  counted.parse((await ask(sandbox, "POST", `/${documentsIndex}/_count`, query ? { query } : {})).body).count;

describe("the seeded documents", () => {
  it("are the source's records, most without a level, some with 1, 2 and 3", async () => {
    const sandbox = await start({ seed: true });
    const control = new SandboxControl(sandbox.pinecone.url);
    for (const customer of customers.filter(({ package: name }) => ["pino", "cockatiel", "dotenv"].includes(name))) {
      const namespace = namespaceOf(customer);
      const records = await control.records(sourceIndex, namespace);
      expect(await count(sandbox, { term: { namespace } })).toBe(records.length);
    }
    const total = await count(sandbox);
    const having = async (level: number) => count(sandbox, { term: { clearance_level: level } });
    const levels = [await having(1), await having(2), await having(3)];
    expect(Math.min(...levels)).toBeGreaterThan(50);
    const missing = await count(sandbox, { bool: { must_not: [{ exists: { field: "clearance_level" } }] } });
    expect(missing).toBeGreaterThan(total / 2);
    expect(missing + levels.reduce((sum, one) => sum + one)).toBe(total);
  });

  it("stay away when they were removed, and come back when the sandbox begins again", async () => {
    const dataDir = folder();
    const first = await start({ dataDir, seed: true });
    const before = await count(first);
    await ask(first, "DELETE", `/${documentsIndex}`);
    await first.close();
    open.splice(0);
    const second = await start({ dataDir, seed: true });
    expect((await ask(second, "POST", `/${documentsIndex}/_count`)).status).toBe(404);
    await new SandboxControl(second.pinecone.url).reset({ data: true });
    expect(await count(second)).toBe(before);
  });
});

describe("what the stand-in keeps", () => {
  it("is there again after it was closed and opened: documents, versions, mapping, aliases and counters", async () => {
    const dataDir = folder();
    const first = await start({ dataDir });
    await ask(first, "PUT", "/kept", { mappings: { dynamic: "false" }, aliases: { other: {} } });
    await ask(first, "PUT", "/kept/_doc/a", { z: 1, a: "ü" });
    await ask(first, "PUT", "/kept/_doc/a", { z: 2, a: "ü" });
    const before = (await ask(first, "GET", "/kept/_doc/a")).body;
    const described = (await ask(first, "GET", "/kept")).body;
    await first.close();
    open.splice(0);
    const second = await start({ dataDir });
    expect((await ask(second, "GET", "/kept/_doc/a")).body).toEqual(before);
    expect(before).toMatchObject({ _version: 2, _seq_no: 1, _source: { z: 2, a: "ü" } });
    expect((await ask(second, "GET", "/kept")).body).toEqual(described);
    expect(await new SandboxControl(second.elasticsearch.url).calls("write")).toBe(2);
    expect((await ask(second, "PUT", "/kept/_doc/b", {})).body).toMatchObject({ _seq_no: 2 });
  });
});

describe("the stand-in", () => {
  it("opens to its key alone, and says what it is to those who have it", async () => {
    const sandbox = await start();
    const refused = await ask(sandbox, "GET", "/", undefined, "another");
    expect([refused.status, refused.headers.get("x-elastic-product")]).toEqual([401, null]);
    const welcome = await ask(sandbox, "GET", "/");
    expect([welcome.status, welcome.headers.get("x-elastic-product")]).toEqual([200, "Elasticsearch"]);
  });

  it("shows a write to searches after its refresh, or when it is told to", async () => {
    const sandbox = await start({ consistencyMs: 1000 });
    const control = new SandboxControl(sandbox.elasticsearch.url);
    await ask(sandbox, "PUT", `/${documentsIndex}/_doc/a`, {});
    expect(await count(sandbox)).toBe(0);
    await control.advance(1000);
    expect(await count(sandbox)).toBe(1);
    await ask(sandbox, "PUT", `/${documentsIndex}/_doc/b`, {});
    expect(await count(sandbox)).toBe(1);
    await ask(sandbox, "POST", `/${documentsIndex}/_refresh`);
    expect(await count(sandbox)).toBe(2);
  });

  it("ends points in time when their time is over", async () => {
    const sandbox = await start();
    await ask(sandbox, "PUT", `/${documentsIndex}/_doc/a`, {});
    const { id } = z
      .object({ id: z.string() })
      .parse((await ask(sandbox, "POST", `/${documentsIndex}/_pit?keep_alive=1m`)).body);
    const search = () => ask(sandbox, "POST", "/_search", { pit: { id, keep_alive: "1m" } });
    const control = new SandboxControl(sandbox.elasticsearch.url);
    await control.advance(50_000);
    expect((await search()).status).toBe(200);
    await control.advance(50_000);
    expect((await search()).status).toBe(200);
    await control.advance(60_001);
    expect((await search()).body).toMatchObject({
      error: { root_cause: [{ type: "search_context_missing_exception" }] },
    });
  });

  it("fails on request, as the server words it", async () => {
    const sandbox = await start();
    const control = new SandboxControl(sandbox.elasticsearch.url);
    await control.faults({ scripts: [{ route: "count", steps: ["throttled", "exhausted", "error", "reset-before"] }] });
    await ask(sandbox, "PUT", `/${documentsIndex}/_doc/a`, {});
    const failing = () => ask(sandbox, "POST", `/${documentsIndex}/_count`);
    expect(await failing()).toMatchObject({
      status: 429,
      body: { error: { type: "es_rejected_execution_exception" } },
    });
    expect(await failing()).toMatchObject({ status: 429, body: { error: { type: "circuit_breaking_exception" } } });
    expect((await failing()).status).toBe(503);
    await expect(failing()).rejects.toThrow();
    expect((await failing()).status).toBe(200);
  });

  it("refuses queries that it doesn't know, and bulks that don't end with a line", async () => {
    const sandbox = await start();
    await ask(sandbox, "PUT", `/${documentsIndex}`, {});
    expect((await ask(sandbox, "POST", `/${documentsIndex}/_count`, { query: { fuzzy: { a: "b" } } })).status).toBe(
      400,
    );
    expect((await ask(sandbox, "POST", "/_bulk", '{"index":{"_index":"a"}}\n{}')).status).toBe(400);
    expect((await ask(sandbox, "GET", "/_nodes/stats")).status).toBe(400);
  });
});
