import { afterEach, expect, test } from "vitest";
import { type FailureCode, ServiceFailure } from "@/lib/failures";
import type { MemoryCall } from "@/lib/stores/memory/index";
import { openWorld, record, records, type World } from "../testing/testing";

let world: World;
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed", "cancelled"] as const;

/** A repeatable stream of numbers from 0 to 1 (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function failure(code: FailureCode, operation: string): ServiceFailure {
  return new ServiceFailure({
    code,
    service: "Memory",
    operation,
    message: code,
    ...(code === "throttled" ? { retryAfterMs: 20 } : {}),
  });
}

test.each([1, 2, 3])(
  "throttling, errors, resets before and after the effect and garbled answers end right (seed %i)",
  async (seed) => {
    const roll = dice(seed);
    const before = (call: MemoryCall) => {
      const chance = roll();
      if (chance < 0.05) throw failure("throttled", call.operation);
      if (chance < 0.1) throw failure("unavailable", call.operation);
      if (chance < 0.12) throw failure("connection", call.operation);
    };
    const after = (call: MemoryCall) => {
      const chance = roll();
      if (chance < 0.02) throw failure("connection", call.operation);
      if (chance < 0.03) throw failure("malformed", call.operation);
    };
    world = await openWorld({
      environment: { EMBEDDING_BATCH_SIZE: "20", UPSERT_BATCH_SIZE: "7", QUERY_BATCH_SIZE: "30" },
    });
    const index = { dimension: 8, namespaces: {} };
    const { createMemoryStore } = await import("@/lib/stores/memory/index");
    world.parts.source = createMemoryStore({
      indexes: { old: { ...index, namespaces: { n: records(400) } } },
      before,
      after,
    });
    const target = createMemoryStore({ indexes: { new: { dimension: 16, namespaces: {} } }, before, after });
    world.parts.target = target;
    world.embedder.before = () => {
      if (roll() < 0.1) throw failure(roll() < 0.5 ? "throttled" : "unavailable", "embed");
    };
    await world.work();
    const run = await world.until(await world.start({ namespaces: ["n"] }), ended);
    expect(run).toMatchObject({ state: "succeeded", total: 400, written: 400, skipped: 0, failed: 0 });
    expect(target.contents({ index: "new", namespace: "n" })).toHaveLength(400);
    expect(run.verdict).toMatchObject({ ok: true, missing: 0, sampleMismatches: 0 });
  },
);

test("one bad text and one bad record cost only themselves", async () => {
  world = await openWorld({
    target: {
      indexes: { new: { dimension: 16, namespaces: {} } },
      before: (call) => {
        if (call.operation === "upsert" && call.ids.includes("doc-00042")) throw failure("invalid", "upsert");
      },
    },
  });
  world.source.put({ index: "old", namespace: "n" }, records(100));
  world.embedder.before = (texts) => {
    if (texts.includes("Text of doc-00007")) throw failure("invalid", "embed");
  };
  await world.work();
  const runId = await world.start({ namespaces: ["n"] });
  const run = await world.until(runId, ended);
  expect(run).toMatchObject({ state: "succeeded-with-findings", total: 100, written: 98, failed: 2 });
  const findings = await world.database.prisma.finding.findMany({ where: { runId }, orderBy: { recordId: "asc" } });
  expect(findings.map((finding) => [finding.recordId, finding.reason])).toEqual([
    ["doc-00007", "rejected-by-embedder"],
    ["doc-00042", "rejected-by-target"],
  ]);
});

test("a fetch that is refused is halved until the record that can't be read stands alone", async () => {
  world = await openWorld({
    source: {
      indexes: { old: { dimension: 8, namespaces: { n: records(100) } } },
      before: (call) => {
        if (call.operation === "fetchHeads" && call.ids.includes("doc-00042")) throw failure("too-large", "fetch");
      },
    },
  });
  await world.work();
  const runId = await world.start({ namespaces: ["n"] });
  expect(await world.until(runId, ended)).toMatchObject({ total: 100, written: 99, skipped: 1 });
  const findings = await world.database.prisma.finding.findMany({ where: { runId } });
  expect(findings.map((finding) => [finding.recordId, finding.reason])).toEqual([["doc-00042", "unreadable"]]);
});

test("as long as a service asked for, it isn't asked again", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(5));
  const calls: number[] = [];
  world.embedder.before = () => {
    calls.push(performance.now());
    if (calls.length > 1) return;
    throw new ServiceFailure({
      code: "throttled",
      service: "Hashing",
      operation: "embed",
      message: "429",
      retryAfterMs: 1500,
    });
  };
  await world.work();
  expect(await world.until(await world.start({ namespaces: ["n"] }), ended)).toMatchObject({ written: 5 });
  const [refused = 0, again = 0] = calls;
  // A timer may fire a millisecond early.
  expect(again - refused).toBeGreaterThanOrEqual(1490);
});

test("a record that vanishes between listing and fetching is a finding", async () => {
  world = await openWorld({
    source: {
      indexes: { old: { dimension: 8, namespaces: {} } },
      before: (call) => {
        if (call.operation === "fetchHeads") world.source.remove({ index: "old", namespace: "n" }, "doc-00003");
      },
    },
  });
  world.source.put({ index: "old", namespace: "n" }, records(10));
  await world.work();
  const runId = await world.start({ namespaces: ["n"] });
  expect(await world.until(runId, ended)).toMatchObject({ total: 10, written: 9, skipped: 1 });
  const findings = await world.database.prisma.finding.findMany({ where: { runId } });
  expect(findings.map((finding) => [finding.recordId, finding.reason])).toEqual([
    ["doc-00003", "vanished-from-source"],
  ]);
});

test("a record that comes to the target while the run is on keeps what it has", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(10));
  world.target.put({ index: "new", namespace: "n" }, []);
  await world.work();
  const place = { index: "new", namespace: "n" };
  const customers = {
    id: "doc-00004",
    values: Array(16).fill(0.5),
    metadata: { text: "uploaded", clearance_level: 3 },
  };
  // Once: a second upload would hide that the first was overwritten.
  let uploaded = false;
  world.parts.source.fetchHeads = (
    (fetchHeads) =>
    async (...args: Parameters<typeof fetchHeads>) => {
      if (!uploaded) world.target.put(place, [customers]);
      uploaded = true;
      return fetchHeads(...args);
    }
  )(world.parts.source.fetchHeads);
  const run = await world.until(await world.start({ namespaces: ["n"] }), ended);
  expect(run).toMatchObject({ total: 10, written: 9, unchanged: 1 });
  expect(world.target.contents(place).find((one) => one.id === customers.id)?.metadata).toEqual(customers.metadata);
});

test("a listing that fails for good fails the run, never reports it as done", async () => {
  world = await openWorld({
    source: {
      indexes: { old: { dimension: 8, namespaces: { n: records(250) } } },
      before: (call) => {
        if (call.operation === "listIds") throw failure("auth", "list");
      },
    },
  });
  await world.work();
  const run = await world.until(await world.start({ namespaces: ["n"] }), ended);
  expect(run).toMatchObject({ state: "failed", total: 0 });
  expect(run.error).toMatchObject({ code: "wrong-key" });
});

test("what was left out is tried again alone, after its cause was mended", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, [...records(30), record("z-none", { page: 1 })]);
  await world.work();
  const first = await world.start({ namespaces: ["n"] });
  expect(await world.until(first, ended)).toMatchObject({ written: 30, skipped: 1 });
  world.source.put({ index: "old", namespace: "n" }, [record("z-none", { text: "now there is one" })]);
  const { createRetry } = await import("../plans/retry-run");
  const { settingsFor } = await import("../lifecycle/settings");
  const retry = await createRetry(
    world.database,
    { runId: first, kinds: ["skipped"], reasons: null },
    { settings: settingsFor(world), startedBy: "test" },
  );
  expect(await world.until(retry ?? "", ended)).toMatchObject({ state: "succeeded", total: 1, written: 1, texts: 1 });
  expect(world.target.contents({ index: "new", namespace: "n" })).toHaveLength(31);
});

test("a full disk stops the run in plain words, and it is resumed once there is room", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(20));
  const { database } = world;
  const rows = database.rows.bind(database);
  let full = true;
  world.parts.database = {
    ...database,
    rows: (shape, text, values) => {
      if (full && text.includes('INSERT INTO "Progress"')) {
        throw Object.assign(new Error("could not extend file: No space left on device"), { code: "53100" });
      }
      return rows(shape, text, values);
    },
  };
  await world.work();
  const runId = await world.start({ namespaces: ["n"] });
  expect((await world.until(runId, ["failed"])).error).toMatchObject({ code: "disk-full" });
  full = false;
  expect(await world.start({ namespaces: ["n"] })).toBe(runId);
  expect(await world.until(runId, ended)).toMatchObject({ state: "succeeded", total: 20, written: 20, unchanged: 0 });
  expect(world.embedder.texts).toHaveLength(20);
});
