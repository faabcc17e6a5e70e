import { mkdirSync, readFileSync } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parseConfig } from "@/lib/config";
import { ServiceFailure } from "@/lib/failures";
import { scriptServer } from "@/lib/http/scripted-server.suite";
import { routeOf } from "@/lib/routes/route-now";
import { Secret } from "@/lib/secret";
import { switchFileSchema } from "@/lib/shapes/cut-over/switch";
import type { VectorRecord } from "@/lib/stores/contract";
import { deliverDue } from "@/lib/webhooks/deliver";
import { runCanary } from "../canary/run-canary";
import { showParity } from "../canary/show-parity";
import { showGate } from "../gate/show-gate";
import { startGate, startGateInput } from "../gate/start-gate";
import { showMove } from "../move/show-move";
import { addRoute, addRouteInput } from "../routes/add-route";
import { copy, openRouteWorld, type RouteWorld, route } from "../routes/route-world.suite";
import { readMetrics } from "../runs/read-metrics";
import { onRoute } from "../verbs/on-route";
import { parseInput } from "../verbs/parse-input";
import { backendsOf } from "./backends";
import { countLoss } from "./count-loss";
import { showCleanup } from "./show-cleanup";
import { showSwitch } from "./show-switch";
import { switchRoute, switchRouteInput } from "./switch-route";

/** A route that copies, over the vendors' own clients: judged once, then switched in every way. */
let world: RouteWorld;
let folder: string;
const name = "notes";
const json = () => path.join(folder, `${name}.json`);
const told = () => switchFileSchema.parse(JSON.parse(readFileSync(json(), "utf8")));

const records: VectorRecord[] = Array.from({ length: 70 }, (_, at) => ({
  id: `r${at}`,
  values: [Math.sin(at), Math.cos(at * 3), Math.sin(at * 7 + 1)],
  metadata: { text: `text ${at}` },
}));

beforeAll(async () => {
  world = await openRouteWorld();
  folder = path.join(world.dataDir, "switch");
  world.ctx.config.switching.folder = folder;
  await world.index("from", 3);
  await world.index("to", 3);
  for (const index of ["from", "to"]) await world.target.upsert({ index, namespace: "a" }, records);
  await addRoute(world.ctx, route(name, "other:from", "target:to", { vectors: copy }));
});
afterAll(() => world.close());

const change = (to: string, more: object = {}) =>
  switchRoute(world.ctx, parseInput(switchRouteInput, { name, to, ...more }));
const against = async (to: string) => (await change(to, { dryRun: true })).against.map(({ code }) => code);

async function judge(more: object = {}) {
  const begun = await startGate(world.ctx, parseInput(startGateInput, { route: name, n: 50, k: 5, ...more }));
  await vi.waitFor(async () => expect((await showGate(world.ctx, { id: begun.id })).state).toBe("ended"), 20_000);
  return showGate(world.ctx, { id: begun.id });
}

let plans = 0;
/** A mirror plan as the engine leaves it behind. */
async function compared(
  given: {
    changes?: number;
    state?: string;
    namespaces?: string[];
    gaps?: object;
    back?: boolean;
    minutesAgo?: number;
  } = {},
) {
  const { changes = 0, state = "ready", namespaces = ["a"], gaps, back = false, minutesAgo = 0 } = given;
  const [source, target] = back ? ["to", "from"] : ["from", "to"];
  const id = `plan-${++plans}`;
  await world.ctx.database.prisma.plan.create({
    data: {
      ...{
        id,
        kind: "mirror",
        state,
        namespaces,
        creates: changes,
        settingsHash: "",
        createdBy: "cli:test",
        ...(gaps && { gaps }),
      },
      settings: {
        source: { index: source },
        target: { index: target },
        route: { name: back ? "notes-back" : name, revision: 1 },
      },
      readyAt: new Date(Date.now() - minutesAgo * 60_000),
    },
  });
  return id;
}

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
    const part = await judge({ namespaces: ["a"] });
    expect(await against("target")).toEqual([]);
    await world.ctx.database.run(`UPDATE "Gate" SET "verdict" = 'INCONCLUSIVE' WHERE "id" = $1`, [part.id]);
    expect(await against("target")).toEqual(["verdict-not-go"]);
    await world.ctx.database.run(`UPDATE "Gate" SET "verdict" = 'GO' WHERE "id" = $1`, [part.id]);
    await world.target.upsert({ index: "from", namespace: "later" }, records.slice(0, 2));
    await world.target.upsert({ index: "to", namespace: "later" }, records.slice(0, 2));
    expect(await against("target")).toEqual(["verdict-in-part", "differences-in-part"]);
    const { id } = await judge();
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
    await database.run(`UPDATE "Gate" SET "ends" = jsonb_set("ends", '{target,index}', '"to"') WHERE "id" = $1`, [id]);
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

