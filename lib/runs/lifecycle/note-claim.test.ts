import { afterEach, expect, test } from "vitest";
import { readRun } from "@/lib/actions/runs/run-view";
import { openWorld, records, type World } from "../testing/testing";
import { claimSegment } from "./lease";

let world: World;
afterEach(() => world.close());

test("a run whose worker was killed says who took over, and for how long nobody worked on it", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "n" }, records(5));
  world.source.put({ index: "old", namespace: "other" }, records(5, "other"));
  const runId = await world.start({ namespaces: ["n", "other"] });
  // As a killed process leaves it: taken, and not heard of for two minutes.
  for (const namespace of ["n", "other"]) await claimSegment(world.database, { runId, namespace }, "killed:1");
  const seenAt = new Date(Date.now() - 120_000);
  await world.database.prisma.workerBeat.create({
    data: { id: "killed:1", host: "killed", pid: 1, startedAt: seenAt, seenAt },
  });
  await world.database.run(`UPDATE "Segment" SET "leaseUntil" = $2 WHERE "runId" = $1`, [runId, seenAt]);
  await world.work();
  await world.until(runId, ["succeeded"]);
  const events = await world.database.prisma.event.findMany({ where: { runId }, orderBy: { id: "asc" } });
  // Each namespace in the log, the loss itself in the timeline, once.
  expect(
    events.filter(({ code }) => code === "worker-lost").map(({ channel, namespace }) => [channel, namespace]),
  ).toEqual([
    ["log", "n"],
    ["log", "other"],
  ]);
  expect(events.filter(({ code }) => code === "taken-over")).toEqual([
    expect.objectContaining({
      channel: "timeline",
      level: "warn",
      message: expect.stringMatching(/^Worker killed:1 was lost at \d.*; test:1 took over at \d.*\.$/),
    }),
  ]);
  const timeline = events.filter(({ channel }) => channel === "timeline").map(({ code }) => code);
  expect(timeline).toEqual(["created", "worker-joined", "taken-over", "running", "succeeded"]);
  const { lostSeconds } = await readRun(world.database, runId);
  expect(lostSeconds).toBeGreaterThanOrEqual(119);
  expect(lostSeconds).toBeLessThan(240);
});
