import { afterEach, beforeEach, expect, test } from "vitest";
import { readPlan } from "@/lib/actions/plans/plan-view";
import { planSentence } from "@/lib/cli/words/summary";
import { ServiceFailure } from "@/lib/failures";
import { OperatorError } from "@/lib/operator-error";
import { RouteBook } from "@/lib/routes/open-route";
import { defaultRouteNow } from "@/lib/routes/route-now";
import type { VectorSource } from "@/lib/stores/contract";
import { cancel, resume } from "../lifecycle/control-run";
import { settingsFor } from "../lifecycle/settings";
import { applyPlan } from "../plans/apply-plan";
import { openWorld, records, type World } from "../testing/testing";
import { closeRun } from "../worker/close-run";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const names = ["a", "bad", "c"];

/** A source that refuses one namespace, once part of it was listed. */
function refusing(namespace: string): VectorSource {
  return {
    ...world.source,
    listIds: async (place, options) => {
      if (place.namespace === namespace && options?.cursor !== undefined)
        throw new ServiceFailure({ code: "auth", service: "Memory", operation: "listIds", message: "HTTP 403" });
      return world.source.listIds(place, { ...options, limit: 100 });
    },
  };
}

for (const planKind of ["mirror", "reembed"] as const)
  test(`one bad namespace doesn't take the others' plans with it: ${planKind}`, async () => {
    for (const namespace of names) world.source.put({ index: "old", namespace }, records(1300));
    world.parts.source = refusing("bad");
    await world.work();
    const others = await world.until(await world.start({ kind: "plan", planKind, namespaces: ["a", "c"] }), ended);
    const runId = await world.start({ kind: "plan", planKind, namespaces: names });
    const { state, planId } = await world.until(runId, ended);
    expect(state).toBe("failed");
    const plan = await readPlan(world.database, planId ?? "");
    expect(plan).toMatchObject({ state: "ready", namespaces: ["a", "c"], counts: { create: 2600, total: 2600 } });
    expect(plan.gaps).toMatchObject({ failedTotal: 1, failed: [{ namespace: "bad" }] });
    expect(planSentence(plan)).toContain("1 namespace is not in this plan, because the analysis failed: bad (");
    expect((await readPlan(world.database, others.planId ?? "")).hash).toBe(plan.hash);
    await expect(resume(world.database, runId, "test")).rejects.toMatchObject({ code: "plan-made" });

    world.parts.source = world.source;
    const settings = settingsFor(world);
    const of = { planId: plan.id, hash: plan.hash, settings, actor: "test" };
    const applied = await applyPlan(world.database, of);
    expect(await world.until(applied.runId ?? "", ended)).toMatchObject({ state: "succeeded", written: 2600 });
    expect((await world.target.listIds({ index: "new", namespace: "bad" })).ids).toEqual([]);
    await world.rest();
    const again = await world.start({ kind: "plan", planKind, namespaces: names });
    expect(again).not.toBe(runId);
  });

test("the plan of an analysis that is cancelled isn't being made any longer", async () => {
  world.source.put({ index: "old", namespace: "a" }, records(5));
  const runId = await world.start({ kind: "plan", planKind: "mirror", namespaces: ["a"] });
  await cancel(world.database, runId, "test");
  const { planId } = await world.until(runId, ["cancelled"]);
  expect((await readPlan(world.database, planId ?? "")).state).toBe("failed");
});

test("a plan made from a listing that gave too little says so, and not that there is nothing to do", async () => {
  world.source.put({ index: "old", namespace: "a" }, records(5));
  world.target.put(
    { index: "new", namespace: "a" },
    records(2).map((one) => ({ ...one, values: Array(16).fill(0.5) })),
  );
  world.parts.source = {
    ...world.source,
    listIds: async (place, options) => {
      const page = await world.source.listIds(place, options);
      return { ids: page.ids.slice(0, 2), next: null };
    },
  };
  await world.work();
  const { planId, state } = await world.until(
    await world.start({ kind: "plan", planKind: "mirror", namespaces: ["a"] }),
    ended,
  );
  expect(state).toBe("succeeded-with-findings");
  const words = planSentence(await readPlan(world.database, planId ?? ""));
  expect(words).toContain("count 5 records in a, its listing gave 2");
  expect(words).not.toMatch(/no changes|no differences/i);
});

test("an analysis that can't be added up is gone through again whole where a namespace had failed: nothing is left out without a word", async () => {
  const namespaces = ["bad", "good"];
  for (const namespace of namespaces) world.source.put({ index: "old", namespace }, records(2500));
  let broken = true;
  let closedBy = 0;
  const listed: VectorSource = {
    ...world.source,
    listIds: async (place, options) => {
      if (broken && place.namespace === "bad" && (options?.cursor ?? "") > "doc-02200")
        throw new ServiceFailure({ code: "auth", service: "Memory", operation: "listIds", message: "HTTP 403" });
      return world.source.listIds(place, { ...options, limit: 100 });
    },
  };
  const { target, embedder } = world.parts;
  const rates = { source: null, target: null, embedder: null };
  const routes = Object.assign(new RouteBook(world.parts), {
    openStored: async () => {
      const open = await world.database.prisma.segment.count({ where: { state: { in: ["queued", "running"] } } });
      // Namespaces that end together both close the run: here the second from within the first.
      if (broken && open === 0 && closedBy++ === 0)
        await closeRun(world.parts, (await world.database.prisma.run.findFirstOrThrow()).id);
      if (broken && open === 0)
        throw new OperatorError({ kind: "not-found", code: "gone", what: "It is gone.", notLost: "-", next: "-" });
      return { route: { ...defaultRouteNow(world.config), name: "archive" }, source: listed, target, embedder, rates };
    },
  });
  Object.assign(world.parts, { source: listed, routes });
  await world.work();
  const overrides = { route: { name: "archive", revision: 1 } };
  const runId = await world.start({ kind: "plan", planKind: "mirror", namespaces, overrides });
  const { planId } = await world.until(runId, ended);
  const where = { runId, namespace: "bad" };
  expect(await world.database.prisma.segment.findFirst({ where })).toMatchObject({ state: "failed", chunks: 0 });
  const plan = () => world.database.prisma.plan.findUniqueOrThrow({ where: { id: planId ?? "" } });
  expect(await plan()).toMatchObject({ state: "failed", namespaces, gaps: null });
  broken = false;
  expect(closedBy).toBeGreaterThan(1);
  await resume(world.database, runId, "test");
  expect(await world.until(runId, ["succeeded"])).toMatchObject({ total: 5000 });
  expect(await plan()).toMatchObject({ state: "ready", namespaces, gaps: null, creates: 5000 });
});
