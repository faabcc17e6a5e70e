"use server";

import { planReembedding, planReembeddingInput } from "@/lib/actions/plans/plan-reembedding";
import { backUp, backUpInput } from "@/lib/actions/runs/back-up";
import { startReembedding, startReembeddingInput } from "@/lib/actions/runs/start-reembedding";
import { answer } from "./answer";

/** Starts the dry run: reads both indexes, embeds nothing, writes nothing. */
export async function estimateMigration(input: unknown) {
  return answer(planReembeddingInput, input, planReembedding);
}

/** Starts embedding and writing. */
export async function beginMigration(input: unknown) {
  return answer(startReembeddingInput, input, startReembedding);
}

/** Copies one end of a route into a folder. */
export async function startBackup(input: unknown) {
  return answer(backUpInput, input, (ctx, given) => backUp(ctx, given));
}
