import { verbs } from "@/lib/actions/registry";
import { exitCodes } from "@/lib/operator-error";
import type { Plan } from "@/lib/shapes/plan";
import { type CommonOptions, wholeNumber } from "../options";
import { isEstimated } from "../summary";
import { table } from "../table";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { moment, money, name, number, state } from "../words";
import { printPlan } from "./reembed";

type ListOptions = CommonOptions & { limit?: string };

/** `portage plan list`: newest first. */
export async function listPlans(options: ListOptions): Promise<number> {
  const terminal = new Terminal(options);
  const limit = wholeNumber("--limit", options.limit, 1, 500) ?? 50;
  const answer = await withTransport({ works: false }, (transport) => transport.call(verbs.listPlans, { limit }));
  terminal.document(answer);
  for (const plan of answer.plans) terminal.line(plan);
  if (terminal.form === "text") {
    terminal.text(
      table<Plan>(
        [
          { title: "PLAN", cell: (plan) => plan.id },
          { title: "STATE", cell: (plan) => state(plan.state) },
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
    if (answer.next !== null) terminal.note("There are older ones: give a larger --limit.");
  }
  return exitCodes.done;
}

/** `portage plan show ID`: what it would change and cost. */
export async function showPlan(id: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const plan = await withTransport({ works: false }, (transport) => transport.call(verbs.showPlan, { id }));
  terminal.document(plan);
  terminal.line(plan);
  if (terminal.form === "text") {
    terminal.text(`Plan ${plan.id}, ${state(plan.state)}, made by ${plan.createdBy} at ${moment(plan.createdAt)}.`);
    terminal.text(
      `Namespaces: ${plan.namespaces.slice(0, 20).map(name).join(", ")}${plan.namespaces.length > 20 ? ", ..." : ""}`,
    );
    printPlan(terminal, plan);
  }
  return exitCodes.done;
}
