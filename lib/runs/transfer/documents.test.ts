import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import { Secret } from "@/lib/secret";
import type { Metadata } from "@/lib/stores/contract";
import { createMemoryStore } from "@/lib/stores/memory/index";
import { openPineconeTarget } from "@/lib/stores/pinecone";
import { openDocumentTarget } from "@/lib/stores/pinecone-documents";
import { SandboxControl } from "@/sandbox/control";
import { type Sandbox, sandboxKeys, startSandbox } from "@/sandbox/start";
import { Meter } from "../pacing/meter";
import { openWorld, type World } from "../testing/testing";
import { applied, findingsOf, old, planned, planOf, target } from "../testing/testing-mirror";

let world: World;
let sandbox: Sandbox;
let control: SandboxControl;
const changedAt: number[] = [];
const project = () => ({ apiKey: new Secret(sandboxKeys.pinecone), controllerHost: sandbox.pinecone.url });
const whereabouts = { cloud: "aws", region: "us-east-1" } as const;
const count = 60;
const idOf = (at: number) => `r-${String(at).padStart(3, "0")}`;

beforeAll(async () => {
  world = await openWorld();
  sandbox = await startSandbox({
    dataDir: null,
    seed: false,
    quotas: { pinecone: null },
    consistencyMs: 0,
    readyAfterMs: 0,
  });
  control = new SandboxControl(sandbox.pinecone.url);
  const settings = { vectorField: "embedding", textFields: "text(en, stemming)" };
  const classic = openPineconeTarget(project(), whereabouts);
  world.parts.source = classic;
  const documentIndexes = openDocumentTarget(project(), { settings, whereabouts });
  const limits = { ...documentIndexes.can.limits, changes: { records: 1, perSecond: 4 } };
  const { changeMetadata } = documentIndexes;
  world.parts.target = {
    ...documentIndexes,
    can: { ...documentIndexes.can, limits },
    ...(changeMetadata && {
      changeMetadata: (...given) => {
        changedAt.push(performance.now());
        return changeMetadata(...given);
      },
    }),
  };
  // One that takes sparse values.
  await classic.ensureIndex({ name: old.index, dimension: 8, metric: "dotproduct" });
  const values = [1, 0, 0, 0, 0, 0, 0, 0.5];
  await classic.upsert(
    old,
    Array.from({ length: count }, (_, at) => ({
      id: idOf(at),
      values,
      metadata: { text: `Text ${at}`, page: at, ...(at % 20 === 7 && { _hidden: true }) },
      ...(at === 30 && { sparseValues: { indices: [1], values: [1] } }),
    })),
  );
  await world.work();
});
afterAll(async () => {
  await world.close();
  await sandbox.close();
});

const documents = async () =>
  (
    await world.parts.target.fetchRecords(
      target,
      Array.from({ length: count }, (_, at) => idOf(at)),
    )
  ).records;

test("a classic index is embedded again into documents, what a document can't hold is told, and edits are mirrored", async () => {
  // Of an index that isn't there yet, the one that would be made is asked: it takes no sparse values.
  expect(await planOf(world, await planned(world))).toMatchObject({ creates: count - 4, problems: 4 });
  await world.parts.target.ensureIndex({ name: target.index, dimension: 16, metric: "cosine" });
  const first = await applied(world, await planned(world));
  expect(first).toMatchObject({ state: "succeeded", written: count - 4 });
  const findings = await findingsOf(world, "rejected-by-target");
  expect([...new Set(findings.map(([id]) => id))]).toEqual([idOf(7), idOf(27), idOf(30), idOf(47)]);
  expect((await findingsOf(world, "sparse-not-supported")).length).toBeGreaterThan(0);
  const before = await documents();
  expect(before[0]).toMatchObject({ id: idOf(0), metadata: { text: "Text 0", page: 0 } });

  await control.edit({
    index: old.index,
    namespace: old.namespace,
    patch: [
      { id: idOf(1), set: { page: 100 } },
      { id: idOf(2), set: { note: "new" }, unset: ["page"] },
      { id: idOf(3), set: { text: "Another text" } },
    ],
  });
  await control.reset();
  const second = await applied(world, await planned(world));
  expect(second).toMatchObject({ state: "succeeded", written: 3, texts: 1 });
  // Of the two whose vectors stay it is still known which were written.
  expect(second.verdict?.vectors).toEqual({ asSent: 3, embeddedAgain: 0, unchecked: 0 });
  const calls = (await control.counters()).scopes[target.index];
  expect(calls?.["documents-update"]).toMatchObject({ calls: 2, records: 2 });
  expect(calls?.["documents-upsert"]?.records).toBe(1);
  // Four a second are allowed, paced a little below: none comes sooner than that after the one before.
  const [one = 0, next = 0] = changedAt;
  expect([changedAt.length, next - one > 240]).toEqual([2, true]);
  const after = await documents();
  const changed = after.filter(({ values }, at) => JSON.stringify(values) !== JSON.stringify(before[at]?.values));
  expect(changed.map(({ id }) => id)).toEqual([idOf(3)]);
  expect(after.slice(1, 3).map(({ metadata }) => metadata)).toMatchObject([
    { text: "Text 1", page: 100 },
    { text: "Text 2", note: "new" },
  ]);
  expect(after[2]?.metadata).not.toHaveProperty("page");
  expect(await planOf(world, await planned(world))).toMatchObject({ creates: 0, updates: 0, problems: 4 });
});

