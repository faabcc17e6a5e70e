import { afterEach, describe, expect, test } from "vitest";
import { parseConfig } from "@/lib/config";
import { OperatorError } from "@/lib/operator-error";
import { RouteBook } from "@/lib/routes/open-route";
import { defaultRouteNow } from "@/lib/routes/route-now";
import { estimateSchema } from "@/lib/shapes/runs/estimate";
import { createMemoryStore } from "@/lib/stores/memory/index";
import { pause, resume } from "../lifecycle/control-run";
import { openWorld, record, records, type World } from "../testing/testing";

let world: World;
afterEach(() => world.close());

const total = 120;
const namespaces = ["n"];
const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const target = { index: "new", namespace: "n" };

/** The environment of another start of Portage. */
const configured = (environment: Record<string, string>) => {
  const { source, target, ...policy } = world.config.pinecone;
  const base = {
    PORTAGE_MODE: "live",
    PINECONE_OLD_INDEX: source.index,
    PINECONE_NEW_INDEX: target.index,
    GEMINI_OUTPUT_DIMENSIONS: String(world.config.gemini.dimension),
    GEMINI_REQUESTS_PER_MINUTE: "100000000",
    GEMINI_TOKENS_PER_MINUTE: "1000000000000",
    PINECONE_UPSERTS_PER_SECOND: String(policy.perSecond.upserts),
  };
  return parseConfig([{ origin: "environment", values: { ...base, ...environment } }], process.cwd());
};

/** A re-embedding whose process was stopped when some of its records were written. */
async function stopped(): Promise<string> {
  world = await openWorld({ environment: { EMBEDDING_BATCH_SIZE: "2", UPSERT_BATCH_SIZE: "2" } });
  world.source.put({ index: "old", namespace: "n" }, records(total));
  let stop: () => void = () => {};
  const reached = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let resting: Promise<void> | null = null;
  world.embedder.before = () => {
    if (world.embedder.texts.length < 20) return;
    resting ??= world.rest();
    stop();
  };
  const runId = await world.start({ namespaces });
  await world.work();
  await reached;
  await resting;
  world.embedder.before = () => {};
  const row = await world.until(runId, ["queued", "running"]);
  expect(row.written).toBeGreaterThan(0);
  expect(row.written).toBeLessThan(total);
  return runId;
}

const otherAccount = () =>
  createMemoryStore({
    account: "other",
    indexes: {
      old: { dimension: 8, namespaces: { n: records(total) } },
      new: { dimension: 16, namespaces: { n: [] } },
    },
  });

type Change = { name: string; words: RegExp; change: () => void };
const changes: Change[] = [
  {
    name: "the model",
    words: /model gemini-embedding-001; now model gemini-embedding-2/,
    change: () => Object.assign(world.parts, { config: configured({ GEMINI_EMBEDDING_MODEL: "gemini-embedding-2" }) }),
  },
  {
    name: "the dimension",
    words: /dimension 16; now dimension 1,536/,
    change: () => Object.assign(world.parts, { config: configured({ GEMINI_OUTPUT_DIMENSIONS: "1536" }) }),
  },
  {
    name: "the task",
    words: /RETRIEVAL_DOCUMENT; now task type SEMANTIC_SIMILARITY/,
    change: () => Object.assign(world.parts, { config: configured({ GEMINI_TASK_TYPE: "SEMANTIC_SIMILARITY" }) }),
  },
  {
    name: "the embedder's address",
    words: /now embedder's address http:\/\/127.0.0.1:1/,
    change: () => Object.assign(world.parts, { config: configured({ GOOGLE_GEMINI_BASE_URL: "http://127.0.0.1:1" }) }),
  },
  {
    name: "the target index",
    words: /target index new; now target index other/,
    change: () => Object.assign(world.parts, { config: configured({ PINECONE_NEW_INDEX: "other" }) }),
  },
  {
    name: "the source index",
    words: /source index old; now source index older/,
    change: () => Object.assign(world.parts, { config: configured({ PINECONE_OLD_INDEX: "older" }) }),
  },
  {
    name: "the target's account",
    words: /target account memory; now target account other/,
    change: () => Object.assign(world.parts, { target: otherAccount() }),
  },
  {
    name: "the source's account",
    words: /source account memory; now source account other/,
    change: () => Object.assign(world.parts, { source: otherAccount() }),
  },
];

