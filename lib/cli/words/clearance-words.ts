import type { ClearancePlan } from "@/lib/shapes/documents/clearance";
import type { DocumentsOverview, PreconditionView } from "@/lib/shapes/documents/documents";
import type { Plan } from "@/lib/shapes/plans/plan";
import { bytes, counted, duration, name, number } from "./words";

/** Values that are named one by one. */
const namedValues = 10;

/** `3 in 12 documents, "high" in 1 document`. */
export function valuesInWords(values: readonly { value: string | number | boolean; count: number }[], beyond: number) {
  const named = values.slice(0, namedValues);
  const rest = beyond + values.slice(namedValues).reduce((sum, { count }) => sum + count, 0);
  const words = named.map(({ value, count }) => `${name(JSON.stringify(value))} in ${counted(count, "document")}`);
  return [...words, ...(rest > 0 ? [`others in ${counted(rest, "document")}`] : [])].join(", ");
}

const are = (count: number) => (count === 1 ? "is" : "are");

/** What a plan over documents would change; loud where it would overwrite. */
export function clearanceSentence({ counts, clearance }: { counts: Plan["counts"]; clearance: ClearancePlan }): string {
  const { field, value, summary } = clearance;
  const { create, update, problem } = counts;
  const to = `${field} to ${JSON.stringify(value)}`;
  const others = summary ? valuesInWords(summary.otherValues, summary.beyondList) : "";
  const sentences: string[] = [];
  if (create + update === 0) sentences.push(`No changes: there is no document to set ${to} in.`);
  if (create > 0) sentences.push(`Portage will set ${to} in ${counted(create, "document")} without a value.`);
  if (update > 0)
    sentences.push(`It will overwrite another value in ${counted(update, "document")}${others && `: ${others}`}.`);
  if (summary && summary.right > 0) sentences.push(`${number(summary.right)} ${are(summary.right)} right already.`);
  if (summary && summary.kept > 0)
    sentences.push(
      `${counted(summary.kept, "document")} with another value ${are(summary.kept)} kept as ${summary.kept === 1 ? "it is" : "they are"}${others && ` (${others})`}.`,
    );
  if (problem > 0)
    sentences.push(
      `${counted(problem, "document")} can't be set: a list, an object, or a value that isn't indexed stands there (--unindexed overwrites such values).`,
    );
  sentences.push("Nothing else in a document changes, and nothing is deleted.");
  return sentences.join(" ");
}

/** What applying would take. */
export function clearanceEstimate({ estimate }: Pick<Plan, "estimate">): string {
  const requests = estimate.requests["elasticsearch.bulk"] ?? 0;
  if (requests === 0) return `Estimate: ${estimate.basis}.`;
  return `Estimate: ${counted(requests, "bulk request")}, ${bytes(estimate.bytes.written)}; ${estimate.seconds < 1 ? "less than a second" : `about ${duration(estimate.seconds)}`} (${estimate.basis}).`;
}

/** What applying is asked for with. */
export function clearanceQuestion(clearance: ClearancePlan, creates: number, updates: number): string {
  const set = creates > 0 ? `in ${counted(creates, "document")} without a value` : "";
  const overwrite = updates > 0 ? `in ${counted(updates, "document")}, overwriting another value` : "";
  const where = [set, overwrite].filter((part) => part !== "").join(" and ");
  return `Set ${clearance.field} to ${JSON.stringify(clearance.value)} ${where}?`;
}

/** A precondition in one line. */
export function preconditionLine({ level, what, next }: PreconditionView): string {
  const word = { stop: "Stop", warn: "Warning", note: "Note" }[level];
  return `${word}: ${what}${next === null ? "" : ` ${next}`}`;
}

/** The documents that levels are set on, in a few lines. */
export function overviewLines(overview: DocumentsOverview): string[] {
  const { service, version, target, indices, health, counts, field } = overview;
  const where = indices.length === 1 ? "" : ` (${counted(indices.length, "index", "indexes")})`;
  const lines = [
    `${service}${version === null ? "" : ` ${version}`}: ${target.join(", ")}${where}${health === null ? "" : `, health ${health}`}.`,
  ];
  if (counts !== null) {
    lines.push(
      `${counted(counts.total, "document")}: ${number(counts.with)} with ${field}, ${number(counts.without)} without.`,
    );
    if (counts.values !== null && counts.values.length > 0)
      lines.push(`By value: ${valuesInWords(counts.values, counts.otherValues)}.`);
  }
  return [...lines, ...overview.preconditions.map(preconditionLine)];
}
