import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import { refused } from "@/lib/operator-error";
import { type AnySettings, anySettingsSchema, isClearance } from "@/lib/shapes/runs/run";
import { insertClearance } from "../clearance/start";
import { goOn, insertRun } from "../lifecycle/create-run";
import { refuseOverlap, takeTurn } from "../lifecycle/overlap";
import { onReviewedRoute } from "../lifecycle/route-print";
import { hashSettings } from "../lifecycle/settings";
import { insertShares } from "../lifecycle/shares";
import { unfinishedStates } from "../lifecycle/states";
import { refuseMoved } from "../lifecycle/world";
import { appliedBy, notePlanApplied } from "../review/mirror-plan";
import { type Approval, approveLocked } from "./approve-plan";
import { lockPlan, noteStale, type PlanStanding, requireFresh, requireMade } from "./plan-standing";
import { startMigration } from "./start-migration";

/**
 * `started`: a run of its own. `resumed`: the run of the same phases that was interrupted, or is under way. `already`: all of it was
 * applied before, by `runId`. `nothing`: there is nothing to apply.
 */
export type Application = { runId: string | null; how: "started" | "resumed" | "already" | "nothing" };

const interruptedSchema = z.object({ id: z.string(), settings: anySettingsSchema });
const shareSchema = z.object({ namespace: z.string(), chunks: z.number(), total: z.number() });

/**
 * Begins to apply a plan, or goes on with it. A plan that nobody has approved is approved by whoever applies it. The plan's changes are
 * carried out and no others; a second application finds nothing left to do.
 * @throws OperatorError `plan-not-found`, `plan-not-ready`, `plan-stale`, `plan-moved`, `route-moved`, `namespace-busy`, `documents-busy`
 */
export async function applyPlan(database: Database, approval: Approval): Promise<Application> {
  await noteStale(database, approval.planId);
  const application = await database.transaction((sql) => decide(sql, approval));
  if (application.how === "nothing") await notePlanApplied(database, approval.planId);
  return application;
}

async function decide(sql: Sql, approval: Approval): Promise<Application> {
  // Two who apply at once take turns: the second finds the run of the first.
  await takeTurn(sql);
  const plan = await lockPlan(sql, approval.planId);
  requireMade(plan);
  if (approval.hash !== undefined && approval.hash !== plan.hash && approval.hash !== plan.approvedHash)
    throw refused("plan-moved", `${plan.id} isn't what was reviewed: its hash is another.`, "Review it again.");
  const migrates = plan.kind === "reembed";
  const { left, lastRun } = await phasesLeft(sql, plan, migrates ? "creates" : approval.settings.only);
  const [phase, ...others] = left;
  // A migration's run goes under the plan's own settings.
  const only = migrates || others.length > 0 ? ("both" as const) : phase;
  const settings = { ...approval.settings, only: only ?? approval.settings.only };
  const interrupted = only === undefined ? null : await interruptedRun(sql, plan, only);
  if (interrupted) {
    if (!isClearance(interrupted.settings) && !isClearance(settings))
      refuseMoved(interrupted.id, interrupted.settings, settings);
    await goOn(sql, interrupted.id, approval.actor, approval.given);
    return { runId: interrupted.id, how: "resumed" };
  }
  if (phase === undefined) {
    if (lastRun !== null) return { runId: lastRun, how: "already" };
    if (plan.state === "ready" && plan.creates + plan.updates === plan.excludedCreates + plan.excludedUpdates)
      await approveLocked(sql, plan, approval);
    return nothing;
  }
  requireFresh(plan, approval.settings, approval.edited);
  if (plan.state === "ready") await approveLocked(sql, plan, { ...approval, hash: plan.hash });
  return start(sql, plan, { ...approval, settings });
}

/** The run of these phases that was interrupted, or is under way. */
async function interruptedRun(sql: Sql, plan: PlanStanding, only: AnySettings["only"]) {
  const [run] = await sql.rows(
    interruptedSchema,
    `SELECT "id", "settings" FROM "Run" WHERE "planId" = $1 AND "kind" = $4 AND "retryOf" IS NULL AND "state" = ANY($2)
        AND "settings" ->> 'only' = $3 ORDER BY "createdAt" DESC LIMIT 1`,
    [plan.id, [...unfinishedStates.filter((state) => state !== "cancelling"), "failed"], only, plan.kind],
  );
  return run ?? null;
}

