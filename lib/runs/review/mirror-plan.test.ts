import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import { createMemoryStore } from "@/lib/stores/memory/index";
import { openWorld, record, records, type World } from "../testing/testing";

let world: World;
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const written = (id: string, metadata: Record<string, string | number | string[]>) => ({
  id,
  values: Array(16).fill(0.25),
  metadata,
});

/** Both sides with every kind of difference among 2,500 equal records. */
function fill() {
  const equal = records(2500);
  world.source.put({ index: "old", namespace: "n" }, [
    ...equal,
    record("a-create"),
    record("b-no-text", { page: 1 }),
    record("c-text", { text: "new", page: 1 }),
    record("d-meta", { text: "same", page: 2 }),
    record("e-lost-text", { page: 9 }),
    record("f-none", { page: 2 }),
    record("g-level", { text: "level", clearance_level: 9 }),
  ]);
  world.target.put({ index: "new", namespace: "n" }, [
    ...equal.map(({ id, metadata }) => ({
      id,
      values: Array(16).fill(0.5),
      metadata: { ...metadata, clearance_level: 1 },
    })),
    written("c-text", { text: "old", page: 1, clearance_level: 2 }),
    written("d-meta", { text: "same", page: 1, gone: "x", clearance_level: 3 }),
    written("e-lost-text", { text: "was here", page: 9 }),
    written("f-none", { page: 1 }),
    written("g-level", { text: "level", clearance_level: "string" }),
    written("h-orphan", { text: "only here" }),
  ]);
}

async function planned() {
  const run = await world.until(await world.start({ kind: "plan", planKind: "mirror", namespaces: ["n"] }), ended);
  const plan = await world.database.prisma.plan.findUniqueOrThrow({ where: { id: run.planId ?? "" } });
  return { run, plan };
}

test("sorts every record into one kind, with what differs, and reads only", async () => {
  world = await openWorld();
  fill();
  await world.work();
  const { run, plan } = await planned();
  expect(plan).toMatchObject({
    kind: "mirror",
    state: "ready",
    creates: 1,
    updates: 3,
    unchanged: 2501,
    orphans: 1,
    problems: 2,
    textChanged: 1,
    metadataOnly: 2,
  });
  expect(run).toMatchObject({ total: 2507, unchanged: 2505, skipped: 2, orphans: 1 });
  expect(plan.estimate).toMatchObject({ texts: 2, alternative: { policy: "always", texts: 3 } });
  expect([world.embedder.calls, world.target.calls.upsert, world.source.calls.upsert]).toEqual([0, 0, 0]);
  expect([world.target.calls.fetchRecords, world.source.calls.fetchRecords]).toEqual([0, 0]);
  const changes = await world.database.prisma.change.findMany({
    where: { planId: plan.id },
    orderBy: [{ kind: "asc" }, { sequence: "asc" }, { position: "asc" }],
  });
  const differences = (id: string) => JSON.parse(changes.find((change) => change.id === id)?.differences ?? "null");
  expect(changes.map(({ kind, id, reason }) => [kind, id, reason])).toEqual([
    ["problem", "b-no-text", "no-text"],
    ["problem", "e-lost-text", "no-text"],
    ["update", "c-text", null],
    ["update", "d-meta", null],
    ["update", "f-none", null],
  ]);
  expect(differences("c-text")).toEqual([{ sign: "~", key: "text", source: "new", target: "old" }]);
  expect(differences("d-meta")).toEqual([
    { sign: "-", key: "gone", target: "x" },
    { sign: "~", key: "page", source: 2, target: 1 },
  ]);
});

test("control characters, half characters and long keys are written down as they are", async () => {
  world = await openWorld();
  const odd = { [`k\0${"y".repeat(3000)}`]: "\0\ud800<b>\u202e", "=1+1": "x".repeat(30_000) };
  world.source.put({ index: "old", namespace: "n" }, [record("a", { text: "t", ...odd })]);
  world.target.put({ index: "new", namespace: "n" }, [written("a", { text: "t" })]);
  await world.work();
  const { plan } = await planned();
  const change = await world.database.prisma.change.findFirstOrThrow({ where: { planId: plan.id } });
  const added = Object.entries(odd).map(([key, source]) => ({ sign: "+", key, source }));
  expect(JSON.parse(change.differences)).toEqual(expect.arrayContaining(added));
});

