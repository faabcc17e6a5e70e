import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { gateReport } from "@/lib/actions/gate/gate-report";
import { readQuestionLines } from "@/lib/actions/questions/question-lines";
import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes, OperatorError } from "@/lib/operator-error";
import {
  type Gate,
  type GateDetail,
  type GateInterval,
  type GateVerdict,
  questionSources,
} from "@/lib/shapes/cut-over/gate";
import type { GateCost } from "@/lib/shapes/cut-over/gate-cost";
import type { GateSweep } from "@/lib/shapes/cut-over/gate-sweep";
import { setName } from "@/lib/shapes/cut-over/questions";
import { oneOf } from "../option-values";
import { type CeilingOptions, type CommonOptions, ceilingsOf, wholeNumber } from "../options";
import { Terminal } from "../terminal";
import { type Transport, withTransport } from "../transport";
import { table } from "../words/table";
import { bytes, duration, money, name, number } from "../words/words";
import { writeFile } from "../write-file";

type GateOptions = CommonOptions &
  CeilingOptions & {
    dryRun?: boolean;
    by?: string;
    queries?: string;
    namespace?: string[];
    n?: string;
    k?: string;
    threshold?: string;
    margin?: string;
    seed?: string;
    report?: string;
    sourceEmbedder?: string;
    targetEmbedder?: string;
  };

/** What scripts ask for: 0 GO, 1 NO-GO, 3 INCONCLUSIVE. */
const exitOf: Record<GateVerdict, number> = {
  GO: exitCodes.done,
  "NO-GO": exitCodes.leftOver,
  INCONCLUSIVE: exitCodes.failed,
};
const poll = 500;
const mostSeed = 2_147_483_647;

/** `portage gate ROUTE|PLAN`: asks both sides and waits for the verdict. */
export async function gate(subject: string, options: GateOptions): Promise<number> {
  const terminal = new Terminal(options);
  const input = {
    ...(subject.startsWith("plan-") ? { plan: subject } : { route: subject }),
    ...(await settingsOf(options)),
  };
  const found = await withTransport({ works: false }, async (transport) => {
    const { cost } = await transport.call(verbs.estimateGate, input);
    terminal.note(costWords(cost));
    if (options.dryRun) return { cost };
    const begun = await transport.call(verbs.startGate, input);
    terminal.note(`${begun.id} is at work.`);
    const ended = await waitFor(transport, begun);
    if (options.report !== undefined) await writeReport(transport, ended.id, options.report, terminal);
    return ended;
  });
  terminal.document(found);
  if ("cost" in found) return exitCodes.done;
  terminal.text(gateWords(found));
  return exitOf[found.verdict];
}

/** What it is going to read, embed and cost. */
function costWords({ asked, records, texts, usd, seconds, readUnits, egressBytes, basis }: GateCost): string {
  const units = sum(readUnits);
  return [
    `It asks the source ${number(asked.source)} and the target ${number(asked.target)} times, and reads ${number(records.source)} and ${number(records.target)} records; ${texts === 0 ? "nothing is" : texts === 1 ? "1 text is" : `${number(texts)} texts are`} embedded. Nothing is written.`,
    `About ${money(usd.total)} and ${duration(seconds)}: ${number(units)} read units, ${bytes(egressBytes)} of egress. ${basis}`,
  ].join("\n");
}

const sum = ({ source, target }: { source: number; target: number }) => source + target;

async function waitFor(transport: Transport, begun: GateDetail): Promise<GateDetail> {
  let gate = begun;
  while (gate.state === "running") {
    await pause(poll);
    gate = await transport.call(verbs.showGate, { id: begun.id });
  }
  return gate;
}

async function settingsOf(options: GateOptions) {
  const { sourceEmbedder, targetEmbedder, namespace } = options;
  const whole = (option: string, text: string | undefined, least: number, most: number) =>
    wholeNumber(option, text, least, most);
  const [n, k, seed] = [
    whole("--n", options.n, 1, 10_000),
    whole("--k", options.k, 1, 100),
    whole("--seed", options.seed, 0, mostSeed),
  ];
  const given = questionSources.some((source) => source !== "file" && source === options.queries);
  const questions = options.queries !== undefined && !given ? await questionsIn(options.queries) : {};
  return {
    ...(given && { queries: oneOf("--queries", options.queries, questionSources) }),
    ...questions,
    ...(n !== undefined && { n }),
    ...(k !== undefined && { k }),
    ...(seed !== undefined && { seed }),
    ...(options.threshold !== undefined && { threshold: share("--threshold", options.threshold, 0.5, 1) }),
    ...(options.margin !== undefined && { margin: share("--margin", options.margin, 0, 0.2) }),
    ...(namespace !== undefined && { namespaces: namespace }),
    ...ceilingsOf(options),
    ...(options.by !== undefined && { by: options.by }),
    ...(sourceEmbedder !== undefined && { sourceEmbedder }),
    ...(targetEmbedder !== undefined && { targetEmbedder }),
  };
}

function share(option: string, text: string, least: number, most: number): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw usage(
    `${option} is ${JSON.stringify(text)}, which is no number from ${least} to ${most}.`,
    `Give ${option} such as ${most === 1 ? 0.9 : 0.02}.`,
  );
}