describe("switching", () => {
  beforeEach(() => compared({ namespaces: ["a", "later"] }));

  it("writes the file, keeps who, when and why, and tells hook and webhook, signed", async () => {
    const receiver = await scriptServer(() => ({ status: 204, text: "" }));
    const { ctx } = world;
    ctx.config.switching.webhook = new Secret(`${receiver.url}/switched`);
    ctx.config.switching.hook = new Secret('echo "$PORTAGE_SWITCH_TO"');
    ctx.config.webhookSecret = new Secret("the key of the test");
    const dry = await change("target", { dryRun: true });
    expect(dry).toMatchObject({ dryRun: true, switch: null, against: [], file: { generation: 1 } });
    expect(() => readFileSync(json())).toThrow();
    const made = await change("target");
    expect(made.switch).toMatchObject({
      ...{ state: "done", to: "target", generation: 1, switchedBy: "cli:test", reason: null },
      hook: { ok: true, words: "The hook ended well. It said: target" },
    });
    expect(told()).toMatchObject({
      ...{ route: name, generation: 1, verdict: made.switch?.gateId, plan: made.switch?.planId },
      active: { side: "target", backend: "pinecone", index: "to", dimension: 3 },
      previous: { side: "source", index: "from" },
    });
    await deliverDue(ctx, new Date(Date.now() + 1000), new AbortController().signal);
    expect(receiver.seen[0]?.headers["webhook-signature"]).toMatch(/^v1,/);
    expect(JSON.parse(receiver.seen[0]?.body ?? "")).toMatchObject({
      event: "route.switched",
      switch: { route: name, to: "target", by: "cli:test" },
      active: { index: "to" },
    });
    [ctx.config.switching.webhook, ctx.config.switching.hook] = [null, null];
    await receiver.close();
    await expect(change("target")).rejects.toMatchObject({ code: "already-there" });
    expect(await showSwitch(ctx, { name })).toMatchObject({ active: "target", file: "as-written", generation: 1 });
  });

  it("sees by the verdict's questions that the target answers worse, tells monitors, and says why nothing may go yet", async () => {
    const { ctx } = world;
    const ask = () => runCanary(ctx, { route: name });
    expect(await ask()).toMatchObject({ state: "green", figures: { overlap: 1, fewerRows: 0, failed: { target: 0 } } });
    expect(await showParity(ctx, {})).toMatchObject({ state: "green", routes: [{ route: name }] });
    const notYet = async () => (await showCleanup(ctx, { name })).notYet.map(({ code }) => code);
    expect(await notYet()).toEqual(["switched-lately"]);
    const { prisma } = ctx.database;
    const against = [{ code: "verdict-in-part", words: "It leaves out a namespace." }];
    await prisma.switch.updateMany({ where: { generation: 1 }, data: { against } });
    expect(await notYet()).toEqual(["switched-lately", "switched-in-part"]);
    await prisma.switch.updateMany({ where: { generation: 1 }, data: { against: [] } });
    // What was asked before the switch, of another verdict or more than a day ago tells nothing of today.
    const { gateId, at } = await prisma.canary.findFirstOrThrow();
    const ago = (hours: number) => new Date(at.getTime() - hours * 3_600_000);
    const ended = (await prisma.switch.findFirstOrThrow({ where: { generation: 1 } })).endedAt;
    for (const [canary, endedAt] of [
      [{ at: ago(1) }, ended],
      [{ gateId: "gate-other" }, ended],
      [{ at: ago(25) }, ago(26)],
    ] as const) {
      await prisma.canary.updateMany({ data: canary });
      await prisma.switch.updateMany({ where: { generation: 1 }, data: { endedAt } });
      expect(await showParity(ctx, {})).toMatchObject({ state: "unknown", routes: [{ route: name }] });
      expect((await readMetrics(ctx)).parity).toMatchObject([{ state: "unknown" }]);
      expect((await showMove(ctx, { route: name })).steps.find(({ step }) => step === "watch")?.state).not.toBe("done");
      expect(await notYet()).toContain("not-watched");
      await prisma.canary.updateMany({ data: { gateId, at } });
    }
    await prisma.switch.updateMany({ where: { generation: 1 }, data: { endedAt: ended } });
    const shuffled = records.map((record, at) => ({ ...record, values: records[(at + 17) % 70]?.values ?? [] }));
    await world.target.upsert({ index: "to", namespace: "a" }, shuffled);
    expect(await ask()).toMatchObject({ state: "red", reasons: [{ code: "overlap" }] });
    await expect(showParity(ctx, {})).rejects.toMatchObject({ code: "parity-red" });
    expect((await readMetrics(ctx)).parity).toMatchObject([{ route: name, state: "red" }]);
    expect((await showMove(ctx, { route: name })).steps.find(({ step }) => step === "watch")?.state).toBe("attention");
    expect((await showCleanup(ctx, { name })).notYet.map(({ code }) => code)).toContain("canary-red");
    await world.target.upsert({ index: "to", namespace: "a" }, records);
    expect((await ask()).state).toBe("green");
    // A target that lost records is no better for answering the rest well.
    const { target } = await onRoute(ctx, name);
    const fetch = target.fetchRecords.bind(target);
    const losing = vi.spyOn(target, "fetchRecords").mockImplementation(async (...given) => {
      const { records: found, missing, ...rest } = await fetch(...given);
      return { ...rest, records: found.slice(1), missing: [...missing, ...found.slice(0, 1).map(({ id }) => id)] };
    });
    expect(await ask()).toMatchObject({ state: "red", reasons: [{ code: "records-lost" }] });
    losing.mockRestore();
    expect((await ask()).state).toBe("green");
    await expect(runCanary(ctx, { route: "default" })).rejects.toMatchObject({ code: "no-baseline" });
  });

  it("says on the way back what would be lost, in records, and goes when a mirror has brought it home", async () => {
    await world.target.upsert({ index: "to", namespace: "a" }, [
      { id: "new", values: [1, 2, 3], metadata: { text: "written since" } },
      { id: "r1", values: records[1]?.values ?? [], metadata: { text: "edited since" } },
    ]);
    const dry = await change("back", { dryRun: true });
    expect(dry).toMatchObject({ to: "source", lost: { added: 1, changed: 1, absent: 0 } });
    // What stood in the target alone before is known by a GO and by nothing else.
    const added = async (verdict: string, onlyTarget: number) => {
      await world.ctx.database.run(
        `UPDATE "Gate" SET "verdict" = $2, "result" = jsonb_set("result", '{data,onlyTarget}', to_jsonb($3::int)) WHERE "id" = $1`,
        [dry.file.verdict, verdict, onlyTarget],
      );
      return (await change("back", { dryRun: true })).lost?.added;
    };
    expect([await added("NO-GO", 1), await added("GO", 1), await added("GO", 0)]).toEqual([1, 0, 1]);
    const { target } = await onRoute(world.ctx, name);
    const fetch = target.fetchRecords.bind(target);
    const broken = vi.spyOn(target, "fetchRecords").mockImplementation(async (...given) => {
      const { records: found, ...rest } = await fetch(...given);
      return { ...rest, records: [], unreadable: found.map(({ id }) => ({ id, detail: "broken" })) };
    });
    expect(await against("back")).toContain("loss-not-counted");
    broken.mockRestore();
    expect(dry.against[0]?.words).toContain(
      "portage routes add notes-back --from target:to --to other:from --embed none",
    );
    await expect(change("back")).rejects.toMatchObject({ code: "switch-refused" });
    const { back } = await showSwitch(world.ctx, { name });
    await addRoute(
      world.ctx,
      parseInput(addRouteInput, { name: back.offer?.name, definition: back.offer?.definition }),
    );
    expect((await showSwitch(world.ctx, { name })).back).toEqual({ route: "notes-back", offer: null, why: null });
    // The route back leads where it says: from the target to the source.
    expect(routeOf(await onRoute(world.ctx, "notes-back"))).toMatchObject({
      source: { index: "to" },
      target: { index: "from" },
    });
    await compared({ back: true, namespaces: ["a", "later"], minutesAgo: 600 });
    expect(await against("back")).toEqual(["would-be-lost"]);
    const home = await compared({ back: true, namespaces: ["a", "later"] });
    const made = await change("back");
    expect(made).toMatchObject({ lost: null, switch: { to: "source", back: true, generation: 2, against: [] } });
    expect(made.notes[0]).toContain(home);
    expect(told()).toMatchObject({ generation: 2, active: { index: "from" }, previous: { index: "to" } });
  });

  it("goes back by force at once, also when the side that is left can't be reached, and keeps why", async () => {
    await change("target", { force: "the verdict is on the old state, the tests of the app pass" });
    const { target } = await onRoute(world.ctx, name);
    const failure = {
      code: "auth",
      service: "Pinecone",
      operation: "inspect",
      message: "the key was revoked",
    } as const;
    const down = vi.spyOn(target, "inspect").mockRejectedValue(new ServiceFailure(failure));
    await expect(change("back")).rejects.toThrow();
    // A view in the database that is down is left as it is, and nobody is asked for its statements.
    const dry = await change("back", { force: "p95 doubled", dryRun: true, view: "documents_live" });
    expect([dry.statements, dry.notes]).toEqual([[], [expect.stringContaining("documents_live was not changed")]]);
    const made = await change("back", { force: "p95 doubled" });
    expect(down).toHaveBeenCalled();
    down.mockRestore();
    expect(made.switch).toMatchObject({ to: "source", back: true, reason: "p95 doubled" });
    expect(made.switch?.against.map(({ code }) => code)).toEqual(["loss-not-counted"]);
    // Pressed twice it leads back once; whoever saw another switch changes nothing.
    await expect(change("back", { force: "again" })).rejects.toMatchObject({ code: "already-there" });
    const generation = (made.switch?.generation ?? 0) - 1;
    await expect(change("target", { force: "seen before", generation })).rejects.toMatchObject({
      code: "switch-overtaken",
    });
    expect((await showSwitch(world.ctx, { name })).history.map(({ to }) => to)).toEqual([
      "source",
      "target",
      "source",
      "target",
    ]);
  });

  it("lets one of several switches at once through", async () => {
    const force = "to see which one comes first";
    const settled = await Promise.allSettled([1, 2, 3, 4].map(() => change("target", { force })));
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of settled)
      if (one.status === "rejected") expect(["switch-under-way", "already-there"]).toContain(one.reason.code);
    expect(told().generation).toBe((await showSwitch(world.ctx, { name })).generation);
    await change("back", { force });
  });

  it("changes nothing when the file can't be written, and says so", async () => {
    const before = readFileSync(json(), "utf8");
    const standing = await showSwitch(world.ctx, { name });
    await rm(json());
    mkdirSync(json());
    await writeFile(path.join(json(), "in-the-way"), "");
    await expect(change("target", { force: "the file is in the way" })).rejects.toMatchObject({
      code: "switch-not-written",
    });
    await rm(json(), { recursive: true });
    await writeFile(json(), before);
    const after = await showSwitch(world.ctx, { name });
    expect(after).toMatchObject({ active: standing.active, generation: standing.generation, file: "as-written" });
    expect(after.history[0]).toMatchObject({ state: "failed", to: "target" });
    await chmod(folder, 0o755);
  });

  it("writes the last switch's file again where it is missing or was changed", async () => {
    const [written, text] = [told(), readFileSync(json(), "utf8")];
    const { active, generation } = await showSwitch(world.ctx, { name });
    await expect(change(active)).rejects.toMatchObject({ code: "already-there" });
    for (const [file, spoil] of [
      ["missing", () => rm(json())],
      ["other", () => writeFile(json(), text.replaceAll('"index": "from"', '"index": "elsewhere"'))],
    ] as const) {
      await spoil();
      expect(await showSwitch(world.ctx, { name })).toMatchObject({ file, generation });
      expect(await change(active, { dryRun: true })).toMatchObject({ switch: null, to: active });
      expect((await showSwitch(world.ctx, { name })).file).toBe(file);
      expect((await change(active)).switch).toMatchObject({ generation, to: active });
      expect(told()).toEqual(written);
    }
  });

  it("takes up what a process left half done: the file says whether it came so far", async () => {
    const { prisma } = world.ctx.database;
    const [last] = (await showSwitch(world.ctx, { name })).history;
    const generation = (last?.generation ?? 0) + 1;
    const startedAt = new Date(Date.now() - 600_000);
    const file = { ...told(), generation };
    await prisma.switch.create({
      data: {
        id: "switch-left",
        routeName: name,
        generation,
        to: "target",
        file,
        words: "",
        switchedBy: "cli:test",
        startedAt,
        statements: [],
      },
    });
    await change("target", { force: "after a process that died before it wrote" });
    expect((await showSwitch(world.ctx, { name })).history.find(({ id }) => id === "switch-left")?.state).toBe(
      "failed",
    );
  });
});

