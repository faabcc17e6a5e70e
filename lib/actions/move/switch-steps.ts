import type { Gate } from "@/lib/shapes/cut-over/gate";
import type { SwitchSide } from "@/lib/shapes/cut-over/switch";
import type { SwitchRow } from "../switch/switch-rows";
import type { PlanOfRoute } from "./last-of-route";
import { counted, number, type StepList, type Told } from "./step-list";

type Known = {
  gate: Gate | undefined;
  /** Why a verdict that was GO isn't one any more; `null`: it is, or never was. */
  outdated: string | null;
  differences: PlanOfRoute | null;
  /** Why the last comparison doesn't count any more; `null`: it does, or there is none. */
  passed: string | null;
  active: SwitchSide;
  last: SwitchRow | null;
  watched: { state: string; words: string; at: string | null } | null;
};

/** From the verdict to the way back. */
export function switchSteps(list: StepList, known: Known): void {
  list.add("gate", aboutVerdict(known));
  list.add("differences", compared(known));
  const { active, last, watched } = known;
  list.add("switch", {
    state: active === "target" ? "done" : "open",
    words: last === null ? "The application asks the source." : last.words,
    action: active === "target" ? null : { label: "Go to the switch", href: "/move#switch" },
    at: last?.endedAt ?? null,
  });
  list.add("watch", {
    state: watched?.state === "green" ? "done" : watched?.state === "red" ? "attention" : "open",
    words: watched?.words ?? "Begins once the application asks the target.",
    action:
      watched === null
        ? { label: "Search both sides", href: "/search" }
        : { label: watched.state === "green" ? "Watch again" : "Watch now", href: "/move#watch" },
    at: watched?.at ?? null,
  });
  list.add("back", {
    state: "open",
    words:
      active === "target"
        ? "The source stands as it was: the application can be switched back in one step."
        : "There is nothing to go back from.",
    action: null,
  });
}

function aboutVerdict({ gate, outdated }: Known): Told {
  const start = { label: "Start the gate", href: "/gate" };
  if (!gate)
    return {
      state: "open",
      words: "No verdict yet: whether search is as good on the target isn't known.",
      action: start,
    };
  const at = gate.endedAt ?? gate.startedAt;
  if (outdated !== null) return { state: "open", words: outdated, action: start, at };
  const href = `/gate/${gate.id}`;
  if (gate.state === "running")
    return { state: "running", words: "Both sides are being asked.", action: { label: "Open the gate", href }, at };
  const words = `${gate.verdict}: ${gate.words}`;
  const action = { label: "Open the verdict", href };
  return { state: gate.verdict === "GO" ? "done" : "attention", words, action, at };
}

function compared({ differences: plan, passed }: Known): Told {
  // What counts before a switch is all namespaces.
  const compare = { label: "Compare both sides", href: "/mirror?all=true" };
  if (plan === null)
    return {
      state: "open",
      words: "The two sides haven't been compared yet: the last differences are found right before the switch.",
      action: compare,
    };
  const { at } = plan;
  const review = { label: "Review the differences", href: `/plans/${plan.id}` };
  const changes = plan.creates + plan.updates;
  if (plan.gaps)
    return {
      state: "open",
      words: "The last comparison could not compare all namespaces whole: see why, and compare again.",
      ...{ action: review, at },
    };
  if (plan.state !== "applied" && changes > 0)
    return {
      state: "open",
      words: `${counted(changes, "difference waits", "differences wait")} to be applied.`,
      ...{ action: review, at },
    };
  if (plan.state === "applied" && plan.left > 0)
    return {
      state: "open",
      words: `Applying the last differences left ${number(plan.left)} ${plan.left === 1 ? "record" : "records"} as they were.`,
      ...{ action: review, at },
    };
  if (passed !== null) return { state: "open", words: passed, action: compare, at };
  const words = changes === 0 ? "The last comparison found no difference." : "The last differences were applied.";
  return { state: "done", words, action: compare, at };
}
