import { Section } from "@/components/ui/page-head";
import { bytesWords, countWords, durationWords, moneyWords } from "@/components/words/figures";
import { egressLines, hasEgressRate } from "@/lib/shapes/runs/egress-lines";
import type { Run } from "@/lib/shapes/runs/run";

/** What was estimated and what it took, beside each other; nothing where no estimate came before. */
export function EstimateAndActual({ run }: { run: Run }) {
  const { estimate, cost, requests = {} } = run;
  if (!estimate || !cost || Object.keys(estimate.requests).length === 0 || run.startedAt === null) return null;
  const seconds =
    run.endedAt === null ? null : Math.round((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000);
  // Where vectors are copied nothing is embedded, neither as estimated nor in fact.
  const asked = Object.entries(estimate.requests).filter(([kind, count]) => count > 0 || (requests[kind] ?? 0) > 0);
  const priced = hasEgressRate(estimate) || (cost.egress ?? 0) > 0;
  const lines: [string, string, string][] = [
    ["Texts", countWords(estimate.texts), countWords(run.embedded.texts)],
    ["Tokens", countWords(estimate.tokens), countWords(run.embedded.tokens)],
    ["Embedding", moneyWords(estimate.usd.embedding), moneyWords(cost.embedding)],
    ["Reads", moneyWords(estimate.usd.reads), moneyWords(cost.reads)],
    ["Writes", moneyWords(estimate.usd.writes), moneyWords(cost.writes)],
    ...(priced
      ? [
          ["Egress", moneyWords(estimate.usd.egress ?? 0), moneyWords(cost.egress ?? 0)] satisfies [
            string,
            string,
            string,
          ],
        ]
      : []),
    ["Total", moneyWords(estimate.usd.total), moneyWords(cost.total)],
    ...egressLines(estimate, run).map(({ name, estimated, actual }): [string, string, string] => [
      `Egress: ${name}`,
      estimated === null ? "–" : bytesWords(estimated),
      bytesWords(actual),
    ]),
    ["Time", durationWords(estimate.seconds), seconds === null ? "–" : durationWords(seconds)],
    ...asked.map(([kind, count]): [string, string, string] => [
      `Requests: ${estimate.labels?.[kind] ?? kind}`,
      countWords(count),
      countWords(requests[kind] ?? 0),
    ]),
  ];
  return (
    <Section title="Estimate and actual" note="The read-back check is in what was used, not in the estimate.">
      <table className="w-full max-w-140 text-sm">
        <thead>
          <tr className="border-b border-line text-left text-quiet">
            <th scope="col" className="py-1.5 font-medium">
              What
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              Estimated
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              Actual
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map(([what, estimated, actual]) => (
            <tr key={what} className="border-b border-line last:border-b-0">
              <th scope="row" className="py-1.5 text-left font-normal">
                {what}
              </th>
              <td className="figures py-1.5 text-right text-quiet">{estimated}</td>
              <td className="figures py-1.5 text-right">{actual}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
