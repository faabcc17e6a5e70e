import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { estimateLeft, excludedWorkloadSchema, noLoads, type Phases, workloadSchema } from "@/lib/plan/estimate/left";
import { fillsInSql } from "@/lib/runs/lifecycle/fills-in-sql";
import { stateNow } from "@/lib/runs/plans/plan-standing";
import {
  type ClearancePlan,
  type ClearanceSettings,
  clearanceSettingsSchema,
  clearanceSummarySchema,
} from "@/lib/shapes/documents/clearance";
import {
  type Estimate,
  estimateSchema,
  type Plan,
  planGapsSchema,
  planKinds,
  planStates,
  planWarningSchema,
} from "@/lib/shapes/plans/plan";
import { onRouteOf } from "@/lib/shapes/routes/route";
import { targetStepsSchema } from "@/lib/shapes/runs/steps";
import { amount, instant, json } from "../answers/columns";
import { toBeMadeCode } from "../connections/check-start";
import { notFound } from "../verbs/not-found";

const planRow = z.object({
  id: z.string(),
  kind: z.enum(planKinds),
  state: z.enum(planStates),
  cancelled: z.boolean(),
  supersededBy: z.string().nullable(),
  namespaces: z.array(z.string()),
  namespaceCount: z.number(),
  hash: z.string(),
  route: json(z.object({ name: z.string(), revision: z.number() }).nullable()),
  fills: z.boolean(),
  creates: amount,
  updates: amount,
  unchanged: amount,
  orphans: amount,
  problems: amount,
  textChanged: amount,
  metadataOnly: amount,
  excludedCreates: amount,
  excludedUpdates: amount,
  approvedHash: z.string().nullable(),
  approvedAt: instant.nullable(),
  approvedBy: z.string().nullable(),
  withdrawnAt: instant.nullable(),
  withdrawnBy: z.string().nullable(),
  estimate: json(estimateSchema.nullable()),
  warnings: json(z.array(planWarningSchema)),
  /** Whether the target that wasn't there when it was made has been made since. */
  made: z.boolean(),
  workload: json(workloadSchema.nullable()),
  excludedWorkload: json(excludedWorkloadSchema.nullable()),
  revision: z.number(),
  clearance: json(clearanceSettingsSchema.nullable()),
  gaps: json(planGapsSchema.nullable()),
  steps: json(targetStepsSchema.nullable()),
  summary: json(clearanceSummarySchema.nullable()),
  createdBy: z.string(),
  createdAt: instant,
  runId: z.string().nullable(),
});

/** An estimate over nothing: without requests, nothing was estimated, and `basis` says why. */
const notEstimated = (state: Plan["state"]): Estimate => ({
  texts: 0,
  tokens: 0,
  usd: { embedding: 0, reads: 0, writes: 0, total: 0 },
  bytes: { read: 0, written: 0 },
  seconds: 0,
  requests: {},
  basis:
    state === "planning"
      ? "not estimated yet: the plan is still being made"
      : "not estimated: it was carried out without a dry run",
});

function toPlan(row: z.infer<typeof planRow>): Plan {
  const counts = {
    create: row.creates,
    update: row.updates,
    unchanged: row.unchanged,
    orphan: row.orphans,
    problem: row.problems,
  };
  return {
    id: row.id,
    kind: row.kind,
    namespaces: row.namespaces,
    namespaceCount: row.namespaceCount,
    hash: row.hash,
    createdAt: row.createdAt,
    route: onRouteOf(row.route),
    ...(row.fills ? { fills: true } : {}),
    createdBy: row.createdBy,
    state: row.state,
    ...(row.cancelled ? { cancelled: true } : {}),
    supersededBy: row.supersededBy,
    counts: { total: Object.values(counts).reduce((sum, count) => sum + count, 0), ...counts },
    updates: { textChanged: row.textChanged, metadataOnly: row.metadataOnly },
    excluded: { create: row.excludedCreates, update: row.excludedUpdates },
    approved:
      row.approvedHash !== null && row.approvedAt !== null
        ? { hash: row.approvedHash, at: row.approvedAt, by: row.approvedBy ?? "" }
        : null,
    withdrawn: row.withdrawnAt === null ? null : { at: row.withdrawnAt, by: row.withdrawnBy ?? "" },
    estimate: row.estimate ?? notEstimated(row.state),
    warnings: row.made ? row.warnings.filter(({ code }) => code !== toBeMadeCode) : row.warnings,
    left: leftOf(row),
    revision: row.revision,
    runId: row.runId,
    ...(row.gaps === null ? {} : { gaps: row.gaps }),
    ...targetOf(row),
    ...(row.clearance === null ? {} : { clearance: toClearance(row.clearance, row.summary) }),
  };
}

