import { withheldCode } from "@/lib/shapes/plans/plan-gaps";
import type { Warning } from "@/lib/shapes/runs/warning";
import type { LastDifferences } from "./last-differences";

/**
 * What speaks against taking one side for the other by the last comparison of both: it has to be of all namespaces, recent, and empty or applied.
 * @param held namespaces of the side that is being left, which have records
 */
export function againstDifferences(
  plan: LastDifferences | null,
  { held, now, minutes, along }: { held: readonly string[]; now: Date; minutes: number; along: string },
): Warning[] {
  if (plan === null)
    return [
      {
        code: "differences-unknown",
        words: `Both sides were never compared whole: run \`portage mirror plan --all --route ${along}\`.`,
      },
    ];
  const against: Warning[] = [];
  const say = (code: string, words: string) => void against.push({ code, words });
  const planned = new Set(plan.namespaces);
  const missing = held.filter((name) => !planned.has(name));
  if (missing.length > 0)
    say(
      "differences-in-part",
      `The last comparison, ${plan.id}, leaves out ${missing.length === 1 ? "a namespace" : `${number(missing.length)} namespaces`}, such as ${missing[0] || "__default__"}: compare all of them.`,
    );
  if (plan.gaps !== null && plan.gaps !== undefined)
    say(
      "differences-in-part",
      `The last comparison, ${plan.id}, could not compare all namespaces whole: see what it says, and plan again.`,
    );
  const withheld = plan.warnings.find(({ code }) => code === withheldCode);
  if (withheld) say("differences-in-part", `${plan.id} can't tell that nothing differs. ${withheld.words}`);
  const applied = plan.state === "applied";
  if (!applied && plan.changes > 0)
    say(
      "differences-open",
      `${plan.id} holds ${number(plan.changes)} ${plan.changes === 1 ? "change that wasn't" : "changes that weren't"} applied: review and apply it.`,
    );
  if (applied && plan.left > 0)
    say(
      "differences-left",
      `Applying ${plan.id} left ${number(plan.left)} ${plan.left === 1 ? "record" : "records"} as they were: plan again, or see why.`,
    );
  const at = applied ? (plan.appliedAt ?? plan.readyAt) : plan.readyAt;
  const age = Math.round((now.getTime() - at.getTime()) / 60_000);
  if (age > minutes)
    say(
      "differences-old",
      `Differences were last looked for ${ago(age)} ago (${plan.id}), and at most ${ago(minutes)} are allowed: plan again.`,
    );
  return against;
}

export const number = (value: number) => value.toLocaleString("en-US");

/** `40 minutes`, `26 hours`. */
export const ago = (minutes: number): string =>
  minutes < 120
    ? `${number(minutes)} ${minutes === 1 ? "minute" : "minutes"}`
    : `${number(Math.round(minutes / 60))} hours`;