describe("a run goes on only in the world that it was made for", () => {
  test.each(changes)("$name changed while it was stopped: refused, put back: completed", async ({ change, words }) => {
    const runId = await stopped();
    const [embedded, written] = [world.embedder.texts.length, world.target.written.length];
    const { config, source, target: before } = world.parts;
    change();
    await world.work();
    const refused = await world.until(runId, ended);
    expect(refused).toMatchObject({ state: "failed", error: { code: "route-moved" } });
    expect(refused.error?.what).toMatch(words);
    expect(world.embedder.texts).toHaveLength(embedded);
    expect(world.target.written).toHaveLength(written);
    for (const store of [world.parts.source, world.parts.target])
      if (store !== source && store !== before && "written" in store) expect(store.written).toEqual([]);

    await world.rest();
    Object.assign(world.parts, { config, source, target: before });
    await world.work();
    await resume(world.database, runId, "test");
    expect(await world.until(runId, ended)).toMatchObject({ state: "succeeded", written: total, failed: 0 });
    expect(world.target.contents(target)).toHaveLength(total);
  });

  test.each([
    ["the level of new records", { CLEARANCE_LEVEL: "7" }],
    ["the text key", { TEXT_KEY: "body" }],
    ["the keys that the target owns", { TARGET_OWNED_KEYS: "page" }],
    ["the policies", { LONG_TEXT_POLICY: "skip", UPDATE_POLICY: "always" }],
    ["the batches", { EMBEDDING_BATCH_SIZE: "3", UPSERT_BATCH_SIZE: "7", QUERY_BATCH_SIZE: "13", BATCH_DELAY: "0" }],
  ])("%s changed while it was stopped: it completes as it was made", async (_, environment) => {
    const runId = await stopped();
    const calls: number[] = [];
    world.embedder.before = (texts) => {
      calls.push(texts.length);
    };
    Object.assign(world.parts, { config: configured(environment) });
    await world.work();
    expect(await world.until(runId, ended)).toMatchObject({ state: "succeeded", written: total });
    const levels = new Set(world.target.contents(target).map(({ metadata }) => metadata.clearance_level));
    expect([...levels]).toEqual([1]);
    expect(new Set(world.embedder.texts)).toEqual(new Set(records(total).map(({ metadata }) => metadata.text)));
    expect(Math.max(...calls)).toBe(2);
  });

  test("an index that was deleted and made again under the same name is another one", async () => {
    const runId = await stopped();
    const made = createMemoryStore({ indexes: { new: { dimension: 16, namespaces: { n: [] } } } });
    const embedded = world.embedder.texts.length;
    Object.assign(world.parts, { target: made });
    await world.work();
    const refused = await world.until(runId, ended);
    expect(refused).toMatchObject({ state: "failed", error: { code: "route-moved" } });
    expect(refused.error?.what).toMatch(/none of \d+ of them is there/);
    expect(world.embedder.texts).toHaveLength(embedded);
    expect(made.written).toEqual([]);
  });

  test("a run of an earlier version knows names alone, and is noted with what it finds when it goes on", async () => {
    const runId = await stopped();
    const { prisma } = world.database;
    const { settings } = await prisma.run.findUniqueOrThrow({ where: { id: runId } });
    const old = { ...JSON.parse(JSON.stringify(settings)), source: { index: "old" }, target: { index: "new" } };
    await prisma.run.update({ where: { id: runId }, data: { settings: old } });
    await world.work();
    expect(await world.until(runId, ended)).toMatchObject({ state: "succeeded" });
    const { settings: noted } = await prisma.run.findUniqueOrThrow({ where: { id: runId } });
    expect(noted).toMatchObject({
      source: { index: "old", account: "memory", dimension: 8 },
      target: { index: "new", account: "memory", dimension: 16, metric: "cosine" },
    });
  });

  test("two projects that hold an index of the same name don't stand in each other's way, nor share an allowance", async () => {
    const runId = await stopped();
    await pause(world.database, runId, "test");
    const other = otherAccount();
    other.put({ index: "old", namespace: "n" }, [record("more")]);
    Object.assign(world.parts, { target: other });
    await world.work();
    const second = await world.start({
      namespaces,
      overrides: { target: { index: "new", account: "other" } },
    });
    expect(second).not.toBe(runId);
    expect(await world.until(second, ended)).toMatchObject({ state: "succeeded", written: total });
    const keys = await world.database.prisma.quota.findMany({ where: { key: { contains: "/upsert/" } } });
    expect(keys.map(({ key }) => key).sort()).toEqual(["pinecone/memory/new/upsert/n", "pinecone/other/new/upsert/n"]);
    // To the same namespace of the same index it does, wherever it reads from.
    await expect(
      world.start({
        namespaces,
        overrides: { source: { index: "older" }, target: { index: "new", account: "memory" } },
      }),
    ).rejects.toMatchObject({ code: "namespace-busy" });
  });
});

test("an analysis whose connections can't be opened at its end has no estimate by others' prices: it fails in words, and ends when resumed", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(3));
  const { source, target, embedder } = world.parts;
  const route = { ...defaultRouteNow(world.config), name: "archive" };
  const own = { listsPerSecond: null, fetchesPerSecond: null, upsertsPerSecond: null };
  const rates = {
    source: { ...own, perMillionReadUnits: 1_000_000, perMillionWriteUnits: 0 },
    target: null,
    embedder: { requestsPerMinute: 1e6, tokensPerMinute: 1e9, requestsPerDay: null, usdPerMillionTokens: 1_000_000 },
  };
  const gone = { code: "connection-not-found", what: "There is no connection archive.", notLost: "-", next: "-" };
  let opens = 1;
  const routes = Object.assign(new RouteBook(world.parts), {
    openStored: async () => {
      if (opens-- <= 0) throw new OperatorError({ kind: "not-found", ...gone });
      return { route, source, target, embedder, rates };
    },
  });
  Object.assign(world.parts, { routes });
  await world.work();
  const overrides = { route: { name: "archive", revision: 1 } };
  const runId = await world.start({ kind: "plan", planKind: "mirror", namespaces, overrides });
  const { planId } = await world.until(runId, ended);
  const failed = await world.database.prisma.segment.findFirstOrThrow({ where: { runId } });
  expect(failed).toMatchObject({ state: "failed", error: gone });
  const plan = () => world.database.prisma.plan.findUniqueOrThrow({ where: { id: planId ?? "" } });
  expect(await plan()).toMatchObject({ state: "failed", estimate: null });
  opens = 10;
  await resume(world.database, runId, "test");
  await world.until(runId, ["succeeded"]);
  const { estimate, state, creates } = await plan();
  expect([state, creates]).toEqual(["ready", 3]);
  // Three records are read again before they are written, one unit of the source each time; their tokens cost a dollar each.
  expect(estimate).toMatchObject({ usd: { reads: expect.closeTo(1.000016, 4), embedding: expect.any(Number) } });
  expect(estimateSchema.parse(estimate).usd.embedding).toBe(estimateSchema.parse(estimate).tokens);
});
