import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import { type Finding, findingKinds, reasons, reasonWords } from "@/lib/shapes/runs/reason";
import { type Run, runKinds, runStates } from "@/lib/shapes/runs/run";
import { verifiedWords } from "@/lib/shapes/runs/verdict-words";
import { followRun } from "../follow-run";
import { oneOf } from "../option-values";
import { type CommonOptions, ofRoute, type RouteOption, wholeNumber } from "../options";
import { progressOf } from "../progress";
import { reportRun } from "../report-run";
import { Terminal } from "../terminal";
import { type Transport, withTransport } from "../transport";
import { egressSentence, outcomeSentence, spentSentence, waitingSentence } from "../words/summary";
import { table } from "../words/table";
import { counted, moment, name, nameIfAny, number, state } from "../words/words";

type ListOptions = CommonOptions &
  RouteOption & {
    state?: string;
    kind?: string;
    namespace?: string;
    search?: string;
    limit?: string;
  };
type FindingOptions = CommonOptions & {
  kind?: string;
  reason?: string;
  namespace?: string;
  search?: string;
  limit?: string;
};

const pageSize = 500;
const findingsShown = 50;

function where(run: Run): string {
  const [first] = run.namespaces;
  if (first === undefined) return "-";
  return run.namespaceTotal === 1 ? name(first) : `${name(first)} and ${number(run.namespaceTotal - 1)} more`;
}

function done(run: Run): string {
  const { done: records, of } = progressOf(run);
  return of === null ? number(records) : `${number(records)} of ${number(of)}`;
}

/** `portage runs list`: newest first. */
export async function listRuns(options: ListOptions): Promise<number> {
  const terminal = new Terminal(options);
  const chosen = oneOf("--state", options.state, runStates);
  const kind = oneOf("--kind", options.kind, runKinds);
  const input = {
    limit: wholeNumber("--limit", options.limit, 1, 500) ?? 50,
    ...(chosen === undefined ? {} : { state: [chosen] }),
    ...(kind === undefined ? {} : { kind }),
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    ...(options.search === undefined ? {} : { search: options.search }),
    ...ofRoute(options),
  };
  const answer = await withTransport({ works: false }, (transport) => transport.call(verbs.listRuns, input));
  terminal.document(answer);
  for (const run of answer.runs) terminal.line(run);
  if (terminal.form === "text") {
    const columns = [
      { title: "RUN", cell: (run: Run) => run.id },
      { title: "KIND", cell: (run: Run) => run.kind },
      { title: "STATE", cell: (run: Run) => state(run.state) },
      { title: "ROUTE", cell: (run: Run) => run.route?.name ?? "-" },
      { title: "NAMESPACES", cell: where },
      { title: "RECORDS", align: "right" as const, cell: done },
      { title: "STARTED", cell: (run: Run) => moment(run.startedAt ?? run.createdAt) },
      { title: "BY", cell: (run: Run) => run.startedBy },
    ];
    terminal.text(table<Run>(columns, answer.runs, terminal.dim));
    terminal.text(`${number(answer.runs.length)} of ${counted(answer.matching, "run")}.`);
  }
  return exitCodes.done;
}

/** `portage runs show ID`. */
export async function showRun(id: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const run = await withTransport({ works: false }, (transport) => transport.call(verbs.showRun, { id }));
  terminal.document(run);
  terminal.line(run);
  terminal.text(
    `${run.id}: ${run.kind}, ${state(run.state)}, started by ${run.startedBy} at ${moment(run.startedAt ?? run.createdAt)}.`,
  );
  terminal.text(`Namespaces: ${where(run)}.`);
  terminal.text(run.kind === "plan" ? `${done(run)} records listed.` : outcomeSentence(run));
  for (const line of [spentSentence(run), egressSentence(run), waitingSentence(run)]) if (line) terminal.text(line);
  const { pending, ...read } = run.verified;
  if (Object.values(read).some((count) => count > 0)) terminal.text(`Read back: ${verifiedWords(run.verified)}.`);
  if (run.error) for (const line of [run.error.what, run.error.notLost, run.error.next]) terminal.text(line);
  return exitCodes.done;
}

/** `portage runs watch ID`: until it is over; Ctrl-C leaves it alone. As JSON lines: everything that is heard of it. */
export async function watchRun(id: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  return withTransport({ works: true }, async (transport) => {
    const run = await transport.call(verbs.showRun, { id });
    const onInterrupt = transport.elsewhere ? "leave" : "pause";
    const onSignal = (signal: object) => terminal.line(signal);
    return reportRun(terminal, transport, await followRun(terminal, transport, run, { onInterrupt, onSignal }));
  });
}

async function allFindings(transport: Transport, input: { id: string }, most: number) {
  const findings: Finding[] = [];
  let cursor: string | undefined;
  for (;;) {
    const limit = Math.min(pageSize, most - findings.length);
    const page = await transport.call(verbs.listFindings, {
      ...input,
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    findings.push(...page.findings);
    if (page.next === null || findings.length >= most) return { findings, next: page.next, matching: page.matching };
    cursor = page.next;
  }
}

/** `portage runs findings ID`: what was left alone or needs a look; as text the first 50, as JSON all of them. */
export async function listFindings(id: string, options: FindingOptions): Promise<number> {
  const terminal = new Terminal(options);
  const kind = oneOf("--kind", options.kind, findingKinds);
  const reason = oneOf("--reason", options.reason, reasons);
  const most = wholeNumber("--limit", options.limit, 1, 10_000_000);
  const input = {
    id,
    ...(kind === undefined ? {} : { kind }),
    ...(reason === undefined ? {} : { reason }),
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    ...(options.search === undefined ? {} : { search: options.search }),
  };
  const limit = most ?? (terminal.form === "text" ? findingsShown : Number.MAX_SAFE_INTEGER);
  const answer = await withTransport({ works: false }, (transport) => allFindings(transport, input, limit));
  terminal.document(answer);
  for (const finding of answer.findings) terminal.line(finding);
  if (terminal.form === "text") {
    const manyIndexes = new Set(answer.findings.map(({ index }) => index)).size > 1;
    const columns = [
      { title: "KIND", cell: (finding: Finding) => finding.kind },
      { title: "REASON", cell: (finding: Finding) => reasonWords[finding.reason] },
      { title: "NAMESPACE", cell: (finding: Finding) => name(finding.namespace) },
      ...(manyIndexes ? [{ title: "INDEX", cell: (finding: Finding) => nameIfAny(finding.index) }] : []),
      { title: "RECORD", cell: (finding: Finding) => name(finding.id) },
      { title: "DETAIL", cell: (finding: Finding) => name(finding.detail) },
    ];
    if (answer.findings.length > 0) terminal.text(table<Finding>(columns, answer.findings, terminal.dim));
    terminal.text(`${number(answer.findings.length)} of ${counted(answer.matching, "finding")}.`);
  }
  return exitCodes.done;
}