it("counts what was begun in the target under a route that renames, and says where namespaces meet", async () => {
  await world.target.upsert({ index: "to", namespace: "begun" }, records.slice(0, 1));
  const along = async (called: string, pairs: object) => {
    const rules = { vectors: copy, namespaces: { pairs } };
    await addRoute(world.ctx, route(called, "other:from", "target:to", rules));
    return onRoute(world.ctx, called);
  };
  const ctx = await along("renaming", { later: "later" });
  // Another one was written to the namespace a before.
  expect((await countLoss(ctx, await backendsOf(ctx), null)).lost.added).toBe(2);
  await along("meeting", { later: "a" });
  const dry = await switchRoute(
    world.ctx,
    parseInput(switchRouteInput, { name: "meeting", to: "target", dryRun: true }),
  );
  expect(dry.against.map(({ code }) => code)).toContain("namespaces-meet");
  expect(dry.file).toMatchObject({ active: { namespaces: { pairs: { later: "a" } } }, previous: { namespaces: null } });
});

it("keeps its addresses out of what is shown of the settings", () => {
  const values = {
    PORTAGE_SWITCH_WEBHOOK: "https://hooks.example.com/T0000/secretpart",
    PORTAGE_SWITCH_HOOK: "deploy --token hidden",
  };
  const { settings } = parseConfig([{ origin: "environment", values }], "/");
  expect(JSON.stringify(settings)).not.toMatch(/secretpar|token hid/);
});
