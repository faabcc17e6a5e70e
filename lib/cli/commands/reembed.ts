import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes, OperatorError } from "@/lib/operator-error";
import type { Plan } from "@/lib/shapes/plans/plan";
import type { RowCondition } from "@/lib/shapes/routes/fill";
import { alongRoute } from "../along-ends";
import { type Followed, followRun } from "../follow-run";
import {
  type CeilingOptions,
  type CommonOptions,
  ceilingsOf,
  chosenNamespaces,
  readingCeilingsOf,
  routed,
  wholeNumber,
} from "../options";
import { exitCodeFor, nextOfUnfinished, reportRun } from "../report-run";
import { type EndOptions, meansAll } from "../route-for";
import { needsYes, Terminal } from "../terminal";
import { type Transport, withTransport } from "../transport";
import { estimateLines, planLines, planSentence, warningLines } from "../words/summary";
import { targetLines } from "../words/target-lines";
import { embedQuestion } from "./apply";
import { gapsCode } from "./mirror";

export type Options = CommonOptions &
  CeilingOptions &
  EndOptions & {
    all?: boolean;
    dryRun?: boolean;
    limit?: string;
    batchSize?: string;
    detach?: boolean;
    /** Of a table that is filled. */
    rows?: { where?: RowCondition; force?: boolean };
  };
type Input = ReturnType<typeof inputOf> & { route?: string };
type ReadingCeilings = ReturnType<typeof readingCeilingsOf>;

/** Texts in one embedding request: Gemini's limit. */
const largestBatch = 100;

function inputOf(names: readonly string[], options: Options) {
  const limit = wholeNumber("--limit", options.limit, 1, 1_000_000_000);
  const batchSize = wholeNumber("--batch-size", options.batchSize, 1, largestBatch);
  return {
    ...chosenNamespaces(names, names.length === 0 ? meansAll(options) : options.all),
    ...options.rows,
    ...(limit === undefined ? {} : { limit }),
    ...(batchSize === undefined ? {} : { batchSize }),
  };
}

export function printPlan(terminal: Terminal, plan: Plan): void {
  for (const line of planLines(plan)) terminal.text(line);
}

/** Makes the plan and waits until it is ready. It reads only: nothing is embedded, nothing is written. */
async function makePlan(
  terminal: Terminal,
  transport: Transport,
  input: Input & ReadingCeilings,
): Promise<{ plan: Plan; followed: Followed }> {
  terminal.note("Planning: reading both indexes. Nothing is embedded, nothing is written.");
  const started = await transport.call(verbs.planReembedding, input);
  if (started.resumed) terminal.note(`Going on with the dry run ${started.run.id}, which was interrupted.`);
  const followed = await followRun(terminal, transport, started.run, { onInterrupt: "pause" });
  return { plan: await transport.call(verbs.showPlan, { id: started.plan.id }), followed };
}

async function dryRun(terminal: Terminal, transport: Transport, input: Input & ReadingCeilings): Promise<number> {
  const { plan, followed } = await makePlan(terminal, transport, input);
  const { run } = followed;
  if (plan.state === "planning" || plan.state === "failed") {
    terminal.document(plan);
    const why = run.error ?? {
      what: `The plan isn't ready: its run is ${run.state}.`,
      notLost: "Nothing was embedded or written.",
      next: nextOfUnfinished(run),
    };
    for (const line of [why.what, why.notLost, why.next]) terminal.note(line);
    return exitCodeFor(followed);
  }
  terminal.document(plan);
  terminal.line(plan);
  if (terminal.form === "text") {
    printPlan(terminal, plan);
    const start = plan.counts.create + plan.counts.update > 0 ? ` Start just that: portage apply ${plan.id}` : "";
    terminal.text(
      `Plan ${plan.id}. This was a dry run: nothing was embedded, nothing was written. Review it: portage plan changes ${plan.id}.${start}`,
    );
  }
  return gapsCode(plan);
}

/** Makes the estimate and shows it. Throws an `OperatorError` when it wasn't finished. */
export async function estimate(
  terminal: Terminal,
  transport: Transport,
  input: Input & ReadingCeilings,
): Promise<Plan> {
  const { plan, followed } = await makePlan(terminal, transport, input);
  if (followed.interrupted || plan.state === "failed" || plan.state === "planning") {
    throw new OperatorError({
      kind: followed.interrupted ? "interrupted" : "failed",
      code: "no-plan",
      what: followed.run.error?.what ?? "The plan wasn't finished.",
      notLost: "Nothing was embedded or written.",
      next: followed.run.error?.next ?? "Start again: planning goes on where it stopped.",
    });
  }
  terminal.note(planSentence(plan));
  for (const line of [...warningLines(plan), ...targetLines(plan)]) terminal.note(line);
  for (const line of estimateLines(plan)) terminal.note(line);
  return plan;
}

/** What is to be started: the choice itself, where nobody asks, or just the estimate that was confirmed. `null`: it was declined. */
async function confirmed(terminal: Terminal, transport: Transport, input: Input, options: Options) {
  const capped = Object.keys(ceilingsOf(options)).length > 0;
  if (options.yes && !capped) return { ...input, yes: true };
  // What was interrupted was confirmed when it began.
  if ((await transport.call(verbs.findReembedding, input)).run !== null) return { ...input, yes: true };
  const {
    id: planId,
    hash,
    counts,
    ...plan
  } = await estimate(terminal, transport, {
    ...input,
    ...readingCeilingsOf(options),
  });
  return options.yes || counts.create === 0 || (await terminal.ask(embedQuestion(plan))) ? { planId, hash } : null;
}

async function start(terminal: Terminal, transport: Transport, input: Input, options: Options): Promise<number> {
  const begun = await confirmed(terminal, transport, input, options);
  if (begun === null) {
    terminal.note("You said no: nothing was embedded, nothing was written.");
    return exitCodes.refused;
  }
  const { run, resumed } = await transport.call(verbs.startReembedding, { ...begun, ...ceilingsOf(options) });
  const opening = resumed ? `Going on with ${run.id} where it was interrupted.` : `Started ${run.id}.`;
  if (options.detach) {
    terminal.note(opening);
    terminal.document(run);
    terminal.line(run);
    terminal.text(`${run.id} is ${run.state}. Watch it: portage runs watch ${run.id}`);
    if (!transport.elsewhere) terminal.note("No worker is running: it begins when `portage serve` or a worker does.");
    return exitCodes.done;
  }
  return reportRun(terminal, transport, await followRun(terminal, transport, run, { onInterrupt: "pause", opening }));
}

/**
 * `portage reembed`: estimates, asks, and carries out just that: embeds and writes, reads back, accounts for every record. With `--yes`
 * it asks nothing and lists while it writes, unless there is a ceiling that an estimate is held against first. Starting what was interrupted resumes it.
 */
export async function reembed(names: string[], options: Options): Promise<number> {
  const terminal = new Terminal(options);
  const input = inputOf(names, options);
  if (!options.dryRun && !options.yes && !terminal.canAsk) throw needsYes("Migrating");
  const works = !options.detach || (!options.yes && !options.dryRun);
  return withTransport({ works }, (transport) =>
    alongRoute(transport, options, (route) => {
      const along = { ...input, ...routed({ route }) };
      return options.dryRun
        ? dryRun(terminal, transport, { ...along, ...readingCeilingsOf(options) })
        : start(terminal, transport, along, options);
    }),
  );
}
