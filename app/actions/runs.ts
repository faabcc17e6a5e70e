"use server";

import { verbs } from "@/lib/actions/verbs/registry";
import { answer } from "./answer";

/** Stops after the batches in flight; the run keeps its place. */
export async function pause(input: unknown) {
  return answer(verbs.pauseRun, input);
}

/** Goes on where the run stopped. */
export async function resume(input: unknown) {
  return answer(verbs.resumeRun, input);
}

/** Ends the run after the batches in flight; what was written stays. */
export async function cancel(input: unknown) {
  return answer(verbs.cancelRun, input);
}

/** Starts a run over the records of a run's findings. */
export async function retry(input: unknown) {
  return answer(verbs.retryFindings, input);
}

/** Starts a read-back check: counts by listing, and records compared. */
export async function verify(input: unknown) {
  return answer(verbs.startVerification, input);
}

/** Changes how many documents a second a run may write, also while it works. */
export async function setSpeed(input: unknown) {
  return answer(verbs.setPace, input);
}
