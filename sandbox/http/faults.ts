import { z } from "zod";
import type { Clock } from "../clock";

/** What can go wrong on request. Those after `slow` take effect first: the service has done its work and the answer is spoilt. */
export const faultKinds = [
  "throttled", // 429, with or without the time to wait
  "exhausted", // 429 of a daily or monthly allowance
  "error", // 5xx
  "reset-before", // connection cut, nothing done
  "slow", // answered rightly, later
  "reset-after", // done, connection cut before a byte
  "truncated", // done, connection cut in the middle of the body
  "malformed", // done, answered 200 with half a JSON document
  "wrong-count", // upsertedCount one too low
  "missing-answers", // the last embedding, or the last fetched vector, left out
  "vector-nan",
  "vector-zero",
  "vector-short",
  "unordered", // a page of a listing in the opposite order
] as const;

const faultSchema = z.object({
  kind: z.enum(faultKinds),
  /** Seconds to wait that a 429 names; `null`: it names none. */
  retryAfterSeconds: z.number().nullable().default(1),
  status: z.number().int().min(500).max(599).default(503),
  delayMs: z.number().min(0).default(1000),
});

const ruleSchema = faultSchema.extend({
  /** Routes that it may strike; all when left out. */
  routes: z.array(z.string()).optional(),
  /** Scopes (index names) that it may strike; all when left out. */
  scopes: z.array(z.string()).optional(),
  /** Probability for each call. */
  rate: z.number().min(0).max(1).default(1),
  /** Calls to leave alone first. */
  skip: z.number().int().min(0).default(0),
  /** How often it strikes at most. */
  times: z.number().int().min(1).optional(),
});

const stepSchema = z.union([
  z.literal("ok"),
  z.enum(faultKinds).transform((kind) => faultSchema.parse({ kind })),
  faultSchema,
]);

export const faultPlanSchema = z.object({
  /** Of the random numbers behind `rate`: the same seed and calls give the same faults. */
  seed: z.number().int().default(1),
  rules: z.array(ruleSchema).default([]),
  /** Step by step for one route: each call takes the next step; after the last all is well. */
  scripts: z.array(z.object({ route: z.string(), steps: z.array(stepSchema) })).default([]),
  /** Nothing is answered for so long from now. */
  downMs: z.number().min(0).default(0),
  /** While down: `null` cuts connections, a number answers with that status. */
  downStatus: z.number().int().min(500).max(599).nullable().default(null),
});

export type Fault = z.infer<typeof faultSchema>;
export type FaultPlan = z.infer<typeof faultPlanSchema>;
type Rule = z.infer<typeof ruleSchema>;

/** Small, fast, seedable generator of numbers in [0, 1) (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

/** The faults in force. */
export class Faults {
  #plan: FaultPlan = faultPlanSchema.parse({});
  #random = randomFrom(1);
  #seen: number[] = [];
  #struck: number[] = [];
  #step: number[] = [];
  #downUntil = 0;

  constructor(readonly clock: Clock) {}

  set(plan: FaultPlan): void {
    this.#plan = plan;
    this.#random = randomFrom(plan.seed);
    this.#seen = plan.rules.map(() => 0);
    this.#struck = plan.rules.map(() => 0);
    this.#step = plan.scripts.map(() => 0);
    this.#downUntil = plan.downMs > 0 ? this.clock.now() + plan.downMs : 0;
  }

  clear(): void {
    this.set(faultPlanSchema.parse({}));
  }

  /** The plan, how often each rule struck, and how far each script is. */
  report() {
    return { plan: this.#plan, struck: this.#struck, steps: this.#step, downForMs: this.#downLeft() };
  }

  #downLeft(): number {
    return Math.max(0, this.#downUntil - this.clock.now());
  }

  /** While the service is down: how it fails. */
  down(): { status: number | null } | null {
    return this.#downLeft() > 0 ? { status: this.#plan.downStatus } : null;
  }

  /** The fault that strikes this call, if any. Counts the call. */
  pick(scope: string, route: string): Fault | null {
    for (const [at, script] of this.#plan.scripts.entries()) {
      if (script.route !== route) continue;
      const step = script.steps[this.#step[at] ?? 0];
      if (step === undefined) continue;
      this.#step[at] = (this.#step[at] ?? 0) + 1;
      return step === "ok" ? null : step;
    }
    for (const [at, rule] of this.#plan.rules.entries()) if (this.#strikes(at, rule, scope, route)) return rule;
    return null;
  }

  #strikes(at: number, rule: Rule, scope: string, route: string): boolean {
    if (rule.routes && !rule.routes.includes(route)) return false;
    if (rule.scopes && !rule.scopes.includes(scope)) return false;
    const seen = (this.#seen[at] ?? 0) + 1;
    this.#seen[at] = seen;
    if (seen <= rule.skip || (this.#struck[at] ?? 0) >= (rule.times ?? Number.POSITIVE_INFINITY)) return false;
    if (rule.rate < 1 && this.#random() >= rule.rate) return false;
    this.#struck[at] = (this.#struck[at] ?? 0) + 1;
    return true;
  }
}
