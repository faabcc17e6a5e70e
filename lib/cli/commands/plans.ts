import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import { type Plan, planKinds, planStates } from "@/lib/shapes/plans/plan";
import { oneOf } from "../option-values";
import { type CommonOptions, ofRoute, type RouteOption, wholeNumber } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { isEstimated, planState } from "../words/summary";
import { table } from "../words/table";
import { moment, money, name, number } from "../words/words";
import { printPlan } from "./reembed";

type ListOptions = CommonOptions & RouteOption & { limit?: string; kind?: string; state?: string; namespace?: string };

/** `portage plan list`: newest first. */
export async function listPlans(options: ListOptions): Promise<number> {
  const terminal = new Terminal(options);
  const limit = wholeNumber("--limit", options.limit, 1, 500) ?? 50;
  const kind = oneOf("--kind", options.kind, planKinds);
  const wanted = oneOf("--state", options.state, planStates);
  const answer = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.listPlans, {
      limit,
      ...(terminal.form === "text" ? { names: 0 } : {}),
      ...(kind === undefined ? {} : { kind }),
      ...(wanted === undefined ? {} : { state: [wanted] }),
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
      ...ofRoute(options),
    }),
  );
  terminal.document(answer);
  for (const plan of answer.plans) terminal.line(plan);
  if (terminal.form === "text") {
    terminal.text(
      table<Plan>(
        [
          { title: "PLAN", cell: (plan) => plan.id },
          { title: "STATE", cell: planState },
          { title: "ROUTE", cell: (plan) => plan.route?.name ?? "-" },
          { title: "CREATE", align: "right", cell: (plan) => number(plan.counts.create) },
          { title: "UPDATE", align: "right", cell: (plan) => number(plan.counts.update) },
          { title: "UNCHANGED", align: "right", cell: (plan) => number(plan.counts.unchanged) },
          { title: "ORPHAN", align: "right", cell: (plan) => number(plan.counts.orphan) },
          { title: "PROBLEM", align: "right", cell: (plan) => number(plan.counts.problem) },
          {
            title: "ABOUT",
            align: "right",
            cell: (plan) => (isEstimated(plan) ? money(plan.estimate.usd.total) : "-"),
          },
          { title: "MADE", cell: (plan) => moment(plan.createdAt) },
          { title: "BY", cell: (plan) => plan.createdBy },
        ],
        answer.plans,
        terminal.dim,
      ),
    );
    if (answer.next !== null)
      terminal.note(`These are ${number(answer.plans.length)} of ${number(answer.matching)}: give a larger --limit.`);
  }
  return exitCodes.done;
}

/** `portage plan show ID`: what it would change and cost. */
export async function showPlan(id: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const { plan, stale } = await withTransport({ works: false }, async (transport) => ({
    plan: await transport.call(verbs.showPlan, { id }),
    stale: (await transport.call(verbs.showPlanStanding, { id })).stale,
  }));
  terminal.document(plan);
  terminal.line(plan);
  if (terminal.form === "text") {
    terminal.text(`Plan ${plan.id}, ${planState(plan)}, made by ${plan.createdBy} at ${moment(plan.createdAt)}.`);
    if (plan.clearance?.namespaces === "all")
      terminal.text(`All documents of ${plan.clearance.target.map(name).join(", ")}.`);
    else
      terminal.text(
        `Namespaces: ${plan.namespaces.slice(0, 20).map(name).join(", ")}${plan.namespaces.length > 20 ? ", ..." : ""}`,
      );
    printPlan(terminal, plan);
    if (stale.length > 0) terminal.text(`It can't be applied any more: analyse again. ${stale.join(" ")}`);
  }
  return exitCodes.done;
}
