import { afterEach, expect, test, vi } from "vitest";
import { openWorld, records, type World } from "../testing/testing";
import { claimSegment } from "./lease";
import { WaitBoard } from "./wait-board";

let world: World;
afterEach(() => world.close());

test("a service that fails is what is waited for, however long calls beside it wait for a quota; the timeline says why the run waits", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(5));
  const runId = await world.start({ namespaces: ["n"] });
  const held = await claimSegment(world.database, { runId, namespace: "n" }, "test:1");
  if (!held) throw new Error("the segment was free");
  const board = new WaitBoard(world.database, held, async () => {});
  const quota = { words: "Test's requests per minute", until: Date.now() + 60_000 };
  const trouble = { words: "Test (HTTP 503: overloaded), attempt 4", until: Date.now() + 30_000, trouble: true };
  const waitingFor = async () =>
    (await world.database.prisma.run.findUniqueOrThrow({ where: { id: runId } })).waitingFor;
  board.show(quota);
  await vi.waitFor(async () => expect(await waitingFor()).toBe(quota.words), { timeout: 10_000 });
  board.show(trouble);
  board.show(quota);
  await vi.waitFor(async () => expect(await waitingFor()).toBe(trouble.words), { timeout: 10_000 });
  await board.close();
  const [told] = await world.database.prisma.event.findMany({ where: { runId, channel: "timeline", code: "waiting" } });
  expect(told?.message).toMatch(/^Waiting for Test's requests per minute until [\d:]{8}\.$/);
});
