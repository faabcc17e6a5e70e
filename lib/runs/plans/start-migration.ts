import type { Sql } from "@/lib/db/contract";
import type { RunSettings } from "@/lib/shapes/runs/run";
import { insertRun } from "../lifecycle/create-run";
import { findingsConflict } from "../lifecycle/finding-rows";
import { refuseOverlap } from "../lifecycle/overlap";
import { hashSettings } from "../lifecycle/settings";
import type { Approval } from "./approve-plan";
import type { PlanStanding } from "./plan-standing";

/**
 * The run that carries out a migration's plan: the creates that were reviewed and not taken out, and no others, under the plan's own settings. What
 * came to the source since is not part of it, and is said when the run has ended; what can't be migrated is carried over with its reason.
 * @throws OperatorError `namespace-busy`
 */
export async function startMigration(
  sql: Sql,
  plan: PlanStanding & { settings: RunSettings },
  of: Pick<Approval, "actor" | "ceilings">,
): Promise<string> {
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
  // The scan is done: what it found in both, or only in the target, and what can't be migrated is accounted for from the start.
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
