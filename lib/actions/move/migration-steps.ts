import type { MoveState } from "@/lib/shapes/cut-over/move";
import type { PlanOfRoute, RunOfRoute } from "./last-of-route";
import type { MovedNamespaces } from "./moved-namespaces";
import { counted, number, type StepList, type Told } from "./step-list";

type Known = { plan: PlanOfRoute | null; written: RunOfRoute | null; moved: MovedNamespaces };

const planning = { label: "Plan the migration", href: "/migrate?all=true" };
const opened = (run: RunOfRoute) => ({ label: "Open the run", href: `/runs/${run.id}` });

/** From the plan to all namespaces read back. None is called done while a namespace of the source, as it was counted last, lacks it. */
export function migrationSteps(list: StepList, { plan, written, moved }: Known): void {
  list.add("plan", planned(plan, written));
  list.add("review", reviewed(plan, written));
  list.add("migrate", migrated(written, moved));
  list.add("index", indexed(written, moved));
  list.add("verify", verified(moved));
}

function planned(plan: PlanOfRoute | null, written: RunOfRoute | null): Told {
  if (plan)
    return {
      state: "done",
      words: `${number(plan.creates)} to create, ${number(plan.updates)} to update, ${number(plan.problems)} that can't be migrated.`,
      action: { label: "Open the plan", href: `/plans/${plan.id}` },
      at: plan.at,
    };
  return {
    state: written ? "done" : "open",
    words: written ? "A run went ahead without a plan of its own." : "Nothing was planned yet.",
    action: planning,
  };
}

function reviewed(plan: PlanOfRoute | null, written: RunOfRoute | null): Told {
  const action = plan && { label: "Review the plan", href: `/plans/${plan.id}` };
  if (plan && !plan.gaps && plan.creates + plan.updates === 0)
    return { state: "done", words: "The plan found nothing to apply.", action };
  const decided = plan ? plan.state === "applied" || plan.state === "approved" : written !== null;
  if (decided) return { state: "done", words: "What was started is what the plan showed.", action };
  return {
    state: "open",
    words: plan ? "The plan waits to be read and approved." : "There is no plan to review.",
    action,
  };
}

function migrated(written: RunOfRoute | null, moved: MovedNamespaces): Told {
  const left = moved.counted - moved.moved;
  const missing =
    moved.counted === 0
      ? "The source's namespaces were not counted yet."
      : `${counted(left, "namespace")} of ${number(moved.counted)} not migrated whole.`;
  if (written === null)
    return {
      state: moved.counted > 0 && left === 0 ? "done" : "open",
      words: moved.counted > 0 && left === 0 ? "All was in the target already." : "No record was written yet.",
      action: planning,
    };
  const last = `Last run: ${number(written.written)} written, ${number(written.unchanged)} unchanged, ${number(written.skipped)} skipped, ${number(written.failed)} failed.`;
  const state = stateOfRun(written.state);
  if (state !== "done") return { state: state, words: last, action: opened(written), at: written.at };
  if (left > 0 || moved.counted === 0)
    return {
      state: "open",
      words: `${missing} ${last}`,
      action: moved.counted === 0 ? { label: "Open namespaces", href: "/namespaces" } : planning,
      at: written.at,
    };
  const leftOut = moved.left === 0 ? "" : ` ${counted(moved.left, "record")} left out in all.`;
  return {
    state: moved.left > 0 ? "passable" : "done",
    words: `${last}${leftOut}`,
    action: opened(written),
    at: written.at,
  };
}

/** The target's index, which a run builds once all of it is written. */
function indexed(written: RunOfRoute | null, moved: MovedNamespaces): Told {
  const action = written && opened(written);
  const run = written && stateOfRun(written.state);
  if (written?.finishing && run === "running") {
    const now = written.waitingFor === null ? "the index is being built" : `waiting for ${written.waitingFor}`;
    return { state: "running", words: `All records are written: ${now}.`, action };
  }
  if (written?.finishing && (written.state === "paused" || written.state === "failed"))
    return { state: "open", words: "All records are written: the index is built when the run goes on.", action };
  const whole = moved.counted > 0 && moved.moved === moved.counted;
  // What was built is read back before the run ends.
  const underWay = run === "running" && written?.finished != null;
  return {
    state: whole ? "done" : underWay ? "running" : "open",
    words:
      written?.finished ??
      (whole
        ? "The target keeps its own index; the gate says whether it is used."
        : "Built once all records are written."),
    action,
  };
}

/** Done is said of what was compared alone: all namespaces, each by its last check, and nothing was written after it. */
function verified({ counted: all, moved, verified: sound, sampled, wrong, partly }: MovedNamespaces): Told {
  const action = { label: "See the namespaces", href: "/namespaces" };
  if (all === 0 || moved === 0) return { state: "open", words: "Nothing to read back yet.", action };
  const rest = all - sound - wrong - partly;
  const parts = [
    `${number(sound)} of ${counted(all, "namespace")} verified${sampled === 0 ? "" : sampled === sound ? " by a sample of records" : `, ${number(sampled)} of them by a sample of records`}`,
    wrong > 0 && `${number(wrong)} not verified`,
    partly > 0 && `${number(partly)} incomplete or compared in part`,
    rest > 0 && `${number(rest)} not read back since they were written`,
  ].filter((part) => part !== false);
  const passable = partly > 0 && rest === 0 ? "passable" : "open";
  const state = sound === all ? "done" : wrong > 0 ? "attention" : passable;
  return { state: state, words: `${parts.join(", ")}.`, action };
}

function stateOfRun(state: string): MoveState {
  if (state === "succeeded" || state === "succeeded-with-findings") return "done";
  return state === "failed" || state === "cancelled" || state === "paused" ? "attention" : "running";
}
