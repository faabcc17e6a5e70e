import { z } from "zod";
import { routeOf } from "@/lib/routes/route-now";
import type { Canary } from "@/lib/shapes/cut-over/canary";
import type { Gate } from "@/lib/shapes/cut-over/gate";
import type { Move } from "@/lib/shapes/cut-over/move";
import { routeName } from "@/lib/shapes/routes/route";
import { readCanaries } from "../canary/canary-rows";
import { standingCanary } from "../canary/standing-canary";
import { readGates } from "../gate/gate-rows";
import { isBelied, isOvertaken } from "../switch/against-again";
import { ago } from "../switch/against-differences";
import { activeSide, lastSwitch, type SwitchRow } from "../switch/switch-rows";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { lastPlan, lastRun, type PlanOfRoute } from "./last-of-route";
import { migrationSteps } from "./migration-steps";
import { movedNamespaces } from "./moved-namespaces";
import { number, StepList } from "./step-list";
import { switchSteps } from "./switch-steps";

export const showMoveInput = z.strictObject({ route: routeName.optional() });

/** The story of a route, in order, each step with its state and what to do next: read from what Portage keeps; no record is read. */
export async function showMove(context: Context, input: z.infer<typeof showMoveInput>): Promise<Move> {
  const ctx = await onRoute(context, input.route);
  const route = routeOf(ctx);
  const [plan, written, moved, differences, [gate], last, [canary]] = await Promise.all([
    lastPlan(ctx, route.name, ["reembed"]),
    lastRun(ctx, route.name, ["reembed", "mirror"]),
    movedNamespaces(ctx, route.name),
    lastPlan(ctx, route.name, ["mirror"]),
    readGates(ctx, route.name, 1),
    lastSwitch(ctx, route.name),
    readCanaries(ctx, route.name, 1),
  ]);
  const active = activeSide(last);
  // The last differences are a plan of their own, told of in their step.
  const planned = plan ?? differences;
  const list = new StepList();
  list.add("inspect", {
    state: "done",
    words: `The route reads ${route.source.index}.`,
    action: {
      label: "Inspect the source",
      href: `/inspect?connection=${encodeURIComponent(route.source.connection)}`,
    },
  });
  list.add("connect", {
    state: "done",
    words: `The route ${route.name} leads from ${route.source.index} (${route.source.connection}) to ${route.target.index} (${route.target.connection}).`,
    action: { label: "Open routes", href: "/configuration/routes" },
  });
  migrationSteps(list, { plan: planned, written, moved });
  // What the application was switched on needn't be as young as what it may be switched on.
  const usedUp = active === "target" && gate?.id === last?.gateId;
  switchSteps(list, {
    ...{ gate, differences, active, last },
    outdated: gate ? outdatedWords(ctx, { revision: route.revision, usedUp, canary }, gate) : null,
    passed: active === "source" && differences ? passedWords(ctx, differences, last) : null,
    watched: active === "target" ? await standingCanary(ctx, route.name, last) : null,
  });
  return {
    route: route.name,
    source: { connection: route.source.connection, index: route.source.index },
    target: { connection: route.target.connection, index: route.target.index },
    ...{ active, steps: list.steps },
  };
}

/** Why a GO isn't one on the route as it is today; `null`: it is, or it isn't GO. */
function outdatedWords(
  ctx: Context,
  { revision, usedUp, canary }: { revision: number; usedUp: boolean; canary: Canary | undefined },
  { state, verdict, route, ...gate }: Gate,
): string | null {
  if (state !== "ended" || verdict !== "GO") return null;
  // While the application is on the target, the step that watches says so.
  if (!usedUp && isBelied(gate, canary)) return "The canary found the target worse than the last verdict says.";
  if (route.revision !== revision) return "The last verdict is on the route as it was before it was changed.";
  const hours = (Date.now() - Date.parse(gate.endedAt ?? gate.startedAt)) / 3_600_000;
  const { verdictHours } = ctx.config.switching;
  return !usedUp && hours > verdictHours ? `The last verdict is more than ${number(verdictHours)} hours old.` : null;
}

/** Why a comparison doesn't count before a switch any more; `null`: it does. */
function passedWords(ctx: Context, { begunAt, appliedAt, at }: PlanOfRoute, last: SwitchRow | null): string | null {
  if (isOvertaken(begunAt, last))
    return "The last comparison is from before the application was switched back: compare both sides again.";
  const { differencesMinutes } = ctx.config.switching;
  return Date.now() - Date.parse(appliedAt ?? at) > differencesMinutes * 60_000
    ? `The last comparison is more than ${ago(differencesMinutes)} old: compare again right before the switch.`
    : null;
}
