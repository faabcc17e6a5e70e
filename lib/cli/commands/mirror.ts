import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes, OperatorError } from "@/lib/operator-error";
import type { Plan } from "@/lib/shapes/plans/plan";
import { gapSentences } from "@/lib/shapes/plans/plan-gaps";
import { alongRoute } from "../along-ends";
import { type Followed, followRun } from "../follow-run";
import {
  type CeilingOptions,
  type CommonOptions,
  ceilingsOf,
  chosenNamespaces,
  type LimitOptions,
  limitsOf,
  readingCeilingsOf,
  routed,
} from "../options";
import { nextOfUnfinished, reportRun } from "../report-run";
import { type EndOptions, meansAll } from "../route-for";
import { needsYes, Terminal } from "../terminal";
import { type Transport, withTransport } from "../transport";
import { planLines } from "../words/summary";
import { applyAndReport, confirmApply } from "./apply";

type Chosen = ReturnType<typeof chosenNamespaces> & { route?: string };
type PlanOptions = CommonOptions &
  EndOptions &
  Pick<CeilingOptions, "maxEgress"> & { all?: boolean; detailedExitcode?: boolean };
type RunOptions = CommonOptions & EndOptions & LimitOptions & CeilingOptions & { all?: boolean };

/** Analyses and waits for the plan. Throws an `OperatorError` when it wasn't finished: failed, interrupted, paused. */
async function analyse(
  terminal: Terminal,
  transport: Transport,
  chosen: Chosen,
): Promise<{ plan: Plan; code: number }> {
  const started = await transport.call(verbs.planMirror, chosen);
  const opening = started.resumed
    ? `Going on with the analysis ${started.run.id}, which was interrupted.`
    : "Analysing: reading both indexes. Nothing is embedded, nothing is written.";
  const followed = await followRun(terminal, transport, started.run, { onInterrupt: "pause", opening });
  const plan = requireFinished(followed, await transport.call(verbs.showPlan, { id: started.plan.id }));
  return { plan, code: gapsCode(plan) };
}

/** The plan that a followed run made. Throws an `OperatorError` when it wasn't finished: failed, interrupted, paused. */
export function requireFinished(followed: Followed, plan: Plan): Plan {
  if (plan.state === "planning" || plan.state === "failed") throw unfinished(followed);
  return plan;
}

function unfinished({ run, interrupted }: Followed): OperatorError {
  return new OperatorError({
    kind: interrupted || run.state === "cancelled" ? "interrupted" : "failed",
    code: run.error?.code ?? "no-plan",
    what: run.error?.what ?? `The analysis wasn't finished: ${run.id} is ${run.state}.`,
    notLost: "Nothing was embedded or written; what was read is kept.",
    next: nextOfUnfinished(run),
  });
}

/** How an analysis ended whose plan doesn't speak for all that was asked for: 3 where namespaces failed, 1 where listings gave too little. */
export function gapsCode({ gaps }: Pick<Plan, "gaps">): number {
  if (gaps === undefined) return exitCodes.done;
  return gaps.failedTotal > 0 ? exitCodes.failed : exitCodes.leftOver;
}

function notWhole(plan: Plan): OperatorError {
  return new OperatorError({
    kind: "refused",
    code: "plan-not-whole",
    what: gapSentences(plan.gaps).join(" "),
    notLost: `Nothing was embedded or written; ${plan.id} is kept.`,
    next: `Review it, and apply it where it is right as far as it goes: portage apply ${plan.id}. Or start again later.`,
  });
}

/** `portage mirror plan`: compares both sides record by record and stores what mirroring would change. Reads only. */
export async function planMirror(names: string[], options: PlanOptions): Promise<number> {
  const terminal = new Terminal(options);
  const named = chosenNamespaces(names, names.length === 0 ? meansAll(options) : options.all);
  return withTransport({ works: true }, (transport) =>
    alongRoute(transport, options, async (route) => {
      const chosen = { ...named, ...routed({ route }), ...readingCeilingsOf(options) };
      const { plan, code } = await analyse(terminal, transport, chosen);
      terminal.document(plan);
      const changes = plan.counts.create + plan.counts.update;
      if (terminal.form === "text") {
        for (const line of planLines(plan)) terminal.text(line);
        terminal.text(`Plan ${plan.id}. Nothing was embedded, nothing was written.`);
        if (changes > 0)
          terminal.note(`Review it: portage plan changes ${plan.id}. Apply it: portage apply ${plan.id}`);
      }
      if (code !== exitCodes.done) return code;
      return options.detailedExitcode && changes > 0 ? exitCodes.changes : exitCodes.done;
    }),
  );
}

/**
 * `portage mirror run`: analyses, and applies what that found, when it keeps to the limits; else refuses and keeps the plan for a
 * review. What was interrupted is resumed: its plan was accepted then.
 */
export async function runMirror(names: string[], options: RunOptions): Promise<number> {
  const terminal = new Terminal(options);
  const named = chosenNamespaces(names, names.length === 0 ? meansAll(options) : options.all);
  const ceilings = ceilingsOf(options);
  const limits = { ...limitsOf(options), ...ceilings };
  if (!options.yes && !terminal.canAsk) throw needsYes("Mirroring", "see what it would do with `portage mirror plan`");
  return withTransport({ works: true }, (transport) =>
    alongRoute(transport, options, async (route) => {
      const chosen = { ...named, ...routed({ route }) };
      const { run } = await transport.call(verbs.findMirroring, chosen);
      if (run) {
        const resumed = await transport.call(verbs.resumeRun, { id: run.id, ...ceilings });
        const opening = `Going on with ${run.id} where it was interrupted.`;
        return reportRun(
          terminal,
          transport,
          await followRun(terminal, transport, resumed, { onInterrupt: "pause", opening }),
        );
      }
      const reading = { ...chosen, ...readingCeilingsOf(options) };
      const { plan, code } = await analyse(terminal, transport, reading);
      if (options.yes && plan.gaps !== undefined && plan.gaps.shortTotal > 0) throw notWhole(plan);
      if (!(await confirmApply(terminal, plan, options.yes))) return exitCodes.refused;
      const applied = await applyAndReport(terminal, transport, { id: plan.id, hash: plan.hash, ...limits }, false);
      return applied === exitCodes.done ? code : applied;
    }),
  );
}
