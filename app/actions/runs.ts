"use server";

import { cancelRun, cancelRunInput } from "@/lib/actions/runs/cancel-run";
import { pauseRun, pauseRunInput } from "@/lib/actions/runs/pause-run";
import { resumeRun, resumeRunInput } from "@/lib/actions/runs/resume-run";
import { retryFindings, retryFindingsInput } from "@/lib/actions/runs/retry-findings";
import { setPace, setPaceInput } from "@/lib/actions/runs/set-pace";
import { startVerification, startVerificationInput } from "@/lib/actions/runs/start-verification";
import { answer } from "./answer";

/** Stops after the batches in flight; the run keeps its place. */
export async function pause(input: unknown) {
  return answer(pauseRunInput, input, pauseRun);
}

/** Goes on where the run stopped. */
export async function resume(input: unknown) {
  return answer(resumeRunInput, input, resumeRun);
}

/** Ends the run after the batches in flight; what was written stays. */
export async function cancel(input: unknown) {
  return answer(cancelRunInput, input, cancelRun);
}

/** Starts a run over the records of a run's findings. */
export async function retry(input: unknown) {
  return answer(retryFindingsInput, input, retryFindings);
}

/** Starts a read-back check: counts by listing, and records compared. */
export async function verify(input: unknown) {
  return answer(startVerificationInput, input, startVerification);
}

/** Changes how many documents a second a run may write, also while it works. */
export async function setSpeed(input: unknown) {
  return answer(setPaceInput, input, setPace);
}
