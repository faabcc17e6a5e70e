import { z } from "zod";
import { leadsTo } from "@/lib/runs/lifecycle/overlap";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { unfinishedStates } from "@/lib/runs/lifecycle/states";
import { checkStart } from "../connections/check-start";
import { chosenInput, namedOrAll, routedInput } from "../runs/run-input";
import { readRun } from "../runs/run-view";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";

export const findMirroringInput = z.strictObject({ ...chosenInput, ...routedInput });

/** A failed mirroring is resumed for so long; after that its plan is refused anyway. Hours. */
const failedGoneOnHours = 24;

/**
 * The mirroring of just these namespaces that was interrupted or is under way: `null` when there is none, and a new plan is what is
 * needed. Throws an `OperatorError` for namespaces that aren't there.
 */
export async function findMirroring(asked: Context, input: z.infer<typeof findMirroringInput>) {
  const ctx = await onRoute(asked, input.route);
  const { namespaces, ends } = await checkStart(ctx, namedOrAll(input), { target: true, embedder: false });
  const { source, target } = settingsFor(ctx, {}, ends);
  const [found] = await ctx.database.rows(
    z.object({ id: z.string() }),
    `SELECT r."id" FROM "Run" r JOIN "Plan" p ON p."id" = r."planId"
      WHERE r."kind" = 'mirror' AND r."retryOf" IS NULL AND p."kind" = 'mirror'
        AND (r."state" = ANY($1) OR (r."state" = 'failed' AND p."readyAt" > clock_timestamp() - $3 * interval '1 hour'))
        AND ${leadsTo("source", `r."settings"`, [4, 5])} AND ${leadsTo("target", `r."settings"`, [6, 7])}
        AND p."namespaces" @> $2::text[] AND p."namespaces" <@ $2::text[] ORDER BY r."createdAt" DESC LIMIT 1`,
    [
      unfinishedStates.filter((state) => state !== "cancelling"),
      namespaces,
      failedGoneOnHours,
      source.index,
      source.account ?? null,
      target.index,
      target.account ?? null,
    ],
  );
  return { run: found ? await readRun(ctx.database, found.id) : null };
}
