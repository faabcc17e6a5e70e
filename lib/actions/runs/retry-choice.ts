import { z } from "zod";
import type { RetryChoice } from "@/lib/runs/plans/retried-findings";
import { reasonSchema } from "@/lib/shapes/runs/reason";
import type { Run } from "@/lib/shapes/runs/run";
import { idInput } from "../verbs/parse-input";
import { ceilingsInput } from "./run-input";

export const retryFindingsInput = z.strictObject({
  id: idInput,
  /** Only skipped or only failed records; both when left out. */
  kind: z.enum(["skipped", "failed", "drifted"]).optional(),
  reason: reasonSchema.optional(),
  ...ceilingsInput,
});

/** What may end differently once its cause was mended. */
const mendable = ["skipped", "failed"] as const;

/** Which findings of the run are meant. */
export function retryChoice(
  run: Pick<Run, "id" | "kind">,
  input: Pick<z.infer<typeof retryFindingsInput>, "kind" | "reason">,
): RetryChoice {
  return {
    runId: run.id,
    kinds: input.kind ? [input.kind] : mendable,
    reasons: input.reason ? [input.reason] : null,
  };
}
