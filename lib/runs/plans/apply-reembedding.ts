import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import type { Ceilings, GivenCeilings } from "@/lib/shapes/ceilings";
import { isClearance, type RunSettings, runStates } from "@/lib/shapes/run";
import { goOn, insertRun } from "../lifecycle/create-run";
import { findingsConflict } from "../lifecycle/finding-rows";
import { refuseOverlap, takeTurn } from "../lifecycle/overlap";
import { hashSettings } from "../lifecycle/settings";
import { unfinishedStates } from "../lifecycle/states";
import { refuseMoved } from "../lifecycle/world";
import type { Application } from "./apply-plan";
import { approveLocked } from "./approve-plan";
import { noteStale, type PlanStanding, readStanding, refused, requireFresh, requireMade } from "./plan-standing";

export type ConfirmedEstimate = {
  planId: string;
  /** The hash of what was confirmed; only who was shown none may leave it out. */
  hash?: string;
  /** How often exclusions had been changed when whoever confirms looked. */
  revision?: number;
  /** What a re-embedding would work under now: a plan made under other settings is refused. */
  settings: RunSettings;
  /** What the plan's saved route says otherwise by now. */
  edited?: readonly string[];
  actor: string;
  /** How far the run may go, and what of that was asked for itself. */
  ceilings?: Ceilings;
  given?: GivenCeilings;
};

const foundSchema = z.object({ id: z.string(), state: z.enum(runStates) });

/**
 * Begins to carry out the plan of a migration, or goes on with that: the creates that were reviewed and not taken out, and no others, under
 * the plan's own settings. One that nobody has approved is approved by whoever applies it. What came to the source since is not part of it, and
 * is said when the run has ended; what can't be migrated is carried over with its reason.
 * @throws OperatorError `plan-not-found`, `not-a-reembedding`, `plan-not-ready`, `plan-moved`, `plan-stale`, `route-moved`, `namespace-busy`
 */
export async function applyReembedding(database: Database, confirmed: ConfirmedEstimate): Promise<Application> {
  await noteStale(database, confirmed.planId);
  return database.transaction(async (sql) => {
    await takeTurn(sql);
    const plan = await readStanding(sql, confirmed.planId, "FOR UPDATE");
    if (plan.kind !== "reembed" || isClearance(plan.settings))
      throw refused("not-a-reembedding", `${plan.id} isn't the estimate of a re-embedding.`, "Estimate again.");
    requireMade(plan);
    if (confirmed.hash !== undefined && confirmed.hash !== plan.hash && confirmed.hash !== plan.approvedHash)
      throw refused(
        "plan-moved",
        `${plan.id} isn't what was confirmed: its hash is another.`,
        "Estimate again, and confirm that.",
      );
    const [run] = await sql.rows(
      foundSchema,
      `SELECT "id", "state" FROM "Run" WHERE "planId" = $1 AND "kind" = 'reembed' AND "state" <> 'cancelled'
        ORDER BY "createdAt" DESC LIMIT 1`,
      [plan.id],
    );
    if (run && (run.state === "failed" || unfinishedStates.includes(run.state)) && run.state !== "cancelling") {
      refuseMoved(run.id, plan.settings, confirmed.settings);
      await goOn(sql, run.id, confirmed.actor, confirmed.given);
      return { runId: run.id, how: "resumed" };
    }
    if (run && run.state !== "cancelling") return { runId: run.id, how: "already" };
    requireFresh(plan, confirmed.settings, confirmed.edited);
    if (plan.state === "ready") await approveLocked(sql, plan, { ...confirmed, hash: plan.hash });
    return { runId: await start(sql, { ...plan, settings: plan.settings }, confirmed), how: "started" };
  });
}

async function start(sql: Sql, plan: PlanStanding & { settings: RunSettings }, of: ConfirmedEstimate): Promise<string> {
  const { id: planId, namespaces, settings } = plan;
  await refuseOverlap(sql, settings, namespaces);
  const runId = await insertRun(
    sql,
    {
      kind: "reembed",
      planId,
      namespaces,
      expected: new Map(),
      settings,
      startedBy: of.actor,
      ...(of.ceilings ? { ceilings: of.ceilings } : {}),
    },
    { settingsHash: hashSettings("reembed", namespaces, settings), retryOf: null },
  );
  // The walk is done: what it found in both, or only in the target, and what can't be migrated is accounted for from the start.
  await sql.run(
    `INSERT INTO "Segment" ("runId", "namespace", "position", "expected", "total", "unchanged", "skipped", "orphans", "chunks", "listed")
     SELECT $1, n.name, n.position - 1, c.total - e.out + x.problems, c.total - e.out + x.problems, c.unchanged, x.problems, c.orphans, c.chunks, true
       FROM "Plan" p CROSS JOIN LATERAL unnest(p."namespaces") WITH ORDINALITY AS n(name, position)
       CROSS JOIN LATERAL (
         SELECT count(*)::int AS chunks, coalesce(sum(cardinality("creates") + "unchanged"), 0)::int AS total,
                coalesce(sum("unchanged"), 0)::int AS unchanged, coalesce(sum(cardinality("orphans")), 0)::int AS orphans
           FROM "Chunk" WHERE "planId" = p."id" AND "namespace" = n.name) c
       CROSS JOIN LATERAL (
         SELECT coalesce(sum("count"), 0)::int AS out FROM "Exclusion" WHERE "planId" = p."id" AND "namespace" = n.name AND "kind" = 'create') e
       CROSS JOIN LATERAL (
         SELECT count(*)::int AS problems FROM "Change" WHERE "planId" = p."id" AND "kind" = 'problem' AND "namespace" = n.name) x
      WHERE p."id" = $2`,
    [runId, planId],
  );
  await sql.run(
    `INSERT INTO "Finding" ("runId", "namespace", "recordId", "kind", "reason", "detail")
     SELECT $1, "namespace", "id", 'skipped', "reason", coalesce("detail", '') FROM "Change" WHERE "planId" = $2 AND "kind" = 'problem'
     ${findingsConflict}`,
    [runId, planId],
  );
  return runId;
}
