import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseConfig } from "@/lib/config";
import { openTestDatabase } from "@/lib/db/testing";
import { openDocuments } from "@/lib/documents/registry";
import { runGate } from "@/lib/gate/run-gate";
import { openConnectedEmbedder, openStoreSource, openStoreTarget } from "@/lib/routes/open-connection";
import { routeOf } from "@/lib/routes/route-now";
import { egressThisMonth } from "@/lib/runs/lifecycle/egress-rows";
import { searchAnswerSchema } from "@/lib/shapes/cut-over/search";
import type { VectorRecord, VectorTarget } from "@/lib/stores/contract";
import { startSandbox } from "@/sandbox/start";
import { searchInput, searchRoute } from "../search/search-route";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { gateReport } from "./gate-report";
import { readGate } from "./gate-rows";
import { spendingOf } from "./gate-spending";
import { prepareGate, startGateInput } from "./prepare-gate";
import { listGates, showGate } from "./show-gate";
import { estimateGate, startGate } from "./start-gate";

/** Over the vendors' own clients against the stand-ins: a source, and a target that holds copies. */
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let ctx: Context;
let target: VectorTarget;

const words = ["cats", "tax", "sea", "moon", "bread", "glass", "rivers", "copper", "wool", "salt", "birds"];
const text = (at: number) =>
  `Chapter ${at} on ${words[at % 11]} and ${words[(at * 3) % 11]}: item${at * 31} was found near ${words[(at * 7) % 11]} by n${at * 7919} and k${(at * 104_729) % 9973}.`;

beforeAll(async () => {
  sandbox = await startSandbox({
    dataDir: null,
    seed: false,
    consistencyMs: 0,
    readyAfterMs: 0,
    quotas: { pinecone: null },
  });
  database = await openTestDatabase();
  const values = {
    ...sandbox.environment,
    ...{
      PORTAGE_MODE: "sandbox",
      GEMINI_OUTPUT_DIMENSIONS: "128",
      PINECONE_OLD_INDEX: "old",
      PINECONE_NEW_INDEX: "new",
    },
  };
  const config = parseConfig([{ origin: "sandbox", values }], "/");
  const parts = { config, database };
  target = await openStoreTarget(parts, "target");
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const embedder = await openConnectedEmbedder(parts, "gemini");
  const base: Context = {
    ...{ config, database, target, embedder, log, documents: null, actor: "cli:test", wake: async () => {} },
    source: await openStoreSource(parts, "source"),
  };
  // Vectors are copied: both sides are of one model.
  ctx = { ...base, route: { ...routeOf(base), name: "copies", embedder: null, owned: [], modelKey: null } };
  const records: VectorRecord[] = [];
  for (const start of [0, 40]) {
    const texts = Array.from({ length: 40 }, (_, at) => text(start + at));
    for (const [at, made] of (await embedder.embed(texts)).entries())
      if (made.ok)
        records.push({
          id: `r${start + at}`,
          values: made.values,
          metadata: { text: texts[at] ?? "", page: start + at },
        });
  }
  for (const name of ["old", "new"]) {
    await target.ensureIndex({ name, dimension: 128, metric: "cosine" });
    await target.upsert({ index: name, namespace: "acme" }, records);
    const only = { id: "only", values: records[7]?.values ?? [], metadata: { text: text(7) } };
    await target.upsert({ index: name, namespace: "more" }, name === "new" ? [...records, only] : records);
  }
});
afterAll(async () => {
  await sandbox.close();
  await database.close();
});

const search = async (input: object) => searchRoute(ctx, parseInput(searchInput, { namespace: "acme", ...input }));

