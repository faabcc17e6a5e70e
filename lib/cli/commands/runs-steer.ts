import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import { reasons } from "@/lib/shapes/runs/reason";
import type { Run } from "@/lib/shapes/runs/run";
import { followRun } from "../follow-run";
import { oneOf } from "../option-values";
import { type CeilingOptions, type CommonOptions, ceilingsOf, wholeNumber } from "../options";
import { reportRun } from "../report-run";
import { needsYes, Terminal } from "../terminal";
import { type Transport, withTransport } from "../transport";
import { counted, money, number, state } from "../words/words";

type StartOptions = CommonOptions & CeilingOptions & { detach?: boolean };
type RetryOptions = StartOptions & { kind?: string; reason?: string };

function printState(terminal: Terminal, run: Run): number {
  terminal.document(run);
  terminal.line(run);
  terminal.text(`${run.id} is ${state(run.state)}.`);
  return exitCodes.done;
}

/** `portage runs pause ID`: after the batches in flight. */
export async function pauseRun(id: string, options: CommonOptions): Promise<number> {
  const run = await withTransport({ works: false }, (transport) => transport.call(verbs.pauseRun, { id }));
  return printState(new Terminal(options), run);
}

/** `portage runs pace ID N|off`: documents a second that a run over documents may write, also while it works. */
export async function setPace(id: string, perSecond: string, options: CommonOptions): Promise<number> {
  const limit = perSecond === "off" ? null : (wholeNumber("The pace", perSecond, 1, 1_000_000) ?? null);
  const run = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.setPace, { id, perSecond: limit }),
  );
  const terminal = new Terminal(options);
  terminal.document(run);
  terminal.line(run);
  terminal.text(
    limit === null ? `${run.id} has no speed limit.` : `${run.id} keeps to ${number(limit)} documents a second.`,
  );
  return exitCodes.done;
}

/** `portage runs cancel ID`: after the batches in flight; what was written stays. */
export async function cancelRun(id: string, options: CommonOptions): Promise<number> {
  const run = await withTransport({ works: false }, (transport) => transport.call(verbs.cancelRun, { id }));
  return printState(new Terminal(options), run);
}

/** A run that a server or another worker goes on with needs nobody here; else this process is its worker and stays. */
async function goOn(terminal: Terminal, transport: Transport, run: Run, detach: boolean): Promise<number> {
  if (!detach)
    return reportRun(terminal, transport, await followRun(terminal, transport, run, { onInterrupt: "pause" }));
  if (!transport.elsewhere) terminal.note("No worker is running: it goes on when `portage serve` or a worker does.");
  return printState(terminal, run);
}

/**
 * `portage runs resume ID`: what was approved when it started goes on, so nothing is asked. Where a server works on it, this
 * answers at once; else this process works on it to the end.
 */
export async function resumeRun(id: string, options: StartOptions): Promise<number> {
  const terminal = new Terminal(options);
  return withTransport({ works: !options.detach }, async (transport) => {
    const run = await transport.call(verbs.resumeRun, { id, ...ceilingsOf(options) });
    return goOn(terminal, transport, run, options.detach === true || transport.elsewhere);
  });
}

/** What is asked before findings are tried again: the most that it comes to. */
function retryQuestion({ records, texts, usd }: { records: number; texts: number; usd: number | null }): string {
  const cost = usd === null ? "" : ` for about ${money(usd)}`;
  return `Try ${counted(records, "record")} again, embedding at most ${counted(texts, "text")}${cost}?`;
}

/** `portage runs retry ID`: the records that were left out once more, in a run of their own. */
export async function retryRun(id: string, options: RetryOptions): Promise<number> {
  const terminal = new Terminal(options);
  const kind = oneOf("--kind", options.kind, ["skipped", "failed", "drifted"] as const);
  const reason = oneOf("--reason", options.reason, reasons);
  if (!options.yes && !terminal.canAsk) throw needsYes("Retrying");
  return withTransport({ works: !options.detach }, async (transport) => {
    const chosen = { id, ...(kind === undefined ? {} : { kind }), ...(reason === undefined ? {} : { reason }) };
    const ceilings = ceilingsOf(options);
    if (!options.yes && !(await terminal.ask(retryQuestion(await transport.call(verbs.estimateRetry, chosen))))) {
      terminal.note("You said no: nothing was started.");
      return exitCodes.refused;
    }
    const { run } = await transport.call(verbs.retryFindings, { ...chosen, ...ceilings });
    terminal.note(`Started ${run.id}.`);
    return goOn(terminal, transport, run, options.detach === true);
  });
}
