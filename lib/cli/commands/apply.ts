import type { z } from "zod";
import type { applyPlanInput } from "@/lib/actions/plans/apply-plan";
import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import type { Plan } from "@/lib/shapes/plans/plan";
import { followRun } from "../follow-run";
import { oneOf } from "../option-values";
import { type CeilingOptions, type CommonOptions, ceilingsOf } from "../options";
import { reportRun } from "../report-run";
import { needsYes, Terminal } from "../terminal";
import { type Transport, withTransport } from "../transport";
import { clearanceQuestion } from "../words/clearance-words";
import { planLines } from "../words/summary";
import { counted, money, state } from "../words/words";

type Options = CommonOptions & CeilingOptions & { only?: string; includeNew?: boolean; detach?: boolean };
type Input = z.input<typeof applyPlanInput>;

/** Shows what a plan would do and asks. Answers whether to go on; a plan that changes nothing needs no answer. */
export async function confirmApply(
  terminal: Terminal,
  plan: Plan,
  yes: boolean | undefined,
  only: Input["only"] = "both",
): Promise<boolean> {
  for (const line of planLines(plan)) terminal.note(line);
  const creates = only === "updates" ? 0 : plan.counts.create - plan.excluded.create;
  const updates = only === "creates" ? 0 : plan.counts.update - plan.excluded.update;
  if (yes || creates + updates === 0) return true;
  const question = plan.clearance
    ? clearanceQuestion(plan.clearance, creates, updates)
    : plan.kind === "reembed"
      ? embedQuestion(plan)
      : `Create ${counted(creates, "record")} and update ${counted(updates, "record")} for about ${money((plan.left?.[only ?? "both"] ?? plan.estimate).usd.total)}?`;
  if (await terminal.ask(question)) return true;
  terminal.note("You said no: nothing was embedded, nothing was written.");
  return false;
}

/** What is asked before an estimate is carried out: its amount. */
export function embedQuestion(plan: Pick<Plan, "estimate" | "left">): string {
  const estimate = plan.left?.both ?? plan.estimate;
  return `Embed ${counted(estimate.texts, "text")} for about ${money(estimate.usd.total)}?`;
}

/** Applies a plan and reports the run that does; a plan that is applied, or that changes nothing, is said to be so. */
export async function applyAndReport(
  terminal: Terminal,
  transport: Transport,
  input: Input,
  detach: boolean,
): Promise<number> {
  const { plan, run, resumed, already } = await transport.call(verbs.applyPlan, input);
  if (run === null) return nothingToApply(terminal, transport, plan);
  if (already) {
    terminal.note(`${plan.id} was applied before, by ${run.id}: nothing was changed now.`);
    return reportRun(terminal, transport, { run, interrupted: false });
  }
  const opening = resumed ? `Going on with ${run.id} where it was interrupted.` : `Started ${run.id}.`;
  if (!detach)
    return reportRun(terminal, transport, await followRun(terminal, transport, run, { onInterrupt: "pause", opening }));
  terminal.note(opening);
  terminal.document(run);
  terminal.text(`${run.id} is ${state(run.state)}. Watch it: portage runs watch ${run.id}`);
  if (!transport.elsewhere) terminal.note("No worker is running: it begins when `portage serve` or a worker does.");
  return exitCodes.done;
}

/** The JSON document is then the run that made the plan: no other was needed. */
async function nothingToApply(terminal: Terminal, transport: Transport, plan: Plan): Promise<number> {
  if (terminal.form === "json" && plan.runId !== null)
    terminal.document(await transport.call(verbs.showRun, { id: plan.runId }));
  terminal.text(`There is nothing to apply: ${plan.id} changes nothing. Nothing was embedded, nothing was written.`);
  return exitCodes.done;
}

/** `portage apply PLAN`: carries out what was reviewed and nothing else. */
export async function apply(id: string, options: Options): Promise<number> {
  const terminal = new Terminal(options);
  const ceilings = ceilingsOf(options);
  const only = oneOf("--only", options.only, ["creates", "updates", "both"] as const) ?? "both";
  if (!options.yes && !terminal.canAsk)
    throw needsYes("Applying", `see what it would do with \`portage plan show ${id}\``);
  return withTransport({ works: !options.detach }, async (transport) => {
    const plan = await transport.call(verbs.showPlan, { id });
    const open = plan.state === "ready" || plan.state === "approved";
    if (open && !(await confirmApply(terminal, plan, options.yes, only))) return exitCodes.refused;
    const input = { id, only, hash: plan.hash, includeNew: options.includeNew === true, ...ceilings };
    return applyAndReport(terminal, transport, input, options.detach === true);
  });
}