test("asking for many heads at once gives the same plan as fetching each, for a part of the requests", async () => {
  await control.edit({ index: old.index, namespace: old.namespace, patch: [{ id: idOf(9), set: { page: 900 } }] });
  await control.reset();
  const swept = await planOf(world, await planned(world));
  const asked = (await control.counters()).scopes[old.index];
  expect(asked?.query?.calls).toBe(1);
  // What isn't unchanged, or only in the source, is fetched: no more than that.
  expect(asked?.fetch?.records).toBe(1 + 4);
  await world.rest();
  expect(swept.updates).toBe(1);
  const { sweepHeads: _, ...fetching } = world.parts.source;
  let attempts = 0;
  const failing = (code: "auth" | "unavailable") => ({
    ...fetching,
    sweepHeads: async () => {
      attempts++;
      throw new ServiceFailure({ code, service: "Pinecone", operation: "fetchHeads", message: "Not now" });
    },
  });
  for (const source of [fetching, failing("auth"), failing("unavailable")]) {
    world.parts.source = source;
    await world.work();
    const fetched = await planOf(world, await planned(world));
    await world.rest();
    expect(fetched.hash).toBe(swept.hash);
    expect(fetched.problems).toBe(swept.problems);
  }
  expect(attempts).toBe(2);
});

test("updates are counted with the vectors beside them, before and after, and a sweep as the service says", async () => {
  const { prices } = world.config;
  const meter = new Meter(prices, 3072);
  const sweepHeads = async () => ({ heads: [], readUnits: 7 });
  const metered = meter.over({ ...world.parts, source: { ...world.parts.source, sweepHeads } });
  await metered.target.changeMetadata?.(target, [
    { id: idOf(1), metadata: { page: 1 }, before: { page: 2 }, owned: [] },
  ]);
  await metered.source.sweepHeads?.(old, 100);
  const { writeUsd, readUsd } = meter.take();
  // 12 kB of vector and a little more.
  expect(writeUsd).toBeCloseTo((2 * 13 * prices.perMillionWriteUnits) / 1e6, 12);
  expect(readUsd).toBeCloseTo((7 * prices.perMillionReadUnits) / 1e6, 12);
});

test("asking for many heads at once gives the plan that fetching gives, whatever comes, is missing or is seen late", async () => {
  const { source: classic, target: into } = world.parts;
  const page = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.string());
  const metadata = fc.record(
    { text: fc.string(), page, tags: fc.array(fc.string(), { maxLength: 3 }) },
    { requiredKeys: [] },
  );
  /** Of a record: what either side holds of it, whether a sweep of either brings it, and whether as it was once. */
  const side = fc.option(fc.record({ metadata, swept: fc.boolean(), late: fc.boolean() }), { freq: 8 });
  const alike = fc.boolean();
  const worlds = fc.array(fc.record({ source: side, target: side, alike }), { minLength: 25, maxLength: 60 });
  const storeOf = (
    name: string,
    dimension: number,
    held: [string, { metadata: Metadata; swept: boolean; late: boolean }][],
  ) => {
    const vector = Array.from({ length: dimension }, () => 1);
    const records = held.map(([id, { metadata }]) => ({ id, metadata, values: vector }));
    const store = createMemoryStore({ indexes: { [name]: { dimension, namespaces: { n: records } } } });
    const heads = held.flatMap(([id, one]) =>
      one.swept ? [{ id, metadata: one.late ? { ...one.metadata, [`Once in ${name}`]: 1 } : one.metadata }] : [],
    );
    return { store, sweepHeads: async () => ({ heads, readUnits: null }) };
  };
  await fc.assert(
    fc.asyncProperty(worlds, async (records) => {
      const held = (of: "source" | "target") =>
        records.flatMap((one, at) => {
          const own = one.alike && of === "target" ? one.source && { ...one.source, late: false } : one[of];
          return own ? [[idOf(at), own] satisfies [string, typeof own]] : [];
        });
      const [from, to] = [storeOf(old.index, 8, held("source")), storeOf(target.index, 16, held("target"))];
      const hashes: string[] = [];
      for (const sweeps of [true, false]) {
        world.parts.source = { ...from.store, ...(sweeps && { sweepHeads: from.sweepHeads }) };
        world.parts.target = { ...to.store, ...(sweeps && { sweepHeads: to.sweepHeads }) };
        await world.work();
        const { hash, creates, updates, unchanged } = await planOf(world, await planned(world));
        await world.rest();
        hashes.push(JSON.stringify([hash, creates, updates, unchanged]));
      }
      expect(hashes[0]).toBe(hashes[1]);
    }),
    { numRuns: 5 },
  );
  world.parts.source = classic;
  world.parts.target = into;
});

test("an index that is another by the time of applying, under the same name, is not written to", async () => {
  await control.edit({ index: old.index, namespace: old.namespace, patch: [{ id: idOf(11), set: { page: 1100 } }] });
  await world.work();
  const plan = await planned(world);
  expect(await planOf(world, plan)).toMatchObject({ state: "ready" });
  await world.rest();
  const headers = { "api-key": sandboxKeys.pinecone };
  await fetch(`${sandbox.pinecone.url}/indexes/${target.index}`, { method: "DELETE", headers });
  await openPineconeTarget(project(), whereabouts).ensureIndex({ name: target.index, dimension: 16, metric: "cosine" });
  await control.reset();
  // A look at both indexes is good for seconds; that of another store isn't.
  world.parts.target = { ...world.parts.target };
  await world.work();
  const run = await applied(world, plan);
  expect([run.state, run.written, run.error?.what]).toEqual(["failed", 0, expect.stringContaining("classic index")]);
  expect((await control.counters()).writes[target.index] ?? 0).toBe(0);
});
