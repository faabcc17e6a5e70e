import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import { Digest } from "@/lib/plan/digest";
import { fingerprintLength } from "@/lib/plan/fingerprint";
import type { RunSettings } from "@/lib/shapes/run";
import { lockPlan, noteStale, type PlanStanding, refused, requireFresh, requireMade } from "./plan-standing";
import { hashedCreate, hashedUpdate } from "./record-changes";

export type Approval = {
  planId: string;
  settings: RunSettings;
  actor: string /** What the approver reviewed. */;
  hash?: string;
};

/**
 * Fixes a plan's exclusions and the hash of what is left. Of two who approve at once one does, the other is told.
 * @throws OperatorError `plan-not-ready`, `plan-stale`, `plan-already-approved`, `plan-moved`
 */
export async function approvePlan(database: Database, approval: Approval): Promise<void> {
  await noteStale(database, approval.planId);
  await database.transaction(async (sql) => {
    const plan = await lockPlan(sql, approval.planId);
    requireMade(plan);
    if (plan.state === "approved" || plan.state === "applied")
      throw refused(
        "plan-already-approved",
        `${plan.id} was approved by ${plan.approvedBy ?? "somebody"} already.`,
        "Apply it, or see its run where it was applied.",
      );
    await approveLocked(sql, plan, approval);
  });
}

/** The same for a plan that is locked and ready. */
export async function approveLocked(sql: Sql, plan: PlanStanding, approval: Approval): Promise<void> {
  requireFresh(plan, approval.settings);
  if (approval.hash !== undefined && approval.hash !== plan.hash)
    throw refused("plan-moved", `${plan.id} isn't what was reviewed: its hash is another.`, "Review it again.");
  const digest = new Digest(plan.hash);
  await removeExcludedCreates(sql, plan.id, digest);
  await removeExcludedUpdates(sql, plan.id, digest);
  await sql.run(
    `UPDATE "Plan" SET "state" = 'approved', "approvedHash" = $2, "approvedAt" = clock_timestamp(), "approvedBy" = $3
      WHERE "id" = $1 AND "state" = 'ready'`,
    [plan.id, digest.toString(), approval.actor],
  );
}

const pageSize = 1000;
const updateSchema = z.object({
  namespace: z.string(),
  sequence: z.number(),
  position: z.number(),
  id: z.string(),
  sourcePrint: z.string(),
  targetPrint: z.string(),
  textChanged: z.boolean(),
});

async function removeExcludedUpdates(sql: Sql, planId: string, digest: Digest): Promise<void> {
  let after: [string, number, number] | null = null;
  for (;;) {
    const rows: z.infer<typeof updateSchema>[] = await sql.rows(
      updateSchema,
      `SELECT c."namespace", c."sequence", c."position", c."id", c."sourcePrint", c."targetPrint", c."textChanged"
         FROM "Exclusion" e JOIN "Change" c ON c."planId" = e."planId" AND c."namespace" = e."namespace" AND c."kind" = e."kind"
                                           AND c."sequence" = e."sequence" AND c."position" = e."position"
        WHERE e."planId" = $1 AND e."kind" = 'update' AND ($2::text IS NULL OR (e."namespace", e."sequence", e."position") > ($2::text, $3::int, $4::int))
        ORDER BY e."namespace", e."sequence", e."position" LIMIT ${pageSize}`,
      [planId, ...(after ?? [null, null, null])],
    );
    for (const row of rows) digest.remove(...hashedUpdate(row.namespace, row));
    const last = rows.at(-1);
    if (!last || rows.length < pageSize) return;
    after = [last.namespace, last.sequence, last.position];
  }
}

const createsSchema = z.object({
  namespace: z.string(),
  sequence: z.number(),
  creates: z.array(z.string()),
  createPrints: z.string(),
  positions: z.array(z.number()),
});

async function removeExcludedCreates(sql: Sql, planId: string, digest: Digest): Promise<void> {
  let after: [string, number] | null = null;
  const chunksAtOnce = 20;
  for (;;) {
    const rows: z.infer<typeof createsSchema>[] = await sql.rows(
      createsSchema,
      `WITH out AS (SELECT e."namespace", e."sequence", array_agg(e."position") AS positions FROM "Exclusion" e
                     WHERE e."planId" = $1 AND e."kind" = 'create' AND ($2::text IS NULL OR (e."namespace", e."sequence") > ($2::text, $3::int))
                     GROUP BY e."namespace", e."sequence" ORDER BY e."namespace", e."sequence" LIMIT ${chunksAtOnce})
       SELECT c."namespace", c."sequence", c."creates", c."createPrints", out.positions FROM out
         JOIN "Chunk" c ON c."planId" = $1 AND c."namespace" = out."namespace" AND c."sequence" = out."sequence"
        ORDER BY c."namespace", c."sequence"`,
      [planId, ...(after ?? [null, null])],
    );
    for (const { namespace, creates, createPrints, positions } of rows) {
      for (const position of positions) {
        const print = createPrints.slice(position * fingerprintLength, (position + 1) * fingerprintLength);
        digest.remove(...hashedCreate(namespace, creates[position] ?? "", print));
      }
    }
    const last = rows.at(-1);
    if (!last || rows.length < chunksAtOnce) return;
    after = [last.namespace, last.sequence];
  }
}