describe("searching both sides", () => {
  it("asks each with the named model, marks words, ranks on the other side and what is only here", async () => {
    const answer = await search({ text: text(7), k: 5, sourceEmbedder: "gemini", namespace: "more" });
    expect(searchAnswerSchema.parse(answer)).toEqual(answer);
    expect(answer.source).toMatchObject({
      state: "answered",
      model: "gemini-embedding-001",
      embedMs: expect.any(Number),
    });
    expect(answer.source.hits[0]).toMatchObject({ id: "r7", metadata: { page: 7 } });
    expect(answer.source.hits[0]?.text.some(({ found, text: part }) => found && part === "item217")).toBe(true);
    expect(answer.target.hits.find(({ id }) => id === "only")?.otherRank).toBeNull();
    expect(answer.target.hits.find(({ id }) => id === "r7")?.otherRank).toBe(1);
    expect(answer.shared).toBe(4);
  });

  it("asks no side with vectors of a model that isn't known to be its own, nor by one of another length", async () => {
    expect((await search({ text: "tides" })).source).toMatchObject({
      state: "not-asked",
      next: expect.stringContaining("--source-embedder"),
    });
    const short = await search({ vector: [1, 2, 3] });
    expect([short.source.state, short.target.state, short.shared]).toEqual(["not-asked", "not-asked", null]);
  });

  it("asks the connected documents by words, too, and fuses both: a document is a record's own by its ID or its very text", async () => {
    expect((await search({ text: text(7) })).words).toBeNull();
    const documents = openDocuments(ctx.config);
    if (documents === null) throw new Error("The sandbox has documents");
    const { ELASTICSEARCH_ENDPOINT: url, ELASTICSEARCH_API_KEY: key } = sandbox.environment;
    const [index = ""] = ctx.config.elasticsearch.indices;
    const put = (id: string, body: object) =>
      fetch(`${url}/${index}/_doc/${id}?refresh=true`, {
        method: "PUT",
        headers: { "content-type": "application/json", authorization: `ApiKey ${key}` },
        body: JSON.stringify({ namespace: "more", ...body }),
      });
    const [, , near = 0] = (await search({ text: text(7), k: 5, sourceEmbedder: "gemini" })).target.hits.map(({ id }) =>
      Number(id.slice(1)),
    );
    expect((await put("r7", { text: text(7) })).status).toBe(201);
    expect((await put("acme:another", { text: text(near) })).status).toBe(201);
    await put("elsewhere", { namespace: "acme", text: text(7) });
    ctx.documents = documents;
    try {
      const answer = await search({ text: text(7), k: 5, sourceEmbedder: "gemini", namespace: "more" });
      expect(searchAnswerSchema.parse(answer)).toEqual(answer);
      expect(answer.words).toMatchObject({
        state: "answered",
        indexes: [index],
        hits: [{ id: "r7" }, { id: "acme:another" }],
      });
      expect(answer.hybrid?.side).toBe("target");
      expect(answer.hybrid?.hits[0]).toMatchObject({ id: "r7", wordsRank: 1, vectorRank: expect.any(Number) });
      const same = answer.hybrid?.hits.find(({ id }) => id === `r${near}`);
      expect(same).toMatchObject({ wordsRank: 2, vectorRank: expect.any(Number) });
      expect(same?.score).toBeCloseTo(1 / 62 + 1 / (60 + (same?.vectorRank ?? 0)), 12);
      // A record asks nothing by words.
      expect((await search({ record: "r7", namespace: "more" })).words).toBeNull();
      ctx.config.elasticsearch.indices = ["gone"];
      const failed = await search({ text: "tides", namespace: "more" });
      expect([failed.words?.state, failed.hybrid]).toEqual(["failed", null]);
    } finally {
      ctx.config.elasticsearch.indices = [index];
      ctx.documents = null;
      await documents.close();
    }
  });

  it("finds what is like a record without embedding anything, within a filter", async () => {
    const answer = await search({ record: "r7", k: 3, filter: { page: { $lt: 20 } } });
    expect(answer.source.hits).toHaveLength(3);
    expect(answer.source.hits.map(({ id }) => id)).not.toContain("r7");
    expect(answer.target.hits.map(({ id }) => id)).toEqual(answer.source.hits.map(({ id }) => id));
    expect(answer.source.embedMs).toBeNull();
    await expect(search({ record: "gone" })).rejects.toMatchObject({ code: "unknown-record" });
    await expect(search({ text: "a", record: "r1" })).rejects.toMatchObject({ code: "invalid-input" });
    await expect(search({ text: "a", filter: { $not: 1 } })).rejects.toMatchObject({ code: "invalid-input" });
  });
});

const vectorOf = async (id: string) =>
  (await target.fetchRecords({ index: "old", namespace: "acme" }, [id])).records[0]?.values;

async function verdictOf(input: object = {}) {
  const begun = await startGate(ctx, parseInput(startGateInput, { n: 60, namespaces: ["acme"], ...input }));
  expect(begun).toMatchObject({ state: "running", verdict: "INCONCLUSIVE", result: null });
  await vi.waitFor(async () => expect((await showGate(ctx, { id: begun.id })).state).toBe("ended"), 60_000);
  return showGate(ctx, { id: begun.id });
}
const report = async (id: string, format: string) => {
  let whole = "";
  for await (const chunk of (await gateReport.open(ctx, { id, format }, {})).chunks) whole += chunk;
  return whole;
};

