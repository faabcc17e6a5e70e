import { z } from "zod";
import { finishedSchema } from "@/lib/shapes/runs/steps";
import { amount, instant, json } from "../answers/columns";
import { ofRoute } from "../runs/run-input";
import { leftOfPlan } from "../switch/last-differences";
import type { Context } from "../verbs/context";

const planRow = z.object({
  id: z.string(),
  state: z.string(),
  creates: z.number(),
  updates: z.number(),
  problems: z.number(),
  /** Whether it doesn't speak for all of its namespaces. */
  gaps: z.boolean(),
  /** Changes that applying it left as they were. */
  left: amount,
  begunAt: instant,
  /** When applying it ended; `null` where it wasn't. */
  appliedAt: instant.nullable(),
  at: instant,
});
export type PlanOfRoute = z.infer<typeof planRow>;

/** The newest plan of these kinds along a route that was made to its end. */
export async function lastPlan({ database }: Context, route: string, kinds: string[]): Promise<PlanOfRoute | null> {
  const [row] = await database.rows(
    planRow,
    `SELECT p."id", p."state", p."creates", p."updates", p."problems", p."gaps" IS NOT NULL AS "gaps", ${leftOfPlan} AS "left", p."createdAt" AS "begunAt", p."readyAt" AS "at",
            (SELECT max(r."endedAt") FROM "Run" r WHERE r."planId" = p."id" AND r."kind" = 'mirror' AND r."retryOf" IS NULL) AS "appliedAt" FROM "Plan" p
      WHERE p."kind" = ANY($2) AND p."readyAt" IS NOT NULL AND ${ofRoute("p", "$1")} ORDER BY p."readyAt" DESC LIMIT 1`,
    [route, kinds],
  );
  return row ?? null;
}

const runRow = z.object({
  id: z.string(),
  state: z.string(),
  finished: json(finishedSchema.nullable()),
  waitingFor: z.string().nullable(),
  /** All of it is written, and what the target does after that isn't done yet. */
  finishing: z.boolean(),
  at: instant,
  written: amount,
  unchanged: amount,
  skipped: amount,
  failed: amount,
});

export type RunOfRoute = Omit<z.infer<typeof runRow>, "finished"> & {
  /** What the target did once all was written, in words. */
  finished: string | null;
};

/** The newest run of these kinds along a route, with its sums. */
export async function lastRun({ database }: Context, route: string, kinds: string[]): Promise<RunOfRoute | null> {
  const [row] = await database.rows(
    runRow,
    `SELECT r."id", r."state", r."finished", r."waitingFor", coalesce(r."endedAt", r."createdAt") AS "at", s.* FROM "Run" r
       LEFT JOIN LATERAL (SELECT coalesce(sum("written"), 0)::text AS "written", coalesce(sum("unchanged"), 0)::text AS "unchanged",
         coalesce(sum("skipped"), 0)::text AS "skipped", coalesce(sum("failed" + "drifted"), 0)::text AS "failed",
         r."finished" IS NULL AND coalesce(bool_or("state" <> 'done') AND bool_and("writtenAt" IS NOT NULL OR "state" = 'done'), false) AS "finishing"
         FROM "Segment" WHERE "runId" = r."id") s ON true
      WHERE r."kind" = ANY($2) AND ${ofRoute("r", "$1")} ORDER BY r."createdAt" DESC LIMIT 1`,
    [route, kinds],
  );
  return row ? { ...row, finished: row.finished?.words.join(" ") || null } : null;
}
