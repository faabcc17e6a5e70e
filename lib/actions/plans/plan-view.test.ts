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
