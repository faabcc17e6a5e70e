import { expect, it } from "vitest";
import { openTestDatabase } from "@/lib/db/testing";
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
