import type { GateInterval, GateReason } from "@/lib/shapes/cut-over/gate";
import { questionsToSettle, stands } from "./interval";

/** Fewer questions tell a good target from a bad one only by chance. */
export const leastQuestions = 50;
/** Of questions, answers or lines that may be missing. */
export const tolerated = 0.05;

export const number = (value: number) => value.toLocaleString("en-US");
export const percent = (share: number | null) => (share === null ? "?" : `${(share * 100).toFixed(1)} %`);
export const records = (count: number) => `${number(count)} ${count === 1 ? "record" : "records"}`;
export const between = ({ mean, low, high, n }: GateInterval) =>
  `${percent(mean)} (95 % bounds ${percent(low)} to ${percent(high)}, n = ${number(n)})`;
export const infinite = ({ low, high, ...interval }: GateInterval) => ({
  ...interval,
  low: low ?? Number.NEGATIVE_INFINITY,
  high: high ?? Number.POSITIVE_INFINITY,
});

export type Say = (level: GateReason["level"], code: string, words: string) => void;

/** The reasons that `work` says, all of one layer. */
export function about(layer: GateReason["layer"], work: (say: Say) => void): GateReason[] {
  const reasons: GateReason[] = [];
  work((level, code, words) => void reasons.push({ level, layer, code, words }));
  return reasons;
}

/** Passes what is above, refuses what is below, and says how many questions would tell of what is astride. */
export function settle(
  say: Say,
  interval: GateInterval,
  values: readonly number[],
  threshold: number,
  code: string,
  words: string,
): void {
  const standing = stands(infinite(interval), threshold);
  const said = `${words} ${between(interval)}`;
  if (standing === "below") say("no-go", code, `${said}, below ${percent(threshold)}.`);
  else if (standing === "astride") {
    const more = questionsToSettle(values, threshold);
    const enough = more !== null && more > values.length ? `: about ${number(more)} questions would tell` : "";
    say("inconclusive", code, `${said}, on both sides of ${percent(threshold)}${enough}.`);
  } else say("note", code, `${said}.`);
}
