import { OperatorError } from "@/lib/operator-error";
import type { Plan } from "@/lib/shapes/plans/plan";
import type { RaisedRun } from "@/lib/shapes/runs/ceilings";
import { includesRole } from "@/lib/shapes/team/role";
import type { Context } from "../verbs/context";

/** A member's name, also where one of their tokens asks: `member@example.org/nightly`. */
const personOf = (name: string) => name.replace(/\/[\w.-]+$/, "");

const changesOf = ({ counts, excluded }: Plan) => counts.create - excluded.create + counts.update - excluded.update;

/**
 * Where a second person is asked for: whoever made a plan above the limit can't approve it, nor apply it without somebody's approval.
 * @throws OperatorError `four-eyes`
 */
export function requireSecondPerson(ctx: Context, plan: Plan): void {
  const limit = ctx.config.login?.fourEyes ?? null;
  if (limit === null || ctx.who === undefined) return;
  const changes = changesOf(plan);
  const approver = plan.approved?.by ?? ctx.actor;
  if (changes <= limit || personOf(approver) !== personOf(plan.createdBy)) return;
  throw refusal(
    `${plan.id} changes ${changes} records, above the limit of ${limit}: whoever made it can't approve it.`,
    "Ask another approver to review and approve it.",
  );
}

/**
 * Another person's ceiling isn't raised, nor taken away, by whoever couldn't have set it: that is an approver's, and where a second person is
 * asked for, of somebody else than the one who made the plan. Lowering one is anybody's who may put the run back to work. What only reads
 * asks for no more than to start it does: whoever may do that could have set any ceiling, or none.
 * @throws OperatorError `not-allowed`, `four-eyes`
 */
export function requireRaiser(ctx: Context, { runId, reads, plan }: RaisedRun): void {
  const { who } = ctx;
  if (who === undefined || reads) return;
  if (!includesRole(who.role, "approver"))
    throw new OperatorError({
      kind: "forbidden",
      code: "not-allowed",
      what: `${who.name} is ${who.role} here: raising or taking away a ceiling of ${runId} asks for approver.`,
      notLost: "Nothing was changed: the run stands where it was.",
      next: "Ask an approver to raise it, or go on without changing it.",
    });
  const limit = ctx.config.login?.fourEyes ?? null;
  if (limit === null) return;
  if (plan === null) {
    refuseUnreviewed(ctx, null);
    return;
  }
  if (personOf(ctx.actor) !== personOf(plan.createdBy) || plan.changes <= limit) return;
  throw refusal(
    `${plan.id} changes ${plan.changes} records, above the limit of ${limit}: whoever made it can't raise a ceiling of ${runId}.`,
    "Ask another approver to raise it.",
  );
}

/** What writes without a plan that somebody else could look at. @throws OperatorError `four-eyes` */
export function refuseUnreviewed(ctx: Context, changes: number | null): void {
  const limit = ctx.config.login?.fourEyes ?? null;
  if (limit === null || ctx.who === undefined || (changes !== null && changes <= limit)) return;
  throw refusal(
    `This would write more than ${limit} records without a second person.`,
    "Plan it first (a dry run or an analysis), and let another approver approve the plan.",
  );
}

function refusal(what: string, next: string): OperatorError {
  return new OperatorError({ kind: "forbidden", code: "four-eyes", what, notLost: "Nothing was written.", next });
}

/**
 * Over HTTP and on pages nothing is applied that whoever asks doesn't name by its hash.
 * @throws OperatorError `hash-missing`
 */
export function requireHash(ctx: Context, planId: string, hash: string | undefined): void {
  if (ctx.who === undefined || hash !== undefined) return;
  throw new OperatorError({
    kind: "usage",
    code: "hash-missing",
    what: `The hash of ${planId} as it was reviewed is missing.`,
    notLost: "Nothing was written.",
    next: "Read the plan, and send its hash along.",
  });
}
