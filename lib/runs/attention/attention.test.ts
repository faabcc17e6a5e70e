import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import { noCeilings } from "@/lib/plan/estimate/ceilings";
import { cancel, pause, resume } from "../lifecycle/control-run";
import { settingsFor } from "../lifecycle/settings";
import { applyPlan } from "../plans/apply-plan";
import { approvePlan } from "../plans/approve-plan";
import { createRetry } from "../plans/retry-run";
import { openWorld, record, records, type World } from "../testing/testing";
import { sweepAttention } from "./sweep";

const anybody = () => {};

let world: World;

beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

/** What is open, as `cause subject`, in the order in which it was opened. */
async function open() {
  const rows = await world.database.prisma.attention.findMany({
    where: { solvedAt: null, acknowledgedAt: null },
    orderBy: { since: "asc" },
  });
  return rows.map(({ cause, runId, planId, places }) => `${cause} ${runId ?? planId ?? places.join(" ")}`);
}
const solvedBy = async (cause: string) =>
  (await world.database.prisma.attention.findMany({ where: { cause, solvedAt: { not: null } } })).map(
    (row) => row.solvedBy,
  );

const analyse = async (namespaces: string[]) => {
  const runId = await world.start({ namespaces, kind: "plan", planKind: "mirror" });
  const run = await world.until(runId, ["succeeded", "succeeded-with-findings", "failed"]);
  return { runId, planId: run.planId ?? "" };
};
const ended = ["succeeded", "succeeded-with-findings", "failed", "cancelled"] as const;

describe("runs", () => {
  it("that failed stand, however many runs came later, until a later one of the same namespaces is verified", async () => {
    for (const name of ["a", "b"]) await world.source.upsert({ index: "old", namespace: name }, records(3, name));
    await world.work();
    world.embedder.before = () => {
      throw new ServiceFailure({ service: "Gemini", operation: "embed", code: "auth", message: "the key was refused" });
    };
    const failed = await world.start({ namespaces: ["a"] });
    await world.until(failed, ["failed"]);
    world.embedder.before = () => {};
    for (let other = 0; other < 9; other++) {
      const run = await world.start({ namespaces: ["b"], overrides: { verifySample: other } });
      await world.until(run, ended);
    }
    expect(await open()).toEqual([`run-failed ${failed}`]);
    const later = await world.start({ namespaces: ["a"], overrides: { verifySample: 3 } });
    await world.until(later, ["succeeded"]);
    expect(await open()).toEqual([]);
    expect(await solvedBy("run-failed")).toEqual([`${later} went over it again`]);
  });

  it("that are paused stand until they go on or are cancelled", async () => {
    await world.source.upsert({ index: "old", namespace: "a" }, records(3));
    const run = await world.start({ namespaces: ["a"] });
    await pause(world.database, run, "test");
    expect(await open()).toEqual([`run-paused ${run}`]);
    await resume(world.database, run, "test");
    expect(await open()).toEqual([]);
    await pause(world.database, run, "test");
    await cancel(world.database, run, "test");
    expect(await open()).toEqual([]);
  });

  it("that are paused at their ceiling say which one, what is used of it, and the two ways on", async () => {
    await world.source.upsert({ index: "old", namespace: "a" }, records(5));
    await world.work();
    const ceilings = { ...noCeilings, maxTexts: 3 };
    const run = await world.start({ namespaces: ["a"], ceilings });
    await world.until(run, ["paused"]);
    const item = await world.database.prisma.attention.findFirst({ where: { standing: { not: null } } });
    expect(item).toMatchObject({
      cause: "run-paused",
      what: "A migration is paused at its ceiling of 3 texts: 3 texts so far.",
      next: expect.stringMatching(/^Raise the ceiling and resume it, or cancel it/),
    });
    await resume(world.database, run, "test", { mayRaise: anybody, maxTexts: 5 });
    await world.until(run, ["succeeded"]);
    expect(await open()).toEqual([]);
  });

  it("that ended short of the statistics stand until a later one lists all that is counted", async () => {
    await world.source.upsert({ index: "old", namespace: "a" }, records(300));
    const { source } = world.parts;
    world.parts.source = {
      ...world.source,
      listIds: async (place, options) => ({
        ...(await world.source.listIds(place, { ...options, limit: 100 })),
        ...(options?.cursor === undefined ? {} : { next: null }),
      }),
    };
    await world.work();
    const run = await world.start({ namespaces: ["a"] });
    await world.until(run, ["succeeded-with-findings"]);
    expect(await open()).toEqual([`listing-short ${run}`]);
    const item = await world.database.prisma.attention.findFirst({ where: { cause: "listing-short" } });
    expect(item?.what).toContain(
      "A migration ended short of the statistics: The source's statistics count 300 records, its listing gave 200",
    );
    await world.rest();
    world.parts.source = source;
    await world.work();
    const later = await world.start({ namespaces: ["a"], overrides: { verifySample: 3 } });
    await world.until(later, ["succeeded"]);
    expect(await open()).toEqual([]);
    expect(await solvedBy("listing-short")).toEqual([`${later} went over it again`]);
  });

  it("that left records out stand until these are tried again; a retry that was cancelled tried nothing", async () => {
    await world.source.upsert({ index: "old", namespace: "a" }, [...records(2), record("empty", { page: 1 })]);
    await world.work();
    const run = await world.start({ namespaces: ["a"] });
    await world.until(run, ["succeeded-with-findings"]);
    expect(await open()).toEqual([`records-not-written ${run}`]);
    await world.rest();
    const retry = async () =>
      createRetry(
        world.database,
        { runId: run, kinds: ["skipped"], reasons: null },
        { settings: settingsFor(world), startedBy: "test" },
      );
    const first = await retry();
    expect(await open()).toEqual([]);
    await cancel(world.database, first ?? "", "test");
    expect(await open()).toEqual([`records-not-written ${run}`]);
  });

  it("whose namespaces were not what they should be stand until these are verified", async () => {
    await world.source.upsert({ index: "old", namespace: "a" }, records(3));
    await world.work();
    const verify = await world.start({ namespaces: ["a"], kind: "verify" });
    await world.until(verify, ended);
    expect(await open()).toEqual([`verify-failed ${verify}`]);
    const run = await world.start({ namespaces: ["a"] });
    await world.until(run, ["succeeded"]);
    expect(await open()).toEqual([]);
  });
});

