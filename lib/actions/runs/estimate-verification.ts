import { z } from "zod";
import { estimateReadBack } from "@/lib/plan/estimate/estimate";
import { bothSides } from "@/lib/runs/lifecycle/both-sides";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { ratesOf } from "@/lib/runs/review/plan-sums";
import type { VerificationEstimate } from "@/lib/shapes/runs/estimate";
import { amount } from "../answers/columns";
import { ensureInventory, inspectSide, sidesValues } from "../namespaces/inventory";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { idInput, namespaceInput } from "../verbs/parse-input";
import { routedInput } from "./run-input";

export const estimateVerificationInput = z.strictObject({
  /** The namespaces of this run. */
  run: idInput.optional(),
  /** This one alone; with neither, every namespace that the source holds. */
  name: namespaceInput.optional(),
  /** Compare every record; else as many of each namespace as `sample` says. */
  full: z.boolean().default(false),
  sample: z.int().min(0).max(1_000_000).optional(),
  ...routedInput,
});

/** What reading back would come to, by the counts of both sides. Reads only, and nothing of the records. Throws an `OperatorError`. */
export async function estimateVerification(
  asked: Context,
  input: z.infer<typeof estimateVerificationInput>,
): Promise<VerificationEstimate> {
  const ctx = await onRoute(asked, input.route);
  await ensureInventory(ctx);
  const settings = settingsFor(ctx, {
    full: input.full,
    ...(input.sample === undefined ? {} : { sample: input.sample }),
  });
  const [sums] = await ctx.database.rows(
    z.object({ namespaces: amount, source: amount, target: amount, records: amount, compared: amount }),
    `SELECT count(*)::float8 AS "namespaces", coalesce(sum(b.source), 0)::float8 AS "source", coalesce(sum(b.target), 0)::float8 AS "target",
            coalesce(sum(least(b.source, b.target)), 0)::float8 AS "records",
            coalesce(sum(least(b.source, b.target, $4::float8)), 0)::float8 AS "compared"
       FROM (SELECT name, coalesce(source, 0) AS source, coalesce(target, 0) AS target FROM (${bothSides()}) s) b
      WHERE CASE WHEN $5::text IS NOT NULL THEN b.name = ANY((SELECT "namespaces" FROM "Run" WHERE "id" = $5::text)::text[])
                 WHEN $6::text IS NOT NULL THEN b.name = $6::text ELSE b.source > 0 END`,
    [...(await sidesValues(ctx)), input.full ? null : settings.verifySample, input.run ?? null, input.name ?? null],
  );
  if (!sums) throw new Error("an aggregate answered no row");
  const [rates, target] = [await ratesOf(ctx, settings), await inspectSide(ctx, "target")];
  const { requests, bytes, usd, seconds } = estimateReadBack(
    { sourceIds: sums.source, targetIds: sums.target, namespaces: sums.namespaces, compared: sums.compared },
    { ...rates, targetDimension: target?.dimension ?? rates.targetDimension },
  );
  return {
    namespaces: sums.namespaces,
    records: sums.records,
    compared: sums.compared,
    requests: Object.values(requests).reduce((sum, each) => sum + each, 0),
    bytes: bytes.read,
    usd: usd.total,
    seconds,
    texts: settings.vectors === "source" ? 0 : sums.namespaces * settings.reembedSample,
  };
}
