import { afterAll, beforeAll, expect, test } from "vitest";
import { openEmbedder } from "@/lib/embedders/registry";
import { openStores } from "@/lib/stores/registry";
import { openForTests, type TestSandbox } from "@/sandbox/open-for-tests";
import { settingsFor } from "../lifecycle/settings";
import { applyPlan } from "../plans/apply-plan";
import { openWorld, type World } from "../testing/testing";

let sandbox: TestSandbox;
let world: World;
const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const namespace = "customer";

beforeAll(async () => {
  sandbox = await openForTests({ consistencyMs: 20 });
  await sandbox.control.pinecone.createIndex({ name: "wide", dimension: 768 });
  world = await openWorld({
    environment: {
      ...sandbox.environment,
      PORTAGE_MODE: "live",
      PINECONE_OLD_INDEX: "source",
      PINECONE_NEW_INDEX: "wide",
      GEMINI_OUTPUT_DIMENSIONS: "768",
    },
  });
  const { source, target } = openStores(world.config);
  Object.assign(world.parts, { source, target, embedder: openEmbedder(world.config) });
});
afterAll(async () => {
  await world.close();
  await sandbox.close();
});

/** Any float32: of every size and sign, most of them without a short decimal. */
function floats(count: number, seed: number): number[] {
  const words = new Uint32Array(count).map((_, at) => Math.imul(at + 1, 2_654_435_761) ^ Math.imul(seed, 40_503));
  return [...new Float32Array(words.buffer)].map((value) => (Number.isFinite(value) ? value : 0.1));
}

test("over the real SDKs, metadata alone leaves every float as it was and asks nothing of the embedder", async () => {
  const { target } = world.parts;
  const ids = Array.from({ length: 60 }, (_, at) => `doc-${String(at).padStart(3, "0")}`);
  const written = async (
    index: string,
    of: (id: string, at: number) => { values: number[]; metadata: Record<string, unknown> },
  ) => {
    const records = ids.map((id, at) => ({ id, ...of(id, at) }));
    await sandbox.control.pinecone.edit({ index, namespace, put: records });
  };
  await written("source", (id) => ({
    values: floats(8, 1),
    metadata: { text: `Text of ${id}`, page: 2, tags: ["a", "é"] },
  }));
  await written("wide", (id, at) => ({
    values: floats(768, at + 2),
    metadata: { text: `Text of ${id}`, page: 1, clearance_level: (at % 3) + 1 },
  }));
  await sandbox.control.pinecone.advance(1000);
  const before = await sandbox.control.pinecone.records("wide", namespace, { values: true });
  const writesBefore = (await sandbox.control.pinecone.counters()).writes;
  await world.work();
  const planned = await world.until(
    await world.start({ kind: "plan", planKind: "mirror", namespaces: [namespace] }),
    ended,
  );
  const { runId } = await applyPlan(world.database, {
    planId: planned.planId ?? "",
    settings: settingsFor(world),
    actor: "test",
  });
  const run = await world.until(runId ?? "", ended);
  expect(run).toMatchObject({ state: "succeeded", total: 60, written: 60, texts: 0 });
  expect(run.verdict).toMatchObject({ ok: true, sampled: 60 });
  const after = await sandbox.control.pinecone.records("wide", namespace, { values: true });
  const bits = (values: readonly number[] | undefined) => [...new Uint32Array(new Float32Array(values ?? []).buffer)];
  for (const [at, record] of after.entries()) {
    expect(bits(record.values)).toEqual(bits(before[at]?.values));
    expect(record.metadata).toEqual({
      text: `Text of ${ids[at]}`,
      page: 2,
      tags: ["a", "é"],
      clearance_level: (at % 3) + 1,
    });
  }
  const { writes, scopes } = await sandbox.control.pinecone.counters();
  expect(writes.source ?? 0).toBe(writesBefore.source ?? 0);
  expect(Object.values(scopes).flatMap(Object.keys)).not.toContain("delete");
  expect((await sandbox.control.gemini.counters()).embedded.texts).toBe(0);
  expect(target.can.listing).toBe("byte-ordered");
});