describe("the gate", () => {
  it("passes copies, keeps the verdict with its questions, and hands on a report", async () => {
    const gate = await verdictOf();
    expect([gate.verdict, gate.result?.reasons.filter(({ level }) => level !== "note")]).toEqual(["GO", []]);
    expect(gate.questions).toHaveLength(60);
    expect((await listGates(ctx, { route: "copies", limit: 5 })).gates[0]).toMatchObject({
      id: gate.id,
      verdict: "GO",
    });
    expect((await verdictOf()).questions).toEqual(gate.questions);
    const html = await report(gate.id, "html");
    expect(html).toContain(`<span class="GO">GO</span>`);
    expect(html).toContain("<svg");
    expect(JSON.parse(await report(gate.id, "json"))).toEqual(gate);
  });

  it("says before what it costs, counts what it took beside that and to the month's egress, and keeps to a ceiling", async () => {
    const month = () => egressThisMonth(database);
    const asks = (input: object) => parseInput(startGateInput, { n: 60, namespaces: ["acme"], ...input });
    const before = await month();
    const known = { queries: "known-items", sourceEmbedder: "gemini" };
    const { cost } = await estimateGate(ctx, asks(known));
    expect(cost).toMatchObject({
      ...{ texts: 60, records: { source: 80, target: 80 }, asked: { source: 83, target: 83 } },
      ...{ tokens: 2400, basis: expect.stringContaining("read units of the source") },
    });
    expect((await estimateGate(ctx, asks({}))).cost).toMatchObject({ texts: 0, tokens: 0, usd: { embedding: 0 } });
    await expect(startGate(ctx, asks({ ...known, maxTexts: 59 }))).rejects.toMatchObject({ code: "over-limits" });
    expect(await month()).toBe(before);
    const gate = await verdictOf(known);
    expect(gate.settings.cost).toEqual(cost);
    const spent = gate.result?.spent;
    expect(spent).toMatchObject({ texts: 60 });
    for (const side of ["source", "target"] as const)
      expect(Math.abs((spent?.readUnits[side] ?? 0) - cost.readUnits[side])).toBeLessThan(0.2 * cost.readUnits[side]);
    expect(spent?.egressBytes).toBeGreaterThan(80 * 128 * 4);
    expect(await month()).toBe(before + (spent?.egressBytes ?? 0));
    await search({ record: "r7" });
    expect(await month()).toBeGreaterThan(before + (spent?.egressBytes ?? 0));
    // An estimate that was too low: it ends where its ceiling is.
    const low = await prepareGate(ctx, asks({}));
    const { gate: counted } = spendingOf(low, { maxUsd: null, maxTexts: null, maxRecords: null, maxEgress: 1e-4 });
    await expect(runGate(counted)).rejects.toMatchObject({ code: "at-ceiling" });
  });

  it("checks known items by the named model, and refuses a target that was changed", async () => {
    const known = await verdictOf({ queries: "known-items", sourceEmbedder: "gemini" });
    expect(known.verdict).toBe("GO");
    expect(known.result?.known?.recallK.target).toBeGreaterThan(0.9);
    const [values, metadata] = [(await vectorOf("r8")) ?? [], { text: text(9), page: 9 }];
    await target.upsert({ index: "new", namespace: "acme" }, [{ id: "r9", values, metadata }]);
    const changed = await verdictOf();
    expect([changed.verdict, changed.result?.reasons[0]?.code]).toEqual(["NO-GO", "vectors-differ"]);
    expect(changed.words).toContain("r9");
  });

  it("says of one whose process ended before it did that it was interrupted, never GO", async () => {
    await database.run(
      `INSERT INTO "Gate" ("id", "routeName", "routeRevision", "ends", "words", "settings", "startedBy", "beatAt")
       VALUES ('gate-dead', 'copies', 1, '{}', 'It was not finished.', $1::jsonb, 'cli:test', now() - interval '1 hour')`,
      [JSON.stringify({ queries: "documents", n: 60, k: 10, threshold: 0.9, seed: 1, margin: 0.02 })],
    );
    expect(await readGate(ctx, "gate-dead")).toMatchObject({ state: "interrupted", verdict: "INCONCLUSIVE" });
    await expect(showGate(ctx, { id: "gate-gone" })).rejects.toMatchObject({ code: "gate-not-found" });
    await expect(startGate(ctx, parseInput(startGateInput, { plan: "plan-gone" }))).rejects.toMatchObject({
      code: "plan-not-found",
    });
  });
});
