import { type PrintRules, textPrint, textPrintLength } from "@/lib/plan/fingerprint";
import type { Seen } from "@/lib/plan/seen";
import type { NewFinding } from "../lifecycle/finding-rows";

/** Stands for a text that the estimate didn't see. */
export const noTextPrint = ".".repeat(textPrintLength);

/** What the estimate saw of the text at this position of a chunk; `null` where nothing was estimated, or it couldn't be read. */
export function estimatedPrint(
  chunk: { creates: readonly string[]; createPrints: string },
  position: number,
): string | null {
  if (chunk.createPrints.length !== chunk.creates.length * textPrintLength) return null;
  const print = chunk.createPrints.slice(position * textPrintLength, (position + 1) * textPrintLength);
  return print === noTextPrint ? null : print;
}

/**
 * That a record's text isn't the one that was estimated: it is embedded as it is now, for what that costs. `null` where it is the same, or
 * where that isn't known.
 */
export function textChanged(head: Seen, estimated: string | null, rules: PrintRules): NewFinding | null {
  if (estimated === null || estimated === textPrint(head, rules)) return null;
  const detail =
    rules.vectors === "source"
      ? "Its vector was changed after the estimate: it was copied as it is now."
      : "Its text was edited after the estimate: it was embedded as it is now.";
  return { kind: "warning", reason: "text-changed", detail };
}
