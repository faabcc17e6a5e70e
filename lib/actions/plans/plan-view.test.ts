import { expect, it } from "vitest";
import { openTestDatabase } from "@/lib/db/testing";
import { cancel } from "@/lib/runs/lifecycle/control-run";
import { readPlan } from "./plan-view";

it("says that the target isn't there yet only as long as nothing was written to it", async () => {
  const database = await openTestDatabase();
  const settings = (index: string) => ({
    source: { index: "old", connection: "own" },
    target: { index, connection: "own" },
  });
  const warnings = [
    { code: "target-missing", words: "The target new doesn't exist yet." },
    { code: "other", words: "Something else." },
  ];
  const plan = { id: "plan-a", kind: "mirror", state: "ready", namespaces: ["a"], settingsHash: "", createdBy: "her" };
  await database.prisma.plan.create({ data: { ...plan, settings: settings("new"), warnings } });
  const codes = async () => (await readPlan(database, "plan-a")).warnings.map(({ code }) => code);
  const ran = async (id: string, index: string, kind = "reembed") =>
    database.prisma.run.create({
      data: {
        ...{ id, kind, state: "succeeded", settingsHash: "", startedBy: "her", namespaces: ["a"] },
        settings: settings(index),
      },
    });
  await ran("run-elsewhere", "another");
  await ran("run-plan", "new", "plan");
  expect(await codes()).toEqual(["target-missing", "other"]);
  await ran("run-there", "new");
  expect(await codes()).toEqual(["other"]);
  await database.close();
});

it("names what is run in the target only where applying the plan begins a run", async () => {
  const database = await openTestDatabase();
  const step = { when: "after", what: "Builds the index", statement: "CREATE INDEX", by: "portage" };
  const steps = { steps: [step], notes: [], query: null };
  const settings = { source: { index: "old" }, target: { index: "new" } };
  const targetOf = async (more: { kind: string; creates?: number; excludedCreates?: number }) => {
    const plan = { id: "plan-a", state: "ready", namespaces: ["a"], settingsHash: "", createdBy: "her", ...more };
    await database.prisma.plan.create({ data: { ...plan, settings, steps } });
    const { target } = await readPlan(database, "plan-a");
    await database.prisma.plan.delete({ where: { id: "plan-a" } });
    return target;
  };
  expect(await targetOf({ kind: "mirror", creates: 2 })).toEqual(steps);
  expect(await targetOf({ kind: "mirror", creates: 2, excludedCreates: 2 })).toBeUndefined();
  expect(await targetOf({ kind: "mirror" })).toBeUndefined();
  // Its run accounts for every record, and finishes the target where there is nothing to write, too.
  expect(await targetOf({ kind: "reembed" })).toEqual(steps);
  await database.close();
});

it("tells a plan that somebody cancelled from one that failed; the state of both is failed", async () => {
  const database = await openTestDatabase();
  const settings = { source: { index: "old" }, target: { index: "new" } };
  const both = { settings, settingsHash: "", namespaces: ["a"] };
  const begin = async (id: string, state: string, runState: string) => {
    await database.prisma.plan.create({ data: { id, kind: "mirror", state, createdBy: "her", ...both } });
    const run = { id: `run-${id}`, kind: "plan", state: runState, planId: id, startedBy: "her", ...both };
    await database.prisma.run.create({ data: run });
    await database.prisma.segment.create({ data: { runId: run.id, namespace: "a", position: 0, state: runState } });
  };
  await begin("plan-failed", "failed", "failed");
  expect(await readPlan(database, "plan-failed")).not.toHaveProperty("cancelled");
  await begin("plan-made", "ready", "succeeded");
  await begin("plan-cancelled", "planning", "queued");
  expect(await readPlan(database, "plan-cancelled")).not.toHaveProperty("cancelled");
  await cancel(database, "run-plan-cancelled", "her");
  expect(await readPlan(database, "plan-cancelled")).toMatchObject({ state: "failed", cancelled: true });
  expect(await readPlan(database, "plan-made")).not.toHaveProperty("cancelled");
  await database.close();
});
