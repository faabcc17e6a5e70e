import type { Estimate, Plan } from "@/lib/shapes/plans/plan";
import { gapSentences, speaksForAll } from "@/lib/shapes/plans/plan-gaps";
import { hasEgressRate } from "@/lib/shapes/runs/egress-lines";
import { type Finding, type Reason, reasonWords } from "@/lib/shapes/runs/reason";
import type { Run } from "@/lib/shapes/runs/run";
import type { Warning } from "@/lib/shapes/runs/warning";
import { clearanceEstimate, clearanceSentence } from "./clearance-words";
import { targetLines } from "./target-lines";
import { bytes, counted, duration, money, number, state } from "./words";

/** Reasons of some findings with how often each occurs, most frequent first. */
export function tallyReasons(findings: readonly Pick<Finding, "reason">[]): [Reason, number][] {
  const tally = new Map<Reason, number>();
  for (const { reason } of findings) tally.set(reason, (tally.get(reason) ?? 0) + 1);
  return [...tally].sort((left, right) => right[1] - left[1]);
}

/** `no text`, or `8 no text, 4 empty text`; `mostly` when only some of many findings were looked at. */
function inWords(reasons: readonly [Reason, number][], all: number): string {
  const seen = reasons.reduce((sum, [, count]) => sum + count, 0);
  if (reasons.length === 0) return "";
  const mostly = seen < all ? "mostly " : "";
  const words = reasons.map(([reason, count]) =>
    reasons.length === 1 || mostly !== "" ? reasonWords[reason] : `${number(count)} ${reasonWords[reason]}`,
  );
  return ` (${mostly}${words.slice(0, 4).join(", ")}${words.length > 4 ? ", ..." : ""})`;
}

export type Reasons = { skipped: [Reason, number][]; failed: [Reason, number][]; drifted: [Reason, number][] };
export const noReasons: Reasons = { skipped: [], failed: [], drifted: [] };

/** `4,096 written, 12 skipped (no text), 0 failed: 4,108 of 4,108 accounted for.` */
export function outcomeSentence(run: Pick<Run, "outcome" | "total">, reasons: Reasons = noReasons): string {
  const { written, unchanged, skipped, failed, drifted } = run.outcome;
  const parts = [`${number(written)} written`];
  if (unchanged > 0) parts.push(`${number(unchanged)} unchanged`);
  parts.push(`${number(skipped)} skipped${inWords(reasons.skipped, skipped)}`);
  parts.push(`${number(failed)} failed${inWords(reasons.failed, failed)}`);
  if (drifted > 0) parts.push(`${number(drifted)} drifted${inWords(reasons.drifted, drifted)}`);
  const done = written + unchanged + skipped + failed + drifted;
  const of =
    run.total === null ? "the listing isn't through yet" : `${number(done)} of ${number(run.total)} accounted for`;
  return `${parts.join(", ")}: ${of}.`;
}

/** What a run spent, or `null` when it embedded nothing. */
export function spentSentence(run: Pick<Run, "embedded" | "unwritten">): string | null {
  const { texts, tokens, usd } = run.embedded;
  if (texts === 0) return null;
  const lost = run.unwritten;
  const unwritten =
    lost.texts === 0
      ? ""
      : ` Of these, ${counted(lost.texts, "text")} (about ${money(lost.usd)}) ${lost.texts === 1 ? "was" : "were"} paid for and could not be written.`;
  return `${counted(texts, "text")} embedded, about ${number(tokens)} tokens, about ${money(usd)}.${unwritten}`;
}

/** What the stores answered that they bill, by service; `null` where they bill nothing. */
export function egressSentence({
  egress = 0,
  egressBy = [],
  cost,
}: Pick<Run, "egress" | "egressBy" | "cost">): string | null {
  if (egress === 0) return null;
  return `Egress: ${bySide(egress, egressBy)}${cost?.egress ? `, about ${money(cost.egress)}` : ""}.`;
}

/** The same of an estimate. */
function egressLine({ bytes: { egress = 0 }, egress: sides = [], usd }: Estimate): string[] {
  if (egress === 0) return [];
  const price = hasEgressRate({ egress: sides }) ? `about ${money(usd.egress ?? 0)}` : "no rate is set";
  return [`Egress: ${bySide(egress, sides)}, ${price}.`];
}

function bySide(all: number, sides: readonly { service: string; side: string; bytes: number }[]): string {
  const words = sides.map(({ service, side, bytes: size }) => `${bytes(size)} from ${service} (${side})`);
  return words.length === 1 ? words.join() : words.length === 0 ? bytes(all) : `${bytes(all)}: ${words.join(" and ")}`;
}

/** A plan's state in words: one that somebody cancelled didn't fail. */
export function planState({ state: of, cancelled }: Pick<Plan, "state" | "cancelled">): string {
  return cancelled ? "cancelled" : state(of);
}