/** A file of questions, or else a set by its name. A line that can't be read is counted, and told with the verdict. */
async function questionsIn(given: string) {
  const text = await readFile(given, "utf8").catch(() => null);
  if (text !== null) return readQuestionLines(text);
  const set = setName.safeParse(given);
  if (set.success) return { set: set.data };
  throw usage(
    `${given} can't be read, and no set of questions is called so.`,
    'Give --queries documents, known-items, a set (`portage questions list`), or a file with a JSON line for each question: {"query": "...", "expected": ["ID"]}.',
  );
}

async function writeReport(transport: Transport, id: string, file: string, terminal: Terminal): Promise<void> {
  const base = file.replace(/\.(html|json)$/, "");
  for (const format of ["html", "json"] as const) {
    await writeFile(`${base}.${format}`, transport.download(gateReport, { id, format }));
  }
  terminal.note(`The report is ${base}.html and ${base}.json.`);
}

const percent = (value: number | null) => (value === null ? "?" : `${(value * 100).toFixed(1)} %`);
const interval = (of: GateInterval | null) =>
  of === null
    ? "not measured"
    : `${percent(of.mean)}  (95 % bounds ${percent(of.low)} to ${percent(of.high)}, n ${number(of.n)}, ${of.method})`;

function gateWords({ verdict, words, result, id }: GateDetail): string {
  if (result === null) return `${verdict}: ${name(words)} (${id})`;
  const { data, source, target, overlap, known } = result;
  const marks = { "no-go": "!", inconclusive: "?", note: " " };
  return [
    `${verdict}  ${id}, ${number(result.asked)} questions (${result.questionsFrom})`,
    ...result.reasons.map(({ level, words: why }) => `  ${marks[level]} ${name(why)}`),
    "",
    `data      ${number(data.both)} of ${number(data.source)} records compared; ${number(data.missing.count)} missing, ${number(data.explained)} explained, ${number(data.metadata.count)} with other metadata${data.vectors ? `, ${number(data.vectors.count)} with another vector` : ""}`,
    `recall    source ${interval(source.recall)}`,
    `          target ${interval(target.recall)}`,
    `overlap   ${interval(overlap.mean)}${overlap.judged ? "" : ", reported, and not part of the verdict"}`,
    ...(known
      ? [
          `right at 1   source ${percent(known.recall1.source)}, target ${percent(known.recall1.target)}; difference ${interval(known.recall1.difference)}`,
        ]
      : []),
    ...sweepWords("source", source.sweep),
    ...sweepWords("target", target.sweep),
    ...(source.latency && target.latency
      ? [`latency   source ${ms(source.latency)}; target ${ms(target.latency)} (median, 95 %)`]
      : []),
  ].join("\n");
}

/** Which value of the index's setting finds enough, and how soon. */
function sweepWords(side: string, sweep: GateSweep | null | undefined): string[] {
  if (!sweep) return [];
  const { setting, now, wanted, unused, reaches, rows } = sweep;
  if (unused)
    return [`settings  ${side} ${setting}: not tried, since no index was used (every row is read, whatever it is)`];
  const tried = rows.map(({ value, recall, p95 }) => `${number(value)}: ${percent(recall)} in ${p95.toFixed(1)} ms`);
  const enough =
    reaches === null
      ? `none reaches ${percent(wanted)}`
      : `${number(reaches)} is the first to reach ${percent(wanted)}`;
  return [
    `settings  ${side} ${setting}, now ${number(now)}: ${enough} (95 % of answers within ...; ${tried.join("; ")})`,
  ];
}

const ms = ({ p50, p95 }: { p50: number; p95: number }) => `${p50.toFixed(1)}, ${p95.toFixed(1)} ms`;

/** `portage gate list`: verdicts, newest first. */
export async function listGates(options: CommonOptions & { route?: string }): Promise<number> {
  const terminal = new Terminal(options);
  const answer = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.listGates, options.route === undefined ? {} : { route: options.route }),
  );
  terminal.document(answer);
  for (const one of answer.gates) terminal.line(one);
  terminal.text(
    table<Gate>(
      [
        { title: "GATE", cell: ({ id }) => id },
        { title: "ROUTE", cell: ({ route }) => name(route.name) },
        { title: "VERDICT", cell: ({ verdict, state }) => (state === "running" ? "running" : verdict) },
        { title: "AT", cell: ({ startedAt }) => startedAt },
        { title: "WHY", cell: ({ words }) => name(words.slice(0, 100)) },
      ],
      answer.gates,
      terminal.dim,
    ),
  );
  return exitCodes.done;
}

/** `portage gate show ID`: a verdict again, and its report. */
export async function showGate(id: string, options: CommonOptions & { report?: string }): Promise<number> {
  const terminal = new Terminal(options);
  const found = await withTransport({ works: false }, async (transport) => {
    const one = await transport.call(verbs.showGate, { id });
    if (options.report !== undefined) await writeReport(transport, id, options.report, terminal);
    return one;
  });
  terminal.document(found);
  terminal.text(gateWords(found));
  return exitOf[found.verdict];
}

const usage = (what: string, next: string) =>
  new OperatorError({ kind: "usage", code: "invalid-option", what, notLost: "Nothing was asked.", next });
