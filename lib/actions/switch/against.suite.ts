import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { showMove } from "../move/show-move";
import { showSwitch } from "./show-switch";
import { against, change, check, compared, json, name, records, world } from "./switch-world.suite";

/** Before the first switch. */
export function describeAgainst(): void {
  describe("what has to be known before an application asks the target", () => {
    it("refuses without a verdict and without a comparison, and writes nothing", async () => {
      expect(await against("target")).toEqual(["no-verdict", "differences-unknown"]);
      await expect(change("target")).rejects.toMatchObject({ code: "switch-refused", kind: "refused" });
      await expect(change("back")).rejects.toMatchObject({ code: "never-switched" });
      expect(() => readFileSync(json())).toThrow();
      expect(await showSwitch(world.ctx, { name })).toMatchObject({ active: "source", file: "none", history: [] });
    });

    it("refuses a verdict that isn't GO, is old, on other ends, or on a part", async () => {
      await compared();
      const part = await check({ namespaces: ["a"] });
      expect(await against("target")).toEqual([]);
      await world.ctx.database.run(`UPDATE "Gate" SET "verdict" = 'INCONCLUSIVE' WHERE "id" = $1`, [part.id]);
      expect(await against("target")).toEqual(["verdict-not-go"]);
      await world.ctx.database.run(`UPDATE "Gate" SET "verdict" = 'GO' WHERE "id" = $1`, [part.id]);
      await world.target.upsert({ index: "from", namespace: "later" }, records.slice(0, 2));
      await world.target.upsert({ index: "to", namespace: "later" }, records.slice(0, 2));
      expect(await against("target")).toEqual(["verdict-in-part", "differences-in-part"]);
      const { id } = await check();
      const { database } = world.ctx;
      await compared({ namespaces: ["a", "later"] });
      expect(await against("target")).toEqual([]);
      await database.run(`UPDATE "Gate" SET "endedAt" = now() - interval '25 hours' WHERE "id" = $1`, [id]);
      expect(await against("target")).toEqual(["verdict-old"]);
      const gate = async () => (await showMove(world.ctx, { route: name })).steps.find(({ step }) => step === "gate");
      expect((await gate())?.words).toBe("The last verdict is more than 24 hours old.");
      await database.run(
        `UPDATE "Gate" SET "endedAt" = now(), "ends" = jsonb_set("ends", '{target,index}', '"elsewhere"') WHERE "id" = $1`,
        [id],
      );
      expect(await against("target")).toEqual(["verdict-of-another"]);
      await database.run(`UPDATE "Gate" SET "ends" = jsonb_set("ends", '{target,index}', '"to"') WHERE "id" = $1`, [
        id,
      ]);
      // One that was begun since and isn't finished is the last one.
      await database.run(
        `INSERT INTO "Gate" SELECT 'gate-later', "routeName", "routeRevision", "planId", "ends", 'INCONCLUSIVE', 'It was not finished.', "settings",
        "questions", NULL, "startedBy", now(), now(), NULL FROM "Gate" WHERE "id" = $1`,
        [id],
      );
      expect(await against("target")).toEqual(["verdict-not-go"]);
      await database.run(`DELETE FROM "Gate" WHERE "id" = 'gate-later'`);
    });

    it("refuses differences that are open, left, in part or old, a run that is writing, and a schedule that would overwrite", async () => {
      const whole = { namespaces: ["a", "later"] };
      await compared({ ...whole, changes: 3 });
      expect(await against("target")).toEqual(["differences-open"]);
      await compared({ ...whole, gaps: { failed: [], failedTotal: 0, short: [], shortTotal: 1 } });
      expect(await against("target")).toEqual(["differences-in-part"]);
      const words = "Of the source only what it shows is known.";
      await compared({ ...whole, warnings: [{ code: "records-withheld", words }] });
      expect(await against("target")).toEqual(["differences-in-part"]);
      await world.ctx.database.run(`UPDATE "Plan" SET "readyAt" = now() - interval '3 hours'`);
      const plan = await compared({ ...whole, changes: 3, state: "applied" });
      const run = {
        id: "run-1",
        kind: "mirror",
        planId: plan,
        settingsHash: "",
        namespaces: ["a"],
        startedBy: "cli:test",
      };
      const settings = { source: { index: "from" }, target: { index: "to" } };
      const { prisma } = world.ctx.database;
      await prisma.run.create({ data: { ...run, settings, state: "succeeded-with-findings", endedAt: new Date() } });
      await prisma.segment.create({ data: { runId: run.id, namespace: "a", position: 0, written: 2 } });
      const finding = { namespace: "a", recordId: "r1", kind: "failed", reason: "invalid", detail: "refused" };
      await prisma.finding.create({ data: { ...finding, runId: run.id } });
      expect(await against("target")).toEqual(["differences-left"]);
      // Neither a run of the other phase since nor a retry that was cancelled settles it.
      const later = { ...run, settings, endedAt: new Date(Date.now() + 1000), createdAt: new Date(Date.now() + 1000) };
      await prisma.run.create({ data: { ...later, id: "run-2", state: "succeeded" } });
      await prisma.run.create({ data: { ...later, id: "run-3", retryOf: run.id, state: "cancelled" } });
      await prisma.finding.updateMany({ data: { retriedBy: "run-3" } });
      expect(await against("target")).toEqual(["differences-left"]);
      const { steps } = await showMove(world.ctx, { route: name });
      expect(steps.find(({ step }) => step === "differences")).toMatchObject({
        state: "open",
        words: "Applying the last differences left 1 record as they were.",
      });
      await prisma.run.update({ where: { id: "run-3" }, data: { state: "succeeded" } });
      expect(await against("target")).toEqual([]);
      await prisma.plan.update({ where: { id: plan }, data: { excludedUpdates: 1 } });
      expect(await against("target")).toEqual(["differences-left"]);
      await prisma.plan.update({ where: { id: plan }, data: { excludedUpdates: 0 } });
      // The retry's end is not when the differences were looked for.
      await prisma.run.delete({ where: { id: "run-2" } });
      await prisma.segment.updateMany({ data: { written: 60 } });
      expect(await against("target")).toEqual(["verdict-overtaken"]);
      await prisma.segment.updateMany({ data: { written: 2 } });
      await prisma.run.update({ where: { id: run.id }, data: { endedAt: new Date(Date.now() - 7_200_000) } });
      expect(await against("target")).toEqual(["differences-old"]);
      await prisma.run.update({ where: { id: run.id }, data: { endedAt: null, state: "running" } });
      expect(await against("target")).toContain("run-under-way");
      await prisma.segment.deleteMany();
      await prisma.run.deleteMany();
      await compared(whole);
      const schedule = {
        id: "nightly",
        route: name,
        namespaces: [],
        cron: "0 3 * * *",
        timezone: "UTC",
        nextAt: new Date(),
        createdBy: "cli:test",
      };
      await prisma.schedule.create({ data: schedule });
      expect(await against("target")).toEqual(["schedule-overwrites"]);
      await prisma.schedule.deleteMany();
      expect(await against("target")).toEqual([]);
    });
  });
}
