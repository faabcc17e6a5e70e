import type { Plan } from "@/lib/shapes/plan";

/** What may be applied without somebody looking at it first; what is left out isn't limited. */
export type Limits = {
  maxCreates?: number | undefined;
  maxUpdates?: number | undefined;
  /** US dollars, by the plan's estimate. */
  maxUsd?: number | undefined;
  /** Apply although some records can't be migrated. */
  allowProblems?: boolean | undefined;
};

const inWords = (count: number, one: string) => `${count.toLocaleString("en-US")} ${one}${count === 1 ? "" : "s"}`;

/** Every limit that a plan is over, each as half a sentence (`1,204 updates are more than 500`); empty when it keeps to all of them. */
export function overLimits(
  plan: Pick<Plan, "counts" | "excluded"> & { estimate: { usd: { total: number } } },
  limits: Limits,
): string[] {
  const over: string[] = [];
  for (const [kind, most] of [
    ["create", limits.maxCreates],
    ["update", limits.maxUpdates],
  ] as const) {
    const count = plan.counts[kind] - plan.excluded[kind];
    if (most !== undefined && count > most)
      over.push(`${inWords(count, kind)} ${count === 1 ? "is" : "are"} more than ${most.toLocaleString("en-US")}`);
  }
  const { total } = plan.estimate.usd;
  if (limits.maxUsd !== undefined && total > limits.maxUsd)
    over.push(`about $${Number(total.toPrecision(2))} is more than $${limits.maxUsd}`);
  const { problem } = plan.counts;
  if (limits.allowProblems !== true && problem > 0) over.push(`${inWords(problem, "record")} can't be migrated`);
  return over;
}