const cappedBy = ({ ceilings }: Approval) => (ceilings ? { ceilings } : {});

const nothing: Application = { runId: null, how: "nothing" };
const phasesSchema = z.object({ creates: z.boolean(), updates: z.boolean(), lastRun: z.string().nullable() });

/** The phases that have changes which no run went through yet, and the run that went through the others last. */
async function phasesLeft(sql: Sql, plan: PlanStanding, only: AnySettings["only"]) {
  const [done] = await sql.rows(
    phasesSchema,
    `SELECT ${appliedBy("creates")} AS "creates", ${appliedBy("updates")} AS "updates",
            (SELECT r."id" FROM "Run" r WHERE r."planId" = p."id" AND r."kind" = p."kind" AND r."retryOf" IS NULL
                ORDER BY r."createdAt" DESC LIMIT 1) AS "lastRun"
       FROM "Plan" p WHERE p."id" = $1`,
    [plan.id],
  );
  const counts = {
    creates: plan.creates - plan.excludedCreates,
    updates: plan.updates - plan.excludedUpdates,
  };
  const left = (["creates", "updates"] as const).filter(
    // A migration's run accounts for every record, also where nothing is left to write.
    (phase) => (only === "both" || only === phase) && (counts[phase] > 0 || plan.kind === "reembed") && !done?.[phase],
  );
  return { left, lastRun: done?.lastRun ?? null };
}

async function start(sql: Sql, plan: PlanStanding, approval: Approval): Promise<Application> {
  const { only } = approval.settings;
  if (plan.kind === "reembed" && !isClearance(plan.settings))
    return { runId: await startMigration(sql, { ...plan, settings: plan.settings }, approval), how: "started" };
  const shares = await sql.rows(
    shareSchema,
    `SELECT c."namespace", count(*)::int AS chunks,
            (sum(CASE WHEN $2 <> 'updates' THEN c."createCount" ELSE 0 END) + sum(CASE WHEN $2 <> 'creates' THEN c."updates" ELSE 0 END)
             - (SELECT coalesce(sum(e."count"), 0) FROM "Exclusion" e WHERE e."planId" = $1 AND e."namespace" = c."namespace"
                   AND ($2 = 'both' OR e."kind" || 's' = $2)))::int AS total
       FROM "Chunk" c WHERE c."planId" = $1 GROUP BY c."namespace" ORDER BY c."namespace" COLLATE "C"`,
    [plan.id, only],
  );
  const busy = shares.filter((share) => share.total > 0);
  if (busy.length === 0) return nothing;
  if (isClearance(plan.settings)) {
    // As it was reviewed; which part of it is applied is said again.
    const includeNew = isClearance(approval.settings) && approval.settings.includeNew;
    const reviewed = { ...plan.settings, only, includeNew };
    const settingsHash = hashSettings(`clearance ${plan.id}`, [], reviewed);
    const started = { planId: plan.id, settings: reviewed, startedBy: approval.actor, settingsHash, retryOf: null };
    return { runId: await insertClearance(sql, started, async () => busy), how: "started" };
  }
  const namespaces = busy.map((share) => share.namespace);
  if (isClearance(approval.settings)) throw new Error(`${plan.id} was applied as a plan of another kind`);
  const settings = onReviewedRoute(plan.settings, approval.settings);
  await refuseOverlap(sql, settings, namespaces);
  const runId = await insertRun(
    sql,
    {
      kind: "mirror",
      planId: plan.id,
      namespaces,
      expected: new Map(),
      settings,
      startedBy: approval.actor,
      ...cappedBy(approval),
    },
    { settingsHash: hashSettings(`mirror ${plan.id}`, namespaces, settings), retryOf: null },
  );
  await insertShares(sql, runId, busy);
  return { runId, how: "started" };
}
