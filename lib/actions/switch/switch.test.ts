import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { parseConfig } from "@/lib/config";
import { ServiceFailure } from "@/lib/failures";
import { scriptServer } from "@/lib/http/scripted-server.suite";
import { routeOf } from "@/lib/routes/route-now";
import { Secret } from "@/lib/secret";
import { deliverDue } from "@/lib/webhooks/deliver";
import { showMove } from "../move/show-move";
import { addRoute, addRouteInput } from "../routes/add-route";
import { copy, route } from "../routes/route-world.suite";
import { onRoute } from "../verbs/on-route";
import { parseInput } from "../verbs/parse-input";
import { describeAgainst } from "./against.suite";
import { backendsOf } from "./backends";
import { countLoss } from "./count-loss";
import { describeHalfDone } from "./left-half-done.suite";
import { showSwitch } from "./show-switch";
import { switchRoute, switchRouteInput } from "./switch-route";
import { against, change, compared, json, name, openSwitchForAll, records, told, world } from "./switch-world.suite";
import { describeWatched } from "./watched.suite";

openSwitchForAll();

describeAgainst();

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

  describeWatched();

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

  it("asks the target again only by what was found out since", async () => {
    const { ctx } = world;
    const steps = async () => {
      const all = (await showMove(ctx, { route: name })).steps;
      return (["gate", "differences", "switch"] as const).map((step) => all.find((one) => one.step === step)?.state);
    };
    await ctx.database.run(`UPDATE "Plan" SET "createdAt" = now() - interval '1 minute' WHERE "kind" = 'mirror'`);
    await ctx.database.run(`UPDATE "Switch" SET "endedAt" = now() - interval '30 seconds' WHERE "generation" = 2`);
    expect(await against("target")).toEqual(["differences-overtaken"]);
    expect(await steps()).toEqual(["done", "open", "open"]);
    await compared({ namespaces: ["a", "later"] });
    expect(await against("target")).toEqual([]);
    const { prisma } = ctx.database;
    const canary = await prisma.canary.findFirstOrThrow({ orderBy: { at: "desc" } });
    const gateId = (await change("target", { dryRun: true })).file.verdict ?? "";
    await prisma.canary.update({
      where: { id: canary.id },
      data: { state: "red", words: "It answers worse.", gateId },
    });
    expect(await against("target")).toEqual(["canary-red"]);
    expect(await steps()).toEqual(["open", "done", "open"]);
    const { state, words } = canary;
    await prisma.canary.update({ where: { id: canary.id }, data: { state, words, gateId: canary.gateId } });
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

  describeHalfDone();
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
