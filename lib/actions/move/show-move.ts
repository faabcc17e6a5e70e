import { z } from "zod";
import { routeOf } from "@/lib/routes/route-now";
import type { Gate } from "@/lib/shapes/cut-over/gate";
import type { Move, MoveState, MoveStep, MoveStepName } from "@/lib/shapes/cut-over/move";
import { routeName } from "@/lib/shapes/routes/route";
import { standingCanary } from "../canary/standing-canary";
import { readGates } from "../gate/gate-rows";
import { activeSide, lastSwitch } from "../switch/switch-rows";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { lastPlan, lastRun } from "./last-of-route";

export const showMoveInput = z.strictObject({ route: routeName.optional() });

/** The story of a route, in order, each step with its state and what to do next: read from what Portage keeps; no service is asked. */
export async function showMove(context: Context, input: z.infer<typeof showMoveInput>): Promise<Move> {
  const ctx = await onRoute(context, input.route);
  const route = routeOf(ctx);
  const [plan, written, verified, differences, [gate], last] = await Promise.all([
    lastPlan(ctx, route.name, ["reembed", "mirror"]),
    lastRun(ctx, route.name, ["reembed", "mirror"]),
    lastRun(ctx, route.name, ["verify"]),
    lastPlan(ctx, route.name, ["mirror"]),
    readGates(ctx, route.name, 1),
    lastSwitch(ctx, route.name),
  ]);
  const active = activeSide(last);
  const steps: MoveStep[] = [];
  let found = false;
  /** The first step that isn't done is the next one. */
  const add = (
    step: MoveStepName,
    state: MoveState,
    words: string,
    action: MoveStep["action"],
    at: string | null = null,
  ) => {
    const asked = state === "open" && !found && step !== "back" ? "next" : state;
    if (asked === "next" || asked === "attention" || asked === "running") found = true;
    steps.push({ step, state: asked, words, at, action });
  };
  const ends = `${route.source.index} (${route.source.connection}) to ${route.target.index} (${route.target.connection})`;
  add("inspect", "done", `${route.source.index} is what the route reads.`, {
    label: "Inspect the source",
    href: `/inspect?connection=${encodeURIComponent(route.source.connection)}`,
  });
  add("connect", "done", `The route ${route.name} leads from ${ends}.`, {
    label: "Open routes",
    href: "/configuration/routes",
  });
  const planning = { label: "Plan the migration", href: "/migrate" };
  if (plan === null)
    add(
      "plan",
      written === null ? "open" : "done",
      written === null ? "Nothing was planned yet." : "A run went ahead without a plan of its own.",
      planning,
    );
  else {
    const what = `${number(plan.creates)} to create, ${number(plan.updates)} to update, ${number(plan.problems)} that can't be migrated.`;
    add("plan", "done", what, { label: "Open the plan", href: `/plans/${plan.id}` }, plan.at);
  }
  const decided = plan === null ? written !== null : ["applied", "approved", "no-changes"].includes(plan.state);
  add(
    "review",
    decided ? "done" : "open",
    decided
      ? plan?.state === "no-changes"
        ? "The plan found nothing to apply."
        : "What was started is what the plan showed."
      : plan === null
        ? "There is no plan to review."
        : "The plan waits to be read and approved.",
    plan === null ? null : { label: "Review the plan", href: `/plans/${plan.id}` },
  );
  if (written === null) add("migrate", "open", "No record was written yet.", planning);
  else
    add(
      "migrate",
      stateOfRun(written.state),
      `${number(written.written)} written, ${number(written.unchanged)} unchanged, ${number(written.skipped)} skipped, ${number(written.failed)} failed.`,
      { label: "Open the run", href: `/runs/${written.id}` },
      written.at,
    );
  const moved = written !== null && (written.state === "succeeded" || written.state === "succeeded-with-findings");
  add(
    "index",
    moved ? "done" : "open",
    written?.finished ??
      (moved
        ? "The target keeps its own index; the gate says whether it is used."
        : "Built once all records are written."),
    written === null ? null : { label: "Open the run", href: `/runs/${written.id}` },
  );
  if (verified !== null)
    add(
      "verify",
      stateOfRun(verified.state),
      "A verification read both sides back.",
      { label: "Open the verification", href: `/runs/${verified.id}` },
      verified.at,
    );
  else
    add("verify", moved ? "done" : "open", moved ? "The run read back what it wrote." : "Nothing to read back yet.", {
      label: written === null ? "Open runs" : "Open the run",
      href: written === null ? "/runs" : `/runs/${written.id}`,
    });
  const judged = { label: gate ? "Open the verdict" : "Start the gate", href: gate ? `/gate/${gate.id}` : "/gate" };
  // What the application was switched on needn't be as young as what it may be switched on.
  const usedUp = active === "target" && gate?.id === last?.gateId;
  const outdated = gate ? outdatedWords(ctx, { revision: route.revision, usedUp }, gate) : null;
  if (!gate) add("gate", "open", "No verdict yet: whether search is as good on the target isn't known.", judged);
  else if (outdated !== null)
    add("gate", "open", outdated, { label: "Start the gate", href: "/gate" }, gate.endedAt ?? gate.startedAt);
  else
    add(
      "gate",
      gate.state === "running" ? "running" : gate.verdict === "GO" ? "done" : "attention",
      gate.state === "running" ? "Both sides are being asked." : `${gate.verdict}: ${gate.words}`,
      judged,
      gate.endedAt ?? gate.startedAt,
    );
  const none = differences !== null && differences.creates + differences.updates === 0;
  const applied = differences?.state === "applied";
  const settled = differences !== null && (none || (applied && differences.left === 0));
  add(
    "differences",
    settled ? "done" : "open",
    differences === null
      ? "Both sides were not compared since: the last differences are found right before the switch."
      : none
        ? "The last comparison found no difference."
        : settled
          ? "The last differences were applied."
          : applied
            ? `Applying the last differences left ${number(differences.left)} ${differences.left === 1 ? "record" : "records"} as they were.`
            : `${number(differences.creates + differences.updates)} differences wait to be applied.`,
    differences === null || settled
      ? { label: "Compare both sides", href: "/mirror" }
      : { label: "Review the differences", href: `/plans/${differences.id}` },
    differences?.at ?? null,
  );
  add(
    "switch",
    active === "target" ? "done" : "open",
    last === null ? "The application asks the source." : last.words,
    null,
    last?.endedAt ?? null,
  );
  const watched = active === "target" ? await standingCanary(ctx, route.name, last) : null;
  add(
    "watch",
    watched?.state === "green" ? "done" : watched?.state === "red" ? "attention" : "open",
    watched?.words ?? "Begins once the application asks the target.",
    { label: "Search both sides", href: "/search" },
    watched?.at ?? null,
  );
  add(
    "back",
    "open",
    active === "target"
      ? "The source stands as it was: the application can be switched back in one step."
      : "There is nothing to go back from.",
    null,
  );
  return {
    route: route.name,
    source: { connection: route.source.connection, index: route.source.index },
    target: { connection: route.target.connection, index: route.target.index },
    ...{ active, steps },
  };
}

/** Why a GO isn't one on the route as it is today; `null`: it is, or it isn't GO. */
function outdatedWords(
  ctx: Context,
  { revision, usedUp }: { revision: number; usedUp: boolean },
  { state, verdict, route, ...gate }: Gate,
): string | null {
  if (state !== "ended" || verdict !== "GO") return null;
  if (route.revision !== revision) return "The last verdict is on the route as it was before it was changed.";
  const hours = (Date.now() - Date.parse(gate.endedAt ?? gate.startedAt)) / 3_600_000;
  const { verdictHours } = ctx.config.switching;
  return !usedUp && hours > verdictHours ? `The last verdict is more than ${number(verdictHours)} hours old.` : null;
}

const number = (value: number) => value.toLocaleString("en-US");

function stateOfRun(state: string): MoveState {
  if (state === "succeeded") return "done";
  if (state === "succeeded-with-findings") return "done";
  return state === "failed" || state === "cancelled" ? "attention" : "running";
}
