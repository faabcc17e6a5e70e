import type { Plan } from "@/lib/shapes/plans/plan";
import type { Phases } from "./left";

/** What may be applied without somebody looking at it first; what is left out isn't limited. */
export type Limits = {
  maxCreates?: number | undefined;
  maxUpdates?: number | undefined;
  /** US dollars, by the plan's estimate. */
  maxUsd?: number | null | undefined;
  /** Apply although some records can't be migrated. */
  allowProblems?: boolean | undefined;
};

/** As the form for schedules calls them. */
const changes = { create: "new record", update: "updated record" } as const;
const inWords = (count: number, one: string) => `${count.toLocaleString("en-US")} ${one}${count === 1 ? "" : "s"}`;

export type Limited = Pick<Plan, "counts" | "excluded"> & {
  estimate: { usd: { total: number } };
  /** What is left after the exclusions, by phases; without it the estimate of the whole plan is held against the limit. */
  left?: Record<Phases, { usd: { total: number } }> | null;
};

/**
 * Every limit that applying a plan, or one of its phases, is over, each as half a sentence (`1,204 updated records exceed the limit of 500`); empty
 * when it keeps to all of them.
 */
export function overLimits(plan: Limited, limits: Limits, only: Phases = "both"): string[] {
  const over: string[] = [];
  for (const [kind, most] of [
    ["create", limits.maxCreates],
    ["update", limits.maxUpdates],
  ] as const) {
    const count = only === "both" || only === `${kind}s` ? plan.counts[kind] - plan.excluded[kind] : 0;
    if (most !== undefined && count > most)
      over.push(
        `${inWords(count, changes[kind])} ${count === 1 ? "exceeds" : "exceed"} the limit of ${most.toLocaleString("en-US")}`,
      );
  }
  const { total } = (plan.left?.[only] ?? plan.estimate).usd;
  if (typeof limits.maxUsd === "number" && total > limits.maxUsd)
    over.push(`about $${Number(total.toPrecision(2))} exceeds the limit of $${limits.maxUsd}`);
  const { problem } = plan.counts;
  if (limits.allowProblems !== true && problem > 0) over.push(`${inWords(problem, "record")} can't be migrated`);
  return over;
}
