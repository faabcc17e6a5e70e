import { z } from "zod";
import { planSchema } from "@/lib/shapes/plans/plan";
import { retryEstimateSchema, verificationEstimateSchema } from "@/lib/shapes/runs/estimate";
import { runSchema } from "@/lib/shapes/runs/run";
import { createTarget, createTargetAnswer, createTargetInput } from "../connections/create-target";
import { findReembedding, findReembeddingInput } from "../plans/find-reembedding";
import { planReembedding, planReembeddingInput } from "../plans/plan-reembedding";
import { verb } from "../verbs/verb";
import { backUp, backUpAnswer, backUpInput } from "./back-up";
import { cancelRun, cancelRunInput } from "./cancel-run";
import { estimateRetry, estimateRetryInput } from "./estimate-retry";
import { estimateVerification, estimateVerificationInput } from "./estimate-verification";
import { pauseRun, pauseRunInput } from "./pause-run";
import { resumeRun, resumeRunInput } from "./resume-run";
import { retryFindingsInput } from "./retry-choice";
import { retryFindings } from "./retry-findings";
import { startReembedding, startReembeddingInput } from "./start-reembedding";
import { startVerification, startVerificationInput } from "./start-verification";

const write = { method: "POST", kind: "write" } as const;

/** What starts, stops or makes something: the part of the registry that changes the world. */
export const runVerbs = {
  planReembedding: verb({
    ...write,
    name: "planReembedding",
    role: "operator",
    summary: "Dry run: plans a re-embedding without embedding or writing. Watch the run, then show the plan.",
    path: "/reembed/plan",
    input: planReembeddingInput,
    output: z.object({ plan: planSchema, run: runSchema, resumed: z.boolean() }),
    run: planReembedding,
  }),
  startReembedding: verb({
    ...write,
    name: "startReembedding",
    role: "approver",
    summary:
      "Embeds and creates in the target just what a confirmed estimate found (planId and hash), or what it lacks of the chosen namespaces; or goes on where that was interrupted.",
    path: "/reembed",
    input: startReembeddingInput,
    output: z.object({
      run: runSchema,
      resumed: z.boolean(),
      /** The estimate was carried out before, by `run`: nothing was started. */
      already: z.boolean(),
    }),
    run: startReembedding,
  }),
  backUp: verb({
    ...write,
    name: "backUp",
    role: "operator",
    summary:
      "Copies namespaces of a route's source or target, as they are, into an export folder below PORTAGE_FOLDERS.",
    path: "/backups",
    input: backUpInput,
    output: backUpAnswer,
    run: (ctx, input) => backUp(ctx, input),
  }),
  findReembedding: verb({
    name: "findReembedding",
    role: "viewer",
    method: "GET",
    kind: "read",
    summary: "The re-embedding of just this choice that was interrupted or is under way, if there is one.",
    path: "/reembed/unfinished",
    input: findReembeddingInput,
    output: z.object({ run: runSchema.nullable() }),
    run: findReembedding,
  }),
  startVerification: verb({
    ...write,
    name: "startVerification",
    role: "operator",
    summary: "Reads the target back: counts by listing, records by sample or all of them.",
    path: "/verify",
    input: startVerificationInput,
    output: z.object({ run: runSchema }),
    run: startVerification,
  }),
  estimateVerification: verb({
    name: "estimateVerification",
    role: "viewer",
    method: "GET",
    kind: "read",
    summary: "What reading the target back would come to: requests, bytes and money, by sample or of every record.",
    path: "/verify/estimate",
    input: estimateVerificationInput,
    output: verificationEstimateSchema,
    run: estimateVerification,
  }),
  pauseRun: verb({
    ...write,
    name: "pauseRun",
    role: "operator",
    summary: "Stops a run after the batches in flight; it can be resumed.",
    path: "/runs/{id}/pause",
    input: pauseRunInput,
    output: runSchema,
    run: pauseRun,
  }),
  resumeRun: verb({
    ...write,
    name: "resumeRun",
    role: "operator",
    summary: "Goes on with a paused or failed run where it stopped.",
    path: "/runs/{id}/resume",
    input: resumeRunInput,
    output: runSchema,
    run: resumeRun,
  }),
  cancelRun: verb({
    ...write,
    name: "cancelRun",
    role: "operator",
    summary: "Stops a run for good after the batches in flight; what was written stays.",
    path: "/runs/{id}/cancel",
    input: cancelRunInput,
    output: runSchema,
    run: cancelRun,
  }),
  estimateRetry: verb({
    name: "estimateRetry",
    role: "viewer",
    method: "GET",
    kind: "read",
    summary: "What trying a run's findings again would come to at most.",
    path: "/runs/{id}/retry/estimate",
    input: estimateRetryInput,
    output: retryEstimateSchema,
    run: estimateRetry,
  }),
  retryFindings: verb({
    ...write,
    name: "retryFindings",
    role: "approver",
    summary: "Tries the records that a run left out once more, in a run of their own.",
    path: "/runs/{id}/retry",
    input: retryFindingsInput,
    output: z.object({ run: runSchema }),
    run: retryFindings,
  }),
  createTarget: verb({
    ...write,
    name: "createTarget",
    role: "approver",
    summary: "Creates the target index in the embedder's dimension when it is missing.",
    path: "/target",
    input: createTargetInput,
    output: createTargetAnswer,
    run: createTarget,
  }),
};
