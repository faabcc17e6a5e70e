import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import { refused } from "@/lib/operator-error";
import { Bitmap } from "@/lib/plan/bitmap";
import { Digest } from "@/lib/plan/digest";
import { fingerprintLength } from "@/lib/plan/fingerprint";
import type { AskedCeilings, Ceilings } from "@/lib/shapes/runs/ceilings";
import { type AnySettings, isClearance } from "@/lib/shapes/runs/run";
import { notePlan } from "../attention/note-plan";
import { hashedOverwrite, setPrints } from "../clearance/reviewed-print";
import { hashedCreate, hashedUpdate } from "../compare/record-changes";
import { chunkName } from "../review/change-filter";
import { lockPlan, noteStale, type PlanStanding, requireFresh, requireMade } from "./plan-standing";

export type Approval = {
  planId: string;
  settings: AnySettings;
  /** What the plan's saved route says otherwise by now. */
  edited?: readonly string[];
  actor: string;
  /** The hash of what the approver reviewed. */
  hash?: string;
  /** How often exclusions had been changed when the approver looked. */
  revision?: number;
  /** How far the run that applies it may go, and what of that was asked for itself. */
  ceilings?: Ceilings;
  given?: AskedCeilings;
};

/**
 * Fixes a plan's exclusions and the hash of what is left. Of two who approve at once one does, the other is told.
 * @throws OperatorError `plan-not-ready`, `plan-stale`, `plan-already-approved`, `plan-moved` (another hash, or other exclusions than the approver saw)
 */
export async function approvePlan(database: Database, approval: Approval): Promise<void> {
  await noteStale(database, approval.planId);
  await database.transaction(async (sql) => {
    const plan = await lockPlan(sql, approval.planId);
    requireMade(plan);
    if (plan.state === "no-changes")
      throw refused("plan-no-changes", `${plan.id} holds nothing to approve.`, "Nothing needs to be done.");
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
  requireFresh(plan, approval.settings, approval.edited);
  if (approval.hash !== undefined && approval.hash !== plan.hash)
    throw refused("plan-moved", `${plan.id} isn't what was reviewed: its hash is another.`, "Review it again.");
  if (approval.revision !== undefined && approval.revision !== plan.revision)
    throw refused(
      "plan-moved",
      `Somebody has changed what is excluded from ${plan.id} since you looked.`,
      "Look at what is excluded now, then approve it.",
    );
  const digest = new Digest(plan.hash);
  await removeExcludedCreates(sql, plan, digest);
  await removeExcludedUpdates(sql, plan, digest);
  await sql.run(
    `UPDATE "Plan" SET "state" = 'approved', "approvedHash" = $2, "approvedAt" = clock_timestamp(), "approvedBy" = $3
      WHERE "id" = $1 AND "state" = 'ready'`,
    [plan.id, digest.toString(), approval.actor],
  );
  await notePlan(sql, plan.id);
}

/** Chunks whose exclusions are taken from the hash at a time. */
const chunksAtOnce = 20;

const placeSchema = z.object({ namespace: z.string(), sequence: z.number(), count: z.number(), members: z.string() });

/** The chunks of which changes of a kind were taken out, some at a time. */
async function* excludedChunks(sql: Sql, planId: string, kind: "create" | "update") {
  let after: [string, number] | null = null;
  for (;;) {
    const rows: z.infer<typeof placeSchema>[] = await sql.rows(
      placeSchema,
      `SELECT "namespace", "sequence", "count", "members" FROM "Exclusion"
        WHERE "planId" = $1 AND "kind" = $2 AND ($3::text IS NULL OR ("namespace", "sequence") > ($3::text, $4::int))
        ORDER BY "namespace", "sequence" LIMIT ${chunksAtOnce}`,
      [planId, kind, ...(after ?? [null, null])],
    );
    yield rows.map((row) => ({ ...row, out: Bitmap.decode(row.members, row.count) }));
    const last = rows.at(-1);
    if (!last || rows.length < chunksAtOnce) return;
    after = [last.namespace, last.sequence];
  }
}

const inChunks = `unnest($2::text[], $3::int[]) AS w("namespace", "sequence")`;
const updateSchema = z.object({
  namespace: z.string(),
  sequence: z.number(),
  position: z.number(),
  id: z.string(),
  sourcePrint: z.string(),
  targetPrint: z.string(),
  textChanged: z.boolean(),
});

async function removeExcludedUpdates(sql: Sql, { id: planId, settings }: PlanStanding, digest: Digest): Promise<void> {
  for await (const chunks of excludedChunks(sql, planId, "update")) {
    const out = new Map(chunks.map((chunk) => [chunkName(chunk), chunk.out]));
    const rows = await sql.rows(
      updateSchema,
      `SELECT c."namespace", c."sequence", c."position", c."id", c."sourcePrint", c."targetPrint", c."textChanged" FROM ${inChunks}
        CROSS JOIN LATERAL (SELECT * FROM "Change" c WHERE c."planId" = $1 AND c."kind" = 'update' AND c."namespace" = w."namespace"
                               AND c."sequence" = w."sequence" OFFSET 0) c`,
      [planId, chunks.map((one) => one.namespace), chunks.map((one) => one.sequence)],
    );
    for (const row of rows)
      if (out.get(chunkName(row))?.has(row.position))
        digest.remove(
          ...(isClearance(settings)
            ? hashedOverwrite(row.namespace, row.id, row.sourcePrint)
            : hashedUpdate(row.namespace, row)),
        );
  }
}

const createsSchema = z.object({
  namespace: z.string(),
  sequence: z.number(),
  creates: z.array(z.string()),
  createPrints: z.string(),
});

async function removeExcludedCreates(sql: Sql, { id: planId, settings }: PlanStanding, digest: Digest): Promise<void> {
  for await (const chunks of excludedChunks(sql, planId, "create")) {
    const out = new Map(chunks.map((chunk) => [chunkName(chunk), chunk.out]));
    const rows = await sql.rows(
      createsSchema,
      `SELECT c."namespace", c."sequence", c."creates", c."createPrints" FROM ${inChunks}
        CROSS JOIN LATERAL (SELECT * FROM "Chunk" c WHERE c."planId" = $1 AND c."namespace" = w."namespace" AND c."sequence" = w."sequence" LIMIT 1) c`,
      [planId, chunks.map((one) => one.namespace), chunks.map((one) => one.sequence)],
    );
    for (const row of rows) {
      const printAt = isClearance(settings)
        ? setPrints(settings, row.createPrints)
        : (position: number) =>
            row.createPrints.slice(position * fingerprintLength, (position + 1) * fingerprintLength);
      for (const position of out.get(chunkName(row))?.positions() ?? [])
        digest.remove(...hashedCreate(row.namespace, row.creates[position] ?? "", printAt(position)));
    }
  }
}
