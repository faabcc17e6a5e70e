import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import { cameSinceWords } from "@/lib/shapes/plans/came-since";
import type { Run, SegmentView } from "@/lib/shapes/runs/run";
import { headingOf, verdictHeadings, verifiedWords, wordOf } from "@/lib/shapes/runs/verdict-words";
import type { Followed } from "./follow-run";
import type { Terminal } from "./terminal";
import type { Transport } from "./transport";
import { estimateAndActual } from "./words/estimate-and-actual";
import {
  egressSentence,
  noReasons,
  outcomeSentence,
  type Reasons,
  spentSentence,
  tallyReasons,
  warningWords,
} from "./words/summary";
import { finishedLines } from "./words/target-lines";
import { counted, duration, name } from "./words/words";

/** Findings that are looked at for their reasons; the counts themselves are the run's. */
const findingsSeen = 500;
/** Verdicts that are printed one by one. */
const verdictsShown = 10;

async function reasonsOf(transport: Transport, run: Run): Promise<Reasons> {
  const reasons: Reasons = { ...noReasons };
  for (const kind of ["skipped", "failed", "drifted"] as const) {
    if (run.outcome[kind] === 0) continue;
    const { findings } = await transport.call(verbs.listFindings, { id: run.id, kind, limit: findingsSeen });
    reasons[kind] = tallyReasons(findings);
  }
  return reasons;
}

function verdictLines(run: Run, segments: readonly SegmentView[]): string[] {
  if (run.verified.pending === run.namespaceTotal && run.kind !== "clearance") return [];
  if (segments.length <= verdictsShown) {
    return segments.flatMap(({ namespace, verdict }) =>
      verdict ? [`${name(namespace)}: ${headingOf(verdict)}. ${verdict.words}`] : [],
    );
  }
  const other = segments.flatMap(({ namespace, verdict }) => {
    const word = verdict && wordOf(verdict);
    return word && word !== "verified" && word !== "nothing-to-verify"
      ? [{ namespace, heading: verdictHeadings[word], words: verdict.words }]
      : [];
  });
  return [
    `Read back, of ${counted(run.namespaceTotal, "namespace")}: ${verifiedWords(run.verified)}.`,
    ...other.slice(0, verdictsShown).map(({ namespace, heading, words }) => `${name(namespace)}: ${heading}. ${words}`),
  ];
}

/** Every segment of a run, page by page. */
export async function allSegments(transport: Transport, id: string): Promise<SegmentView[]> {
  const all: SegmentView[] = [];
  for (;;) {
    const { segments, total } = await transport.call(verbs.listSegments, { id, offset: all.length, limit: 500 });
    all.push(...segments);
    if (segments.length === 0 || all.length >= total) return all;
  }
}

const ceilingOptions = {
  usd: "--max-cost",
  texts: "--max-texts",
  records: "--max-records",
  egress: "--max-egress",
} as const;

function endSentence(run: Run): string[] {
  if (run.state === "failed" && run.error) return [run.error.what, run.error.notLost, run.error.next];
  if (run.state === "failed")
    return ["The run failed.", "Nothing that was written is lost.", `Resume it: portage runs resume ${run.id}`];
  if (run.state === "cancelled") return ["The run was cancelled. What was written stays; nothing was deleted."];
  const { words, reached } = run.ceilings ?? { words: null, reached: null };
  if (run.state === "paused" && words !== null && reached !== null)
    return [
      words,
      "What was written stays, and nothing is spent while it is paused.",
      `Raise it and go on: portage runs resume ${run.id} ${ceilingOptions[reached]} N`,
    ];
  if (run.state === "paused") return [`Paused. Resume it with: portage runs resume ${run.id}`];
  return [];
}

/** What to do about an analysis or a dry run that has no plan to show for it. */
export function nextOfUnfinished({ id, state, error }: Pick<Run, "id" | "state" | "error">): string {
  if (error) return error.next;
  if (state === "cancelled") return "Start it again: what was cancelled can't be resumed.";
  return `Start again, and it goes on where it stopped; or: portage runs resume ${id}`;
}

function lostWords({ lostSeconds }: Run): string {
  return lostSeconds > 0 ? `, of which nobody worked on it for ${duration(lostSeconds)}` : "";
}
/** A worker refused to go on: what is set now isn't what the run was made for. */
const refusedCodes = new Set(["route-moved", "mixed-models"]);

/** The exit code of a run that was followed: see `docs/command-line.md`. */
export function exitCodeFor({ run, interrupted }: Followed): number {
  if (run.state === "succeeded") return exitCodes.done;
  if (run.state === "succeeded-with-findings") return exitCodes.leftOver;
  if (run.state === "failed" && run.error && refusedCodes.has(run.error.code)) return exitCodes.refused;
  if (run.state === "failed") return exitCodes.failed;
  if (run.state === "paused" && run.ceilings?.reached) return exitCodes.refused;
  if (run.state === "cancelled" || interrupted) return exitCodes.interrupted;
  return exitCodes.done;
}

/** Prints how a run ended: every record accounted for, what it cost, the read-back's verdicts, what to do next. */
export async function reportRun(terminal: Terminal, transport: Transport, followed: Followed): Promise<number> {
  const run = await transport.call(verbs.showRun, { id: followed.run.id });
  const last = { ...followed, run };
  if (terminal.form === "json") {
    terminal.document({ ...run, segments: await allSegments(transport, run.id) });
  } else if (terminal.form === "text") {
    if (run.kind !== "verify") terminal.text(outcomeSentence(run, await reasonsOf(transport, run)));
    const spent = spentSentence(run);
    if (spent) terminal.text(spent);
    const egress = egressSentence(run);
    if (egress) terminal.text(egress);
    for (const warning of run.warnings) terminal.text(warningWords(warning));
    for (const line of finishedLines(run)) terminal.text(line);
    const beside = estimateAndActual(run, terminal.dim);
    if (beside !== null) terminal.text(beside.trimEnd());
    for (const line of verdictLines(run, await allSegments(transport, run.id))) terminal.text(line);
    if (run.startedAt && run.endedAt) {
      const seconds = (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000;
      terminal.text(`${run.id}: ${run.state.replaceAll("-", " ")} after ${duration(seconds)}${lostWords(run)}.`);
    }
    const came = run.cameSince ?? 0;
    if (came > 0) terminal.note(`${cameSinceWords(came)} Nothing of them was embedded or written.`);
    if (run.state === "succeeded-with-findings")
      terminal.note(`See what was left out: portage runs findings ${run.id}`);
  }
  for (const line of endSentence(run)) terminal.note(line);
  return exitCodeFor(last);
}
