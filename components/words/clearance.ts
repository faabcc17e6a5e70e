import type { z } from "zod";
import type { ClearancePlan, ClearanceRequest } from "@/lib/shapes/documents/clearance";
import type { documentCountsSchema } from "@/lib/shapes/documents/documents";
import type { Change } from "@/lib/shapes/plans/change";
import type { Plan } from "@/lib/shapes/plans/plan";
import { countWords, manyWords } from "./figures";
import type { Parts } from "./plan";

export type DocumentCounts = z.infer<typeof documentCountsSchema>;

/** A value as it stands in a document: text in quotes. */
export function valueWords(value: string | number | boolean): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** How many documents lack a level, in one sentence. */
export function documentsSentence({ total, without }: Pick<DocumentCounts, "total" | "without">): string {
  if (total === 0) return "There are no documents.";
  if (without === 0) return "Every document has a level.";
  if (without === total) return `None of ${manyWords(total, "document")} has a level.`;
  return `${countWords(without)} of ${manyWords(total, "document")} ${without === 1 ? "has" : "have"} no level.`;
}

export function partsOfDocuments({ with: having, without }: Pick<DocumentCounts, "with" | "without">): Parts {
  return { create: without, update: 0, unchanged: having, orphan: 0, problem: 0 };
}

/** A part of a whole as the width of a bar. */
export function shareOf(part: number, whole: number): string {
  return whole <= 0 ? "0%" : `${((part / whole) * 100).toFixed(2)}%`;
}

type Value = ClearanceRequest["value"];

/** Whether a value that was counted is the one wanted for: a number in quotes is indexed as that number. */
function isWanted(found: Value, wanted: Value): boolean {
  if (found === wanted) return true;
  return typeof wanted === "number" && typeof found === "string" && found.trim() !== "" && Number(found) === wanted;
}

export type Effect = {
  set: number;
  right: number;
  /** Other values, most frequent first; `null`: they can't be counted one by one. */
  others: { value: Value; count: number }[] | null;
  /** Documents with other values, those included that the list leaves out. */
  other: number;
};

/** What a request would come to, from counts alone: the plan looks at each document. */
export function effectOf(counts: DocumentCounts, wanted: Value): Effect {
  const right = counts.values
    ?.filter(({ value }) => isWanted(value, wanted))
    .reduce((sum, { count }) => sum + count, 0);
  const others = counts.values?.filter(({ value }) => !isWanted(value, wanted)) ?? null;
  return { set: counts.without, right: right ?? 0, others, other: counts.with - (right ?? 0) };
}

type Reviewed = Pick<Plan, "counts"> & Partial<Pick<Plan, "state" | "excluded">> & { clearance: ClearancePlan };

function whereWords({ namespaces }: ClearancePlan): string {
  if (namespaces === "all") return "in all namespaces";
  const [first] = namespaces;
  if (namespaces.length === 1 && first === null) return "without a namespace";
  if (namespaces.length === 1) return first === "" ? "in the default namespace" : `in namespace ${first}`;
  const named = namespaces.filter((name) => name !== null).length;
  return `in ${manyWords(named, "namespace")}${named < namespaces.length ? " and without one" : ""}`;
}

/** What a plan would do to documents: what is set and overwritten first, then what is left alone. */
export function clearanceSentences({ clearance, ...plan }: Reviewed): string[] {
  const { field, value, summary } = clearance;
  const { unchanged, problem } = plan.counts;
  const excluded = plan.excluded ?? { create: 0, update: 0 };
  const set = plan.counts.create - excluded.create;
  const overwritten = plan.counts.update - excluded.update;
  const out = excluded.create + excluded.update;
  const where = whereWords(clearance);
  const level = valueWords(value);
  const will = plan.state === "applied" ? "Applied: the plan was to" : "Portage will";
  const sentences: string[] = [];
  if (set + overwritten > 0) {
    const parts = [
      set > 0 && `set ${field} to ${level} on ${manyWords(set, "document")}`,
      overwritten > 0 && `overwrite another level with ${level} in ${manyWords(overwritten, "document")}`,
    ];
    sentences.push(`${will} ${parts.filter(Boolean).join(" and ")} ${where}.`);
  } else if (out > 0) sentences.push(`Nothing will be written ${where}.`);
  else if (plan.counts.total === 0) sentences.push(`There are no documents ${where}.`);
  else if (problem > 0) sentences.push(`No changes ${where} that can be applied.`);
  else sentences.push(`No changes: every document ${where} has a level.`);
  if (out > 0) {
    const one = out === 1;
    sentences.push(
      `Of ${manyWords(set + overwritten + out, "change")}, ${countWords(out)} ${one ? "is" : "are"} excluded and ${one ? "stays" : "stay"} unchanged.`,
    );
  }
  if (summary !== null) {
    const { right, kept } = summary;
    if (right > 0) sentences.push(`${manyWords(right, "document")} ${right === 1 ? "has" : "have"} ${level} already.`);
    if (kept > 0)
      sentences.push(
        `${manyWords(kept, "document")} ${kept === 1 ? "has another level and keeps" : "have another level and keep"} it.`,
      );
  } else if (unchanged > 0)
    sentences.push(`${manyWords(unchanged, "document")} ${unchanged === 1 ? "is" : "are"} left unchanged.`);
  if (problem > 0) sentences.push(`${manyWords(problem, "document")} can't be set.`);
  sentences.push("Nothing else of a document changes.");
  return sentences;
}

/** The parts of a plan over documents. Those with a level are left as they are, also where they weren't looked at one by one. */
export function partsOfClearance({ clearance, counts, excluded }: Reviewed): Parts {
  const { unchanged, problem } = counts;
  const create = counts.create - (excluded?.create ?? 0);
  const update = counts.update - (excluded?.update ?? 0);
  const known = clearance.summary === null ? unchanged : clearance.summary.right + clearance.summary.kept;
  return { create, update, unchanged: Math.max(unchanged, known), orphan: 0, problem };
}

/** `75 documents will be overwritten with 1` */
export function overwriteWords(count: number, value: Value): string {
  return `${manyWords(count, "document")} will be overwritten with ${valueWords(value)}`;
}

/** `44 at level 3` */
export function atLevelWords({ value, count }: { value: Value; count: number }): string {
  return `${countWords(count)} at level ${valueWords(value)}`;
}

/** Which levels would be overwritten, and how often, loudly; `beyond`: documents with levels that aren't named. `null` when none would. */
export function overwritten({ clearance }: Pick<Plan, "clearance">) {
  const summary = clearance?.summary;
  if (!clearance || !summary || summary.overwritten === 0) return null;
  return {
    sentence: overwriteWords(summary.overwritten, clearance.value),
    levels: summary.otherValues,
    beyond: summary.beyondList,
  };
}

/** `Set 7,036 documents to 1`, for a button. */
export function setWords({ create, update }: { create: number; update: number }, level: string): string {
  if (update === 0) return `Set ${manyWords(create, "document")} to ${level}`;
  if (create === 0) return `Overwrite ${manyWords(update, "document")} with ${level}`;
  return `Set ${countWords(create)} and overwrite ${manyWords(update, "document")} with ${level}`;
}

/** What becomes of a document, in words. */
export function documentWords(
  change: Pick<Change, "kind" | "excluded">,
  { field, value }: Pick<ClearancePlan, "field" | "value">,
): string {
  if (change.excluded) return "Excluded: stays unchanged.";
  if (change.kind === "create") return `Gets ${field} ${valueWords(value)}.`;
  if (change.kind === "update") return `Has another level, which will be overwritten with ${valueWords(value)}.`;
  return "Can't be set: stays unchanged.";
}
