import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { openDocuments } from "@/lib/documents/registry";
import { HashingEmbedder } from "@/lib/embedders/hashing/embedder";
import { ServiceFailure } from "@/lib/failures";
import { Secret } from "@/lib/secret";
import { doctorSchema } from "@/lib/shapes/overview";
import { startSandbox } from "@/sandbox/start";
import { showOverview } from "../overview/show-overview";
import type { Context } from "../verbs/context";
import { openTestContext, type TestSides } from "../verbs/testing";
import { checkConnections } from "./check-connections";
import { createTarget } from "./create-target";

const closing: (() => unknown)[] = [];
const open = async (sides: TestSides = {}) => {
  const opened = await openTestContext(sides);
  closing.push(opened.close);
  return opened;
};
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const check = async (ctx: Context, name: string) =>
  (await checkConnections(ctx, {})).checks.find((each) => each.name === name);

async function documentServer(status: number, body: unknown): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

describe("checking the connections", () => {
  it("finds everything in order, says so of each service, and what isn't used is off", async () => {
    const { ctx } = await open({ source: { a: 3 } });
    const doctor = await checkConnections(ctx, {});
    expect(doctorSchema.parse(doctor)).toEqual(doctor);
    expect(doctor.ok).toBe(true);
    const states = Object.fromEntries(doctor.checks.map(({ name, state }) => [name, state]));
    expect(states).toEqual({
      database: "ok",
      workers: "off",
      "source index": "ok",
      "target index": "ok",
      embedder: "ok",
      quota: "ok",
      documents: "off",
    });
    expect(doctor.checks.find(({ name }) => name === "source index")?.words).toContain("3 vectors in 1 namespace.");
  });

  it("names a dimension that doesn't fit and the setting to change", async () => {
    const { ctx } = await open();
    const embedder = new HashingEmbedder({ dimension: 7 });
    const found = await check({ ...ctx, embedder }, "target index");
    expect(found).toMatchObject({ state: "error", words: expect.stringContaining("dimension 2") });
    expect(found?.next).toContain("GEMINI_OUTPUT_DIMENSIONS to 2");
  });

  it("names a wrong key, without the key", async () => {
    const before = () => {
      throw new ServiceFailure({
        code: "auth",
        service: "Memory",
        operation: "inspect",
        message: "HTTP 401",
        status: 401,
      });
    };
    const { ctx } = await open({ sourceOptions: { before } });
    const doctor = await checkConnections(ctx, {});
    expect(doctor.ok).toBe(false);
    expect(doctor.checks.find(({ name }) => name === "source index")).toMatchObject({
      state: "error",
      next: "Check PINECONE_API_KEY.",
    });
    expect(JSON.stringify(doctor)).not.toContain("pc-secret-key");
  });

  it("names a target that is missing and how to make it", async () => {
    const { ctx } = await open({ target: null });
    expect(await check(ctx, "target index")).toMatchObject({
      state: "error",
      next: expect.stringContaining("dimension 2"),
    });
  });

  it("says until when a quota blocks", async () => {
    const { ctx } = await open();
    await ctx.database.prisma.quota.create({
      data: { key: "gemini:day", blockedUntil: Date.now() + 60_000, blockedFor: "requests per day" },
    });
    expect(await check(ctx, "quota")).toMatchObject({
      state: "warn",
      words: expect.stringContaining("requests per day"),
    });
  });

  it("logs what it doesn't know and shows none of its text", async () => {
    const before = () => {
      throw new Error("password=hunter2");
    };
    const { ctx, logged } = await open({ sourceOptions: { before } });
    const doctor = await checkConnections(ctx, {});
    expect(doctor.ok).toBe(false);
    expect(JSON.stringify(doctor)).not.toContain("hunter2");
    expect(logged.some(({ details }) => "error" in details && String(details.error).includes("hunter2"))).toBe(true);
  });

  it("asks one service alone, and refuses a name that it doesn't know", async () => {
    const { ctx, source } = await open();
    const doctor = await checkConnections(ctx, { service: "database" });
    expect(doctor.checks.map(({ name }) => name)).toEqual(["database", "workers"]);
    expect(source.calls.inspect).toBe(0);
    await expect(checkConnections(ctx, { service: "oracle" })).rejects.toMatchObject({ code: "unknown-service" });
  });
});

