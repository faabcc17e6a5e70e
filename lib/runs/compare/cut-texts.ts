import type { Warning } from "@/lib/shapes/runs/warning";

/** `1 record`, `1,204 records`. */
export function pluralOf(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** That texts were edited between estimate and run. */
export function changedTextsWarning(count: number, runId: string): Warning {
  return {
    code: "texts-changed",
    words: `${pluralOf(count, "text")} changed since the estimate: ${count === 1 ? "it was" : "they were"} embedded as ${count === 1 ? "it is" : "they are"} now, so tokens and cost may differ from what was estimated.`,
    findings: { runId, kind: "warning" },
  };
}

/** That texts are longer than the model reads, and which. */
export function cutWarning(count: number, tokensPerText: number | null, runId: string): Warning {
  const are = count === 1 ? "is" : "are";
  // A text is cut to what surely fits, which may be some tokens less.
  const read = tokensPerText === null ? "" : ` ${tokensPerText.toLocaleString("en-US")}`;
  const most = tokensPerText === null ? "" : "up to ";
  return {
    code: "texts-cut",
    words: `${pluralOf(count, "text")} ${are} longer than the model reads: ${most}${count === 1 ? "its" : "their"} first${read} tokens are embedded, the metadata keeps the whole text.`,
    findings: { runId, kind: "warning" },
  };
}