test("a record that can't be read is a problem, whatever its service says of it", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(3));
  const { source } = world.parts;
  world.parts.source = {
    ...source,
    fetchHeads: async (place, ids, options) => {
      const fetched = await source.fetchHeads(place, ids, options);
      const [first, ...others] = fetched.records;
      return first
        ? { ...fetched, records: others, unreadable: [{ id: first.id, detail: 'key "a\0b" is a map' }] }
        : fetched;
    },
  };
  await world.work();
  expect((await planned()).plan).toMatchObject({ state: "ready", creates: 2, problems: 1 });
  const [change] = await world.database.prisma.change.findMany();
  expect(change).toMatchObject({ kind: "problem", reason: "unreadable", detail: 'key "a␀b" is a map' });
});

test("an unordered store gives the same plan, and leaves nothing on the disk", async () => {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "portage-unordered-"));
  world = await openWorld({ environment: { PORTAGE_DATA_DIR: dataDir } });
  fill();
  await world.work();
  const first = (await planned()).plan;
  await world.rest();
  const source = world.source.contents({ index: "old", namespace: "n" });
  const target = world.target.contents({ index: "new", namespace: "n" });
  world.parts.source = createMemoryStore({
    listing: "unordered",
    indexes: { old: { dimension: 8, namespaces: { n: source } } },
  });
  world.parts.target = createMemoryStore({
    listing: "unordered",
    indexes: { new: { dimension: 16, namespaces: { n: target } } },
  });
  await world.work();
  const second = (await planned()).plan;
  expect(second.id).not.toBe(first.id);
  expect(second.hash).toBe(first.hash);
  expect(second).toMatchObject({ creates: 1, updates: 3, unchanged: 2501, orphans: 1, problems: 2 });
  expect(readdirSync(path.join(dataDir, "spill"))).toEqual([]);
  rmSync(dataDir, { recursive: true });
});

test("a listing out of order fails the plan with the two IDs, and makes none of it", async () => {
  world = await openWorld();
  fill();
  const { source } = world.parts;
  world.parts.source = {
    ...source,
    listIds: async (place, options) => {
      const page = await source.listIds(place, options);
      return { ...page, ids: page.ids.toReversed() };
    },
  };
  await world.work();
  const { run, plan } = await planned();
  expect(run).toMatchObject({ state: "failed", error: { code: "listing-disorder" } });
  expect(plan).toMatchObject({ state: "failed", hash: "" });
});

test("a connector that refuses a listing out of order is asked twice more, not for minutes", async () => {
  world = await openWorld();
  fill();
  let asked = 0;
  world.parts.source = {
    ...world.parts.source,
    listIds: async () => {
      asked++;
      throw new ServiceFailure({ code: "disorder", service: "Pinecone", operation: "listIds", message: "b before a" });
    },
  };
  await world.work();
  const { run, plan } = await planned();
  expect(run).toMatchObject({ state: "failed", error: { code: "disorder" } });
  expect(plan).toMatchObject({ state: "failed", hash: "" });
  expect(asked).toBe(3);
});

test("a page that fails for good fails the plan; mended, the same start ends it with the same hash", async () => {
  let broken = true;
  world = await openWorld({
    target: {
      indexes: { new: { dimension: 16 } },
      before: (call) => {
        if (broken && call.operation === "fetchHeads" && call.ids.includes("doc-01800"))
          throw new ServiceFailure({ code: "auth", service: "Memory", operation: "fetch", message: "403" });
      },
    },
  });
  fill();
  await world.work();
  const failed = await planned();
  expect(failed.run.state).toBe("failed");
  expect(failed.plan.state).toBe("failed");
  const chunksOfPlan = () => world.database.prisma.chunk.count({ where: { planId: failed.plan.id } });
  const chunks = await chunksOfPlan();
  broken = false;
  const mended = await planned();
  expect(chunks).toBeLessThan(await chunksOfPlan());
  expect(mended.plan.id).toBe(failed.plan.id);
  const again = await planned();
  expect(again.plan.id).not.toBe(failed.plan.id);
  expect(again.plan.hash).toBe(mended.plan.hash);
  expect(mended.plan).toMatchObject({
    state: "ready",
    creates: 1,
    updates: 3,
    unchanged: 2501,
    orphans: 1,
    problems: 2,
  });
});
