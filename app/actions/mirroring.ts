"use server";

import { verbs } from "@/lib/actions/verbs/registry";
import { answer } from "./answer";

/** Compares both indexes record by record: reads them, embeds nothing, writes nothing. */
export async function analyse(input: unknown) {
  return answer(verbs.planMirror, input);
}

/** Takes changes out of a plan, or back into it. */
export async function exclude(input: unknown) {
  return answer(verbs.excludeChanges, input);
}

/** Fixes what was taken out and the hash of the rest. */
export async function approve(input: unknown) {
  return answer(verbs.approvePlan, input);
}

/** Takes an approval back before anything of the plan was begun. */
export async function withdraw(input: unknown) {
  return answer(verbs.withdrawApproval, input);
}

/** Starts to carry out what was reviewed. */
export async function apply(input: unknown) {
  return answer(verbs.applyPlan, input);
}

/** Says something about a plan. */
export async function comment(input: unknown) {
  return answer(verbs.commentPlan, input);
}
