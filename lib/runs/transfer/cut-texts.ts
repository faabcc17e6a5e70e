/** `1 record`, `1,204 records`. */
export function pluralOf(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** That texts are longer than the model reads, and where to see which. */
export function cutWords(count: number, tokensPerText: number | null, runId: string): string {
  const are = count === 1 ? "is" : "are";
  const read = tokensPerText === null ? "" : ` ${tokensPerText.toLocaleString("en-US")}`;
  return `${pluralOf(count, "text")} ${are} longer than the model reads: ${count === 1 ? "its" : "their"} first${read} tokens are embedded, the metadata keeps the whole text. See them: portage runs findings ${runId} --kind warning`;
}