describe("creating the target", () => {
  it("makes the index once, in the embedder's dimension, and then everything is in order", async () => {
    const { ctx } = await open({ target: null });
    expect((await showOverview(ctx, {})).target.state).toBe("missing");
    expect(await createTarget(ctx, {})).toEqual({
      index: "new-index",
      dimension: 2,
      metric: "cosine",
      outcome: "created",
    });
    expect((await showOverview(ctx, {})).target.state).toBe("ready");
    expect(await createTarget(ctx, {})).toMatchObject({ outcome: "matched" });
    expect(await check(ctx, "target index")).toMatchObject({ state: "ok" });
  });

  it("refuses where an index of another shape stands", async () => {
    const { ctx } = await open();
    await expect(createTarget({ ...ctx, embedder: new HashingEmbedder({ dimension: 9 }) }, {})).rejects.toMatchObject({
      code: "conflict",
      kind: "usage",
    });
  });
});

describe("checking Elasticsearch", () => {
  const openDocumentsContext = async (prepare?: (url: string) => Promise<unknown>) => {
    const sandbox = await startSandbox({ dataDir: null, seed: false });
    closing.push(() => sandbox.close());
    const { environment } = sandbox;
    await prepare?.(environment.ELASTICSEARCH_ENDPOINT ?? "");
    const { ctx } = await open({ environment });
    const documents = openDocuments(ctx.config);
    closing.push(() => documents?.close());
    return { ...ctx, documents };
  };
  const authorization = { authorization: "ApiKey sandbox-elasticsearch-key", "content-type": "application/json" };
  const put = async (url: string, body: object) => {
    const answer = await fetch(url, { method: "PUT", headers: authorization, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
  };
  const level = { clearance_level: { type: "integer" } };
  const properties = { namespace: { type: "keyword" } };

  it("counts the documents, and says how the level is mapped", async () => {
    const ctx = await openDocumentsContext(async (url) => {
      await put(`${url}/documents`, { mappings: { properties: { ...properties, ...level } } });
      await put(`${url}/documents/_doc/1?refresh=true`, { namespace: "a" });
    });
    expect(await check(ctx, "documents")).toMatchObject({
      state: "ok",
      words: expect.stringMatching(/^documents: 1 document, health (green|yellow), version /),
    });
    expect(await check(ctx, "clearance level")).toMatchObject({
      state: "ok",
      words: "clearance_level is mapped as integer.",
    });
  });

  it("says what would keep a level from being set, and what to do", async () => {
    const ctx = await openDocumentsContext(async (url) => {
      await put(`${url}/documents`, { mappings: { dynamic: "strict", properties } });
      await put(`${url}/documents/_settings`, { index: { blocks: { write: true } } });
    });
    expect(await check(ctx, "documents")).toMatchObject({
      state: "error",
      words: expect.stringContaining("Writes are blocked on documents"),
      next: "Remove the block.",
    });
    expect(await check(ctx, "clearance level")).toMatchObject({
      state: "error",
      words: expect.stringContaining("refuses fields that its mapping doesn't know"),
      next: expect.stringContaining("add clearance_level to the mapping"),
    });
  });

  it("tells a wrong key, a missing index and another kind of server apart", async () => {
    const ctx = await openDocumentsContext();
    const { elasticsearch } = ctx.config;
    expect(await check(ctx, "documents")).toMatchObject({
      state: "error",
      next: "Check the name, or ELASTICSEARCH_INDEX where none was given.",
    });

    const asked = async (change: Partial<typeof elasticsearch>) => {
      const config = { ...ctx.config, elasticsearch: { ...elasticsearch, ...change } };
      const documents = openDocuments(config);
      closing.push(() => documents?.close());
      return check({ ...ctx, config, documents }, "documents");
    };
    expect(await asked({ apiKey: new Secret("another-key") })).toMatchObject({
      state: "error",
      next: expect.stringContaining("ELASTICSEARCH_API_KEY"),
    });
    expect(await asked({ endpoint: await documentServer(200, { hello: 1 }) })).toMatchObject({
      state: "error",
      next: "Check ELASTICSEARCH_ENDPOINT.",
    });
  });

  it("asks nobody beyond this machine in the sandbox", async () => {
    const environment = { PORTAGE_MODE: "sandbox", ELASTICSEARCH_ENDPOINT: "http://elastic.example:9200" };
    const { ctx } = await open({ environment });
    const documents = openDocuments(ctx.config);
    closing.push(() => documents?.close());
    const found = await check({ ...ctx, documents }, "documents");
    expect(found).toMatchObject({ state: "off", words: expect.stringContaining("sandbox") });
  });
});
