"use server";

import { applyPlan, applyPlanInput } from "@/lib/actions/plans/apply-plan";
import { approvePlan, approvePlanInput } from "@/lib/actions/plans/approve-plan";
import { excludeChanges, excludeChangesInput } from "@/lib/actions/plans/exclude-changes";
import { planMirror, planMirrorInput } from "@/lib/actions/plans/plan-mirror";
import { withdrawApproval, withdrawApprovalInput } from "@/lib/actions/plans/withdraw-approval";
import { answer } from "./answer";

/** Compares both indexes record by record: reads them, embeds nothing, writes nothing. */
export async function analyse(input: unknown) {
  return answer(planMirrorInput, input, planMirror);
}

/** Takes changes out of a plan, or back into it. */
export async function exclude(input: unknown) {
  return answer(excludeChangesInput, input, excludeChanges);
}

/** Fixes what was taken out and the hash of the rest. */
export async function approve(input: unknown) {
  return answer(approvePlanInput, input, approvePlan);
}

/** Takes an approval back before anything of the plan was begun. */
export async function withdraw(input: unknown) {
  return answer(withdrawApprovalInput, input, withdrawApproval);
}

/** Starts to carry out what was reviewed. */
export async function apply(input: unknown) {
  return answer(applyPlanInput, input, applyPlan);
}
