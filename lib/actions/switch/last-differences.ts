import { z } from "zod";
import { leadsTo } from "@/lib/runs/lifecycle/overlap";
import { unfinishedStates } from "@/lib/runs/lifecycle/states";
import { warningSchema } from "@/lib/shapes/runs/warning";
import type { IndexShape } from "@/lib/stores/contract";
import { amount, json } from "../answers/columns";
import { ofRoute } from "../runs/run-input";
import type { Context } from "../verbs/context";

/**
 * Records of a plan `p` that applying it left as they were: those that were taken out, and findings of all its runs that nobody has tried again; a
 * retry that was cancelled tried nothing.
 */
export const leftOfPlan = `(p."excludedCreates" + p."excludedUpdates" + (SELECT count(DISTINCT (f."namespace", f."index", f."recordId"))
  FROM "Finding" f JOIN "Run" o ON o."id" = f."runId" WHERE o."planId" = p."id" AND o."kind" = 'mirror' AND f."kind" IN ('skipped', 'failed', 'drifted')
   AND (f."retriedBy" IS NULL OR EXISTS (SELECT 1 FROM "Run" t WHERE t."id" = f."retriedBy" AND t."state" = 'cancelled'))))::text`;

/** Both ends, the one that is read first. */
type Between = { source: IndexShape; target: IndexShape };

const planRow = z.object({
  id: z.string(),
  state: z.string(),
  namespaces: z.array(z.string()),
  changes: z.number(),
  problems: z.number(),
  gaps: json(z.unknown()),
  warnings: json(z.array(warningSchema)),
  begunAt: z.coerce.date(),
  readyAt: z.coerce.date(),
  appliedAt: z.coerce.date().nullable(),
  /** Records that applying left as they were. */
  left: amount,
});
export type LastDifferences = z.infer<typeof planRow>;

const places = ({ source, target }: Between) => [source.name, source.account, target.name, target.account];

/**
 * The newest comparison of both ends, from `source` to `target`, with how applying it went.
 * @param route whose rules it was made by: another one between the same ends may compare otherwise; `null`: any
 */
export async function lastDifferences(
  { database }: Context,
  between: Between,
  route: string | null,
): Promise<LastDifferences | null> {
  const [row] = await database.rows(
    planRow,
    `SELECT p."id", p."state", p."namespaces", p."creates" + p."updates" AS "changes", p."problems", p."gaps", p."warnings", p."createdAt" AS "begunAt", p."readyAt",
            r."endedAt" AS "appliedAt", ${leftOfPlan} AS "left"
       FROM "Plan" p LEFT JOIN LATERAL (
         SELECT * FROM "Run" one WHERE one."planId" = p."id" AND one."kind" = 'mirror' AND one."retryOf" IS NULL ORDER BY one."createdAt" DESC LIMIT 1) r ON true
      WHERE p."kind" = 'mirror' AND p."readyAt" IS NOT NULL
        AND ${ofRoute("p", "$5")} AND ${leadsTo("source", `p."settings"`, [1, 2])} AND ${leadsTo("target", `p."settings"`, [3, 4])}
      ORDER BY p."readyAt" DESC LIMIT 1`,
    [...places(between), route],
  );
  return row ?? null;
}

/** A run that is writing there now. */
export async function writingRun({ database }: Context, { target }: Between): Promise<string | null> {
  const [row] = await database.rows(
    z.object({ id: z.string() }),
    `SELECT r."id" FROM "Run" r WHERE r."state" = ANY($1) AND r."kind" IN ('reembed', 'mirror')
        AND ${leadsTo("target", `r."settings"`, [2, 3])} LIMIT 1`,
    [unfinishedStates, target.name, target.account],
  );
  return row?.id ?? null;
}

/** Records that runs wrote there since. */
export async function writtenSince({ database }: Context, { target }: Between, since: string): Promise<number> {
  const [row] = await database.rows(
    z.object({ written: amount }),
    `SELECT coalesce(sum(s."written"), 0)::text AS "written" FROM "Segment" s JOIN "Run" r ON r."id" = s."runId"
      WHERE r."kind" IN ('reembed', 'mirror') AND coalesce(r."endedAt", clock_timestamp()) > $3::timestamptz
        AND ${leadsTo("target", `r."settings"`, [1, 2])}`,
    [target.name, target.account, since],
  );
  return row?.written ?? 0;
}
