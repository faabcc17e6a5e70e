import { afterEach, beforeEach, expect, test } from "vitest";
import { readPlan } from "@/lib/actions/plans/plan-view";
import { planSentence } from "@/lib/cli/summary";
import { ServiceFailure } from "@/lib/failures";
import type { VectorSource } from "@/lib/stores/contract";
import { resume } from "../lifecycle/control-run";
import { settingsFor } from "../lifecycle/settings";
import { applyPlan } from "../plans/apply-plan";
import { applyReembedding } from "../plans/apply-reembedding";
import { openWorld, records, type World } from "../testing/testing";

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
    const applied =
      planKind === "mirror" ? await applyPlan(world.database, of) : await applyReembedding(world.database, of);
    expect(await world.until(applied.runId ?? "", ended)).toMatchObject({ state: "succeeded", written: 2600 });
    expect((await world.target.listIds({ index: "new", namespace: "bad" })).ids).toEqual([]);
    await world.rest();
    const again = await world.start({ kind: "plan", planKind, namespaces: names });
    expect(again).not.toBe(runId);
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