/** A mirroring with nothing left to apply begins no run, so that nothing is run in the target either; a migration's run over nothing finishes it. */
function targetOf({ kind, steps, ...row }: z.infer<typeof planRow>): Pick<Plan, "target"> {
  const left = row.creates + row.updates - row.excludedCreates - row.excludedUpdates;
  return steps === null || (kind === "mirror" && left === 0) ? {} : { target: steps };
}

function toClearance(
  { target, indices, request }: ClearanceSettings,
  summary: ClearancePlan["summary"],
): ClearancePlan {
  return { target, indices: indices.map(({ name }) => name), ...request, summary };
}

function leftOf({ workload, excludedWorkload }: z.infer<typeof planRow>): Plan["left"] {
  if (workload === null) return null;
  const excluded = excludedWorkload ?? noLoads;
  const of = (only: Phases) => estimateLeft(workload, excluded, only);
  return { both: of("both"), creates: of("creates"), updates: of("updates") };
}

/** No run to a place begins before it is there. */
const targetWasMade = `p."warnings" @> '[{"code": "${toBeMadeCode}"}]' AND EXISTS (SELECT 1 FROM "Run" r
       WHERE r."kind" IN ('reembed', 'mirror') AND r."createdAt" >= p."createdAt" AND r."settings" #>> '{target,index}' = p."settings" #>> '{target,index}'
         AND r."settings" #>> '{target,connection}' IS NOT DISTINCT FROM p."settings" #>> '{target,connection}')`;

/** That nobody wanted it is no failure; it has the run that was making it and no other. */
const wasCancelled = `p."state" = 'failed' AND EXISTS (SELECT 1 FROM "Run" r WHERE r."planId" = p."id" AND r."state" = 'cancelled')`;

/**
 * Plans as every edge shows them, in one statement. `selection` follows `FROM "Plan" p` and its values start at `$1`.
 * @param names of each plan's namespaces so many are read, all of them without it
 */
export async function readPlans(
  sql: Sql,
  selection: string,
  values: readonly unknown[],
  names?: number,
): Promise<Plan[]> {
  const namespaces = names === undefined ? `p."namespaces"` : `p."namespaces"[1:${names}] AS "namespaces"`;
  const rows = await sql.rows(
    planRow,
    `SELECT p."id", p."kind", ${stateNow} AS "state", (${wasCancelled}) AS "cancelled", p."supersededBy", ${namespaces}, cardinality(p."namespaces") AS "namespaceCount", p."hash", p."creates", p."updates", p."unchanged", p."orphans",
       p."problems", p."textChanged", p."metadataOnly", p."excludedCreates", p."excludedUpdates",
       p."approvedHash", p."approvedAt", p."approvedBy", p."withdrawnAt", p."withdrawnBy", p."estimate", p."warnings", (${targetWasMade}) AS "made", p."workload", p."excludedWorkload", p."revision",
       p."createdBy", p."createdAt", p."settings" -> 'route' AS "route", ${fillsInSql("p")} AS "fills", p."summary", p."gaps", p."steps",
       CASE WHEN p."kind" = 'clearance' THEN p."settings" END AS "clearance",
       (SELECT r."id" FROM "Run" r WHERE r."planId" = p."id" ORDER BY r."createdAt", r."id" LIMIT 1) AS "runId"
     FROM (SELECT * FROM "Plan" WHERE "removing" IS NULL) p ${selection}`,
    values,
  );
  return rows.map(toPlan);
}

/** One plan. Throws an `OperatorError` (`plan-not-found`). */
export async function readPlan(sql: Sql, id: string): Promise<Plan> {
  const [plan] = id.includes("\0") ? [] : await readPlans(sql, `WHERE p."id" = $1`, [id]);
  if (!plan) throw notFound("plan", id);
  return plan;
}
