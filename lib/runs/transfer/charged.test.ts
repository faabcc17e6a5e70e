import { afterEach, expect, test } from "vitest";
import { type FailureCode, ServiceFailure } from "@/lib/failures";
import { noCeilings } from "@/lib/plan/estimate/ceilings";
import { resume } from "../lifecycle/control-run";
import { openWorld, records, type World } from "../testing/testing";

const anybody = () => {};

let world: World;
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const ceilingOf = (runId: string) => world.database.prisma.ceiling.findUniqueOrThrow({ where: { runId } });
const spentBy = (runId: string) => world.database.prisma.segment.findFirstOrThrow({ where: { runId } });
const unusable = (code: FailureCode) =>
  new ServiceFailure({ code, service: "Hashing", operation: "embed", message: "of no use", charged: true });

test("texts whose vectors can't be used are spent: told as not written, and embedded again only as the ceiling leaves room", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(10));
  let answered = 0;
  let broken = Number.POSITIVE_INFINITY;
  world.embedder.before = (texts) => {
    answered += texts.length;
    if (broken-- > 0) throw unusable("malformed");
  };
  await world.work();
  const ceilings = { ...noCeilings, maxTexts: 25 };
  const runId = await world.start({ namespaces: ["n"], ceilings, overrides: { embeddingBatchSize: 10 } });
  expect(await world.until(runId, ["paused", ...ended])).toMatchObject({ state: "paused", written: 0 });
  expect(answered).toBe(20);
  expect(await ceilingOf(runId)).toMatchObject({ reached: "texts", texts: 20, records: 0 });
  expect(await spentBy(runId)).toMatchObject({ texts: 20, lostTexts: 20, embeds: 2, heldTexts: 0 });
  broken = 1;
  await resume(world.database, runId, "test", { mayRaise: anybody, maxTexts: 40 });
  expect(await world.until(runId, ["paused", ...ended])).toMatchObject({ state: "succeeded", written: 10 });
  expect([answered, (await ceilingOf(runId)).texts]).toEqual([40, 40]);
  expect(await spentBy(runId)).toMatchObject({ texts: 40, lostTexts: 30, embeds: 4 });
});

test("an answer of no use that ends the run is spent, and tells its reason at the ceiling, too", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(10));
  world.embedder.before = () => {
    throw unusable("conflict");
  };
  await world.work();
  const ceilings = { ...noCeilings, maxTexts: 10 };
  const runId = await world.start({ namespaces: ["n"], ceilings, overrides: { embeddingBatchSize: 10 } });
  expect(await world.until(runId, ["paused", ...ended])).toMatchObject({ state: "failed", written: 0 });
  expect(await spentBy(runId)).toMatchObject({ texts: 10, lostTexts: 10, error: { code: "conflict" } });
  expect(await ceilingOf(runId)).toMatchObject({ reached: null, texts: 10 });
});
