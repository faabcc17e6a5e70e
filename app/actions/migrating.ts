"use server";

import { verbs } from "@/lib/actions/verbs/registry";
import { answer } from "./answer";

/** Starts the dry run: reads both indexes, embeds nothing, writes nothing. */
export async function estimateMigration(input: unknown) {
  return answer(verbs.planReembedding, input);
}

/** Starts embedding and writing. */
export async function beginMigration(input: unknown) {
  return answer(verbs.startReembedding, input);
}

/** Copies one end of a route into a folder. */
export async function startBackup(input: unknown) {
  return answer(verbs.backUp, input);
}
