import { z } from "zod";
import { hashSettings, settingsFor } from "@/lib/runs/lifecycle/settings";
import { unfinishedStates } from "@/lib/runs/lifecycle/states";
import { checkStart } from "../connections/check-start";
import { namedOrAll, type ReembeddingInput, reembeddingInput, rowsOf } from "../runs/run-input";
import { readRun } from "../runs/run-view";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { overridesOf } from "./plan-reembedding";

export const findReembeddingInput = reembeddingInput;

/**
 * The re-embedding of just this choice that was interrupted or is under way, which starting the same would go on with: `null` when there
 * is none, and an estimate comes first. Throws an `OperatorError` for namespaces that aren't there.
 */
export async function findReembedding(asked: Context, input: ReembeddingInput) {
  const ctx = await onRoute(asked, input.route, rowsOf(input));
  const { namespaces } = await checkStart(ctx, namedOrAll(input), {
    target: true,
    embedder: false,
    missing: "later",
  });
  const [found] = await ctx.database.rows(
    z.object({ id: z.string() }),
    `SELECT "id" FROM "Run" WHERE "kind" = 'reembed' AND "retryOf" IS NULL AND "settingsHash" = $1 AND "state" = ANY($2)
      ORDER BY "createdAt" DESC LIMIT 1`,
    [
      hashSettings("reembed", namespaces, settingsFor(ctx, overridesOf(input))),
      [...unfinishedStates.filter((state) => state !== "cancelling"), "failed"],
    ],
  );
  return { run: found ? await readRun(ctx.database, found.id) : null };
}