describe("plans", () => {
  beforeEach(async () => {
    await world.source.upsert({ index: "old", namespace: "a" }, records(3));
    await world.work();
  });

  it("made by hand wait until they are applied", async () => {
    const { planId } = await analyse(["a"]);
    expect(await open()).toEqual([`plan-waiting ${planId}`]);
    const approval = { planId, settings: settingsFor(world), actor: "test" };
    await approvePlan(world.database, approval);
    expect(await open()).toEqual([`plan-waiting ${planId}`]);
    const { runId } = await applyPlan(world.database, approval);
    await world.until(runId ?? "", ["succeeded"]);
    expect(await open()).toEqual([]);
  });

  it("are superseded by a newer one over the same namespaces, and refused then", async () => {
    const older = await analyse(["a"]);
    const newer = await analyse(["a"]);
    expect(await open()).toEqual([`plan-waiting ${newer.planId}`]);
    const stored = await world.database.prisma.plan.findUniqueOrThrow({ where: { id: older.planId } });
    expect([stored.state, stored.supersededBy]).toEqual(["superseded", newer.planId]);
    const approval = { planId: older.planId, settings: settingsFor(world), actor: "test" };
    const refused = { kind: "refused", code: "plan-superseded", what: expect.stringContaining(newer.planId) };
    await expect(approvePlan(world.database, approval)).rejects.toMatchObject(refused);
    await expect(applyPlan(world.database, approval)).rejects.toMatchObject(refused);
  });

  it("that hold the same changes as the one they took the place of don't ask again", async () => {
    await analyse(["a"]);
    await world.database.prisma.attention.updateMany({ data: { acknowledgedAt: new Date(), acknowledgedBy: "test" } });
    await analyse(["a"]);
    expect(await open()).toEqual([]);
    await world.source.upsert({ index: "old", namespace: "a" }, [record("one-more")]);
    const { planId } = await analyse(["a"]);
    expect(await open()).toEqual([`plan-waiting ${planId}`]);
  });

  it("over other namespaces are left alone", async () => {
    await world.source.upsert({ index: "old", namespace: "b" }, records(1, "b"));
    const { planId } = await analyse(["a"]);
    const other = await analyse(["b"]);
    expect(await open()).toEqual([`plan-waiting ${planId}`, `plan-waiting ${other.planId}`]);
  });

  it("that grew too old are found by the sweep", async () => {
    const { planId } = await analyse(["a"]);
    await world.rest();
    await world.database.run(`UPDATE "Plan" SET "readyAt" = "readyAt" - interval '25 hours'`);
    await sweepAttention(world.parts, new Date());
    expect(await solvedBy("plan-waiting")).toEqual([`${planId} expired`]);
    // What it would have created is missing all the same.
    expect(await open()).toEqual(["target-missing a"]);
  });
});

it("history from before is found, once, and what later runs put right is not", async () => {
  await world.source.upsert({ index: "old", namespace: "a" }, records(3));
  await world.work();
  const verify = await world.start({ namespaces: ["a"], kind: "verify" });
  await world.until(verify, ended);
  const run = await world.start({ namespaces: ["a"] });
  await world.until(run, ["succeeded"]);
  await world.rest();
  const { prisma } = world.database;
  await prisma.attention.deleteMany();
  await prisma.run.create({
    data: {
      id: "old-one",
      kind: "reembed",
      state: "failed",
      settings: settingsFor(world),
      settingsHash: "h",
      namespaces: ["c"],
      startedBy: "test",
    },
  });
  await prisma.segment.create({ data: { runId: "old-one", namespace: "c", position: 0, state: "failed" } });
  for (let look = 0; look < 2; look++) await sweepAttention(world.parts, new Date());
  expect(await open()).toEqual(["run-failed old-one"]);
});
