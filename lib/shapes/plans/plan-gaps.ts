/** A namespace that a plan doesn't speak for: its analysis failed. */
export type FailedNamespace = { namespace: string; what: string };
/** A namespace whose listing gave less than statistics count: the plan speaks for what was listed. */
export type ShortNamespace = { namespace: string; side: "source" | "target"; listed: number; counted: number };

/** What a plan doesn't speak for; of many namespaces the first are named. */
export type PlanGaps = {
  failed: FailedNamespace[];
  failedTotal: number;
  short: ShortNamespace[];
  shortTotal: number;
};

/** Namespaces of each kind that a plan keeps by name. */
export const gapsNamed = 1000;
const named = 3;
const number = (value: number) => value.toLocaleString("en-US");
const nameOf = (namespace: string) => (namespace === "" ? "the default namespace" : namespace);

/** What a plan is warned of whose side may hold records that it neither lists nor counts for this connection. */
export const withheldCode = "records-withheld";

/** Whether a plan with nothing to apply may say that nothing differs: all that its sides hold was looked at. */
export function speaksForAll({
  gaps,
  warnings = [],
}: {
  gaps?: Pick<PlanGaps, "shortTotal"> | undefined;
  warnings?: readonly { code: string }[];
}): boolean {
  return (gaps?.shortTotal ?? 0) === 0 && !warnings.some(({ code }) => code === withheldCode);
}

/** What a plan doesn't speak for, in sentences; none where it is whole. */
export function gapSentences(gaps: PlanGaps | undefined): string[] {
  if (gaps === undefined) return [];
  const sentences: string[] = [];
  const { failed, failedTotal, short, shortTotal } = gaps;
  if (failedTotal > 0) {
    const some = failed
      .slice(0, named)
      .map(({ namespace, what }) => `${nameOf(namespace)} (${what.replace(/[.]$/, "")})`);
    const more = failedTotal > some.length ? `, and ${number(failedTotal - some.length)} more` : "";
    const noun = failedTotal === 1 ? "1 namespace is" : `${number(failedTotal)} namespaces are`;
    sentences.push(`${noun} not in this plan, because the analysis failed: ${some.join("; ")}${more}.`);
  }
  for (const { namespace, side, listed, counted } of short.slice(0, named))
    sentences.push(
      counted > listed
        ? `The ${side}'s statistics count ${number(counted)} records in ${nameOf(namespace)}, its listing gave ${number(listed)}: what was not listed was not looked at.`
        : `The ${side}'s listing of ${nameOf(namespace)} passed over records that came to light later: they were not looked at.`,
    );
  if (shortTotal > named)
    sentences.push(`The same of ${number(shortTotal - named)} more listings. See the findings of the analysis.`);
  return sentences;
}
