import { afterEach, expect, test } from "vitest";
import { HashingEmbedder } from "@/lib/embedders/hashing/embedder";
import { ServiceFailure } from "@/lib/failures";
import { createMemoryStore } from "@/lib/stores/memory";
import { CountedEmbedder, openWorld, records, type World } from "../testing/testing";

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const namespaces = ["n"];

let world: World;
afterEach(() => world.close());

/** The next worker writes to an index of the same name in another account, with vectors that are none of the first one's. */
async function toAnotherAccount(): Promise<void> {
  const embedder = Object.assign(new CountedEmbedder(), { inner: new HashingEmbedder({ dimension: 16, salt: 7 }) });
  const target = createMemoryStore({ account: "other", indexes: { new: { dimension: 16 } } });
  await world.rest();
  Object.assign(world.parts, { target, embedder });
  await world.work();
}

test("vectors are held against what was written to their own account, not to an index of the same name elsewhere", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(20));
  await world.work();
  expect(await world.until(await world.start({ namespaces }), ended)).toMatchObject({ written: 20 });
  await toAnotherAccount();
  const second = await world.start({ namespaces, overrides: { target: { index: "new", account: "other" } } });
  expect(await world.until(second, ended)).toMatchObject({ written: 20 });

  await world.rest();
  Object.assign(world.parts, { target: world.target, embedder: world.embedder });
  await world.work();
  const overrides = { target: { index: "new", account: "memory" }, verifyFull: true, reembedSample: 0 };
  const { verdict } = await world.until(await world.start({ kind: "verify", namespaces, overrides }), ended);
  expect(verdict).toMatchObject({ ok: true, vectors: { asSent: 20, unchecked: 0 } });
});

test("what a run left out stays to be seen to, whatever is written to an index of the same name elsewhere", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(20));
  world.embedder.before = (texts) => {
    if (texts.some((text) => text.endsWith("00003")))
      throw new ServiceFailure({ code: "invalid", service: "Hashing", operation: "embed", message: "no" });
  };
  await world.work();
  expect(await world.until(await world.start({ namespaces }), ended)).toMatchObject({ written: 19, failed: 1 });
  await toAnotherAccount();
  const second = await world.start({ namespaces, overrides: { target: { index: "new", account: "other" } } });
  expect(await world.until(second, ended)).toMatchObject({ state: "succeeded", written: 20 });
  const items = await world.database.prisma.attention.findMany({ where: { cause: "records-not-written" } });
  expect(items).toMatchObject([{ places: ["n"], solvedAt: null }]);
});

test("two plans of the same changes to different targets have different hashes, and the same to the same", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(3));
  const planned = async (overrides = {}) => {
    const run = await world.until(
      await world.start({ kind: "plan", planKind: "mirror", namespaces, overrides }),
      ended,
    );
    const where = { id: run.planId ?? "" };
    const plan = await world.database.prisma.plan.findUniqueOrThrow({ where, include: { chunks: true } });
    return { hash: plan.hash, changes: plan.chunks.map(({ digest }) => digest) };
  };
  await world.work();
  const [first, again] = [await planned(), await planned()];
  await toAnotherAccount();
  const elsewhere = await planned({ target: { index: "new", account: "other" } });
  expect(again).toEqual(first);
  expect(elsewhere.changes).toEqual(first.changes);
  expect(elsewhere.hash).not.toBe(first.hash);
});
