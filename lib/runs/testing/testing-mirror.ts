import { settingsFor } from "../lifecycle/settings";
import { applyPlan } from "../plans/apply-plan";
import type { World } from "./testing";

export const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
export const old = { index: "old", namespace: "n" };
export const target = { index: "new", namespace: "n" };
export const float32 = (seed: number) => Array.from({ length: 16 }, (_, at) => Math.fround(Math.sin(seed + at) / 3));

/** A record that stands in the target. */
export const standing = (id: string, metadata: Record<string, string | number | string[]>, seed = 1) => ({
  id,
  values: float32(seed),
  metadata,
});

/** Analyses the namespace `n` and answers the plan's ID. */
export async function planned(world: World): Promise<string> {
  const run = await world.until(await world.start({ kind: "plan", planKind: "mirror", namespaces: ["n"] }), ended);
  return run.planId ?? "";
}

export function apply(world: World, planId: string, only: "both" | "creates" | "updates" = "both") {
  return applyPlan(world.database, { planId, settings: settingsFor(world, { only }), actor: "test" });
}

/** Applies a plan and waits for its run. */
export async function applied(world: World, planId: string, only: "both" | "creates" | "updates" = "both") {
  const { runId } = await apply(world, planId, only);
  return world.until(runId ?? "", ended);
}

export const planOf = (world: World, id: string) => world.database.prisma.plan.findUniqueOrThrow({ where: { id } });
export const contents = (world: World) => new Map(world.target.contents(target).map((one) => [one.id, one]));
export const findingsOf = async (world: World, reason: string) =>
  (await world.database.prisma.finding.findMany({ where: { reason }, orderBy: { recordId: "asc" } })).map(
    ({ recordId, kind }) => [recordId, kind],
  );