/** What a plan would change, as terraform would say it. */
export function planSentence(
  plan: Pick<Plan, "counts" | "namespaces"> &
    Partial<Pick<Plan, "kind" | "state" | "cancelled" | "gaps" | "warnings" | "fills">>,
): string {
  if (plan.cancelled) return "The analysis was cancelled: what would be changed isn't known.";
  if (plan.state === "planning" || plan.state === "failed")
    return "The analysis isn't finished: what would be changed isn't known.";
  const { create, update, unchanged, orphan, problem } = plan.counts;
  const where = `in ${counted(plan.namespaces.length, "namespace")}`;
  const sentences: string[] = [];
  const work = plan.kind === "mirror" ? "create or update" : plan.fills ? "fill" : "create";
  const one = plan.fills ? "row" : "record";
  if (create === 0 && update === 0 && !speaksForAll(plan))
    sentences.push(`There is nothing to ${work} among the ${one}s that were listed ${where}.`);
  else if (create === 0 && update === 0 && problem > 0)
    sentences.push(
      unchanged > 0
        ? `No changes ${where} that can be applied.`
        : `Nothing can be ${plan.fills ? "filled" : "migrated"} ${where}.`,
    );
  else if (create === 0 && update === 0) sentences.push(`No changes: there is nothing to ${work} ${where}.`);
  else if (plan.fills)
    sentences.push(
      `Portage will fill ${counted(create, "vector")} in rows that are there ${where}; no row is created.`,
    );
  else if (update === 0) sentences.push(`Portage will create ${counted(create, "record")} ${where}.`);
  else
    sentences.push(
      `Portage will create ${number(create)} and update ${number(update)} ${create + update === 1 ? "record" : "records"} ${where}.`,
    );
  sentences.push(...gapSentences(plan.gaps));
  if (unchanged > 0) {
    const there = plan.fills
      ? unchanged === 1
        ? "has a vector"
        : "have a vector"
      : `${unchanged === 1 ? "is" : "are"} in the target`;
    sentences.push(
      `${number(unchanged)} ${there} already and will be left as ${unchanged === 1 ? "it is" : "they are"}.`,
    );
  }
  if (problem > 0) sentences.push(`${counted(problem, one)} cannot be ${plan.fills ? "filled" : "migrated"}.`);
  if (orphan > 0)
    sentences.push(`${number(orphan)} ${orphan === 1 ? "exists" : "exist"} only in the target and will be kept.`);
  sentences.push("Nothing will be deleted.");
  return sentences.join(" ");
}

/** Whether a plan carries an estimate: one that was never made names no requests. */
export function isEstimated(plan: Pick<Plan, "estimate">): boolean {
  return Object.keys(plan.estimate.requests).length > 0;
}

/** What an operator should know before confirming. */
export function warningLines({ warnings }: Pick<Plan, "warnings">): string[] {
  return warnings.map((warning) => `Warning: ${warningWords(warning)}`);
}

/** A warning, and the command that shows what it speaks of. */
export function warningWords({ words, findings }: Warning): string {
  return findings ? `${words} See them: portage runs findings ${findings.runId} --kind ${findings.kind}` : words;
}

/** What a plan would cost, in two lines: amounts, and what they rest on. */
export function estimateLines(plan: Pick<Plan, "estimate">): string[] {
  const { texts, tokens, usd, bytes: size, seconds, basis } = plan.estimate;
  if (!isEstimated(plan)) return [`Estimate: ${basis}.`];
  return [
    `Estimate: ${counted(texts, "text")}, about ${number(tokens)} tokens; about ${money(usd.total)} (embedding ${money(usd.embedding)}, reads ${money(usd.reads)}, writes ${money(usd.writes)}); ${bytes(size.read)} read, ${bytes(size.written)} written; about ${duration(seconds)}.`,
    ...egressLine(plan.estimate),
    `Basis: ${basis}`,
  ];
}

/** A plan in a few lines: what it would change, how the updates fall out, what was taken out, what it would cost. */
export function planLines(plan: Plan): string[] {
  const { clearance } = plan;
  if (clearance !== undefined && plan.state !== "planning" && plan.state !== "failed")
    return [
      clearanceSentence({ counts: plan.counts, clearance }),
      ...excludedLines(plan),
      clearanceEstimate({ estimate: plan.left?.both ?? plan.estimate }),
    ];
  const { textChanged, metadataOnly } = plan.updates;
  return [
    planSentence(plan),
    ...warningLines(plan),
    ...(plan.counts.update > 0
      ? [`Of the updates, ${number(textChanged)} change the text and ${number(metadataOnly)} metadata alone.`]
      : []),
    ...excludedLines(plan),
    ...targetLines(plan),
    ...estimateLines({ estimate: plan.left?.both ?? plan.estimate }),
  ];
}

function excludedLines({ excluded }: Pick<Plan, "excluded">): string[] {
  const out = excluded.create + excluded.update;
  return out > 0 ? [`${counted(out, "change")} ${out === 1 ? "was" : "were"} taken out and won't be applied.`] : [];
}

/** `Waiting for Gemini's tokens per minute, 18 s.` */
export function waitingSentence(run: Pick<Run, "waitingFor" | "waitingUntil">, now = Date.now()): string | null {
  if (run.waitingFor === null) return null;
  const left = run.waitingUntil === null ? null : (Date.parse(run.waitingUntil) - now) / 1000;
  const before = /attempt \d+$/.test(run.waitingFor) ? " in" : ",";
  return `Waiting for ${run.waitingFor}${left !== null && left > 0 ? `${before} ${duration(left)}` : ""}.`;
}
