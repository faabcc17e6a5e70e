import type { z } from "zod";
import type { ClearanceWish } from "@/lib/shapes/clearance";
import type { documentCountsSchema } from "@/lib/shapes/documents";
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

type Value = ClearanceWish["value"];

/** Whether a value that was counted is the one wished for: a number in quotes is indexed as that number. */
function isWished(found: Value, wished: Value): boolean {
  if (found === wished) return true;
  return typeof wished === "number" && typeof found === "string" && found.trim() !== "" && Number(found) === wished;
}

export type Effect = {
  set: number;
  right: number;
  /** Other values, most frequent first; `null`: they can't be counted one by one. */
  others: { value: Value; count: number }[] | null;
  /** Documents with other values, those included that the list leaves out. */
  other: number;
};

/** What a wish would come to, from counts alone: the plan looks at each document. */
export function effectOf(counts: DocumentCounts, wished: Value): Effect {
  const right = counts.values
    ?.filter(({ value }) => isWished(value, wished))
    .reduce((sum, { count }) => sum + count, 0);
  const others = counts.values?.filter(({ value }) => !isWished(value, wished)) ?? null;
  return { set: counts.without, right: right ?? 0, others, other: counts.with - (right ?? 0) };
}
