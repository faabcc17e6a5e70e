import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import type { ClearanceSettings } from "@/lib/shapes/documents/clearance";
import { planKinds } from "@/lib/shapes/plans/plan";
import { anySettingsSchema, type RunSettings, type RunState, runKinds, runStates } from "@/lib/shapes/runs/run";
import { LeaseLost } from "./interruptions";

/** A dead worker's segment is free again after this; renewed every third of it. */
export const leaseMs = 15_000;

const claimedSchema = z.object({
  runId: z.string(),
  namespace: z.string(),
  position: z.number(),
  leaseToken: z.number(),
  attempts: z.number(),
  listedThrough: z.string().nullable(),
  listed: z.boolean(),
  chunks: z.number(),
  kind: z.enum(runKinds),
  planId: z.string().nullable(),
  planKind: z.enum(planKinds).nullable(),
  retryOf: z.string().nullable(),
  settings: anySettingsSchema,
  lostOwner: z.string().nullable(),
  lostAt: z.date().nullable(),
  woken: z.boolean(),
  heldUsd: z.number(),
  heldTexts: z.number(),
  heldRecords: z.number(),
});
/** A segment under this worker's lease. */
export type Claimed = Omit<z.infer<typeof claimedSchema>, "lostOwner" | "lostAt"> & {
  /** The worker that had it before and didn't give it back, with its last sign of life. */
  lost: { owner: string; at: Date | null } | null;
};
/** One namespace of a run over vectors. */
export type VectorClaimed = Claimed & { settings: RunSettings };
/** The one segment of a run over documents. */
export type ClearanceClaimed = Claimed & { settings: ClearanceSettings };

/** Takes the lease of a segment if it is free and its run may be worked on; `null` otherwise. */
export async function claimSegment(
  database: Database,
  of: { runId: string; namespace: string },
  owner: string,
): Promise<Claimed | null> {
  const rows = await database.rows(
    claimedSchema,
    `UPDATE "Segment" s
        SET "state" = 'running', "leaseToken" = s."leaseToken" + 1, "leaseOwner" = $3, "attempts" = s."attempts" + 1,
            "leaseUntil" = clock_timestamp() + $4 * interval '1 millisecond', "wakeAt" = NULL, "waitingFor" = NULL, "error" = NULL
       FROM "Run" r, (SELECT "leaseOwner", "leaseUntil", "wakeAt" FROM "Segment" WHERE "runId" = $1 AND "namespace" = $2 FOR UPDATE) AS before
      WHERE s."runId" = $1 AND s."namespace" = $2 AND r."id" = s."runId"
        AND r."state" IN ('queued', 'running', 'waiting') AND s."state" IN ('queued', 'running', 'waiting')
        AND (s."leaseUntil" IS NULL OR s."leaseUntil" < clock_timestamp())
        AND (s."wakeAt" IS NULL OR s."wakeAt" <= clock_timestamp())
  RETURNING s."runId", s."namespace", s."position", s."leaseToken", s."attempts", s."listedThrough", s."listed", s."chunks",
            r."kind", r."planId", (SELECT p."kind" FROM "Plan" p WHERE p."id" = r."planId") AS "planKind", r."retryOf", r."settings",
            s."heldUsd", s."heldTexts", s."heldRecords",
            before."leaseOwner" AS "lostOwner", before."wakeAt" IS NOT NULL AS "woken",
            coalesce((SELECT b."seenAt" FROM "WorkerBeat" b WHERE b."id" = before."leaseOwner"), before."leaseUntil") AS "lostAt"`,
    [of.runId, of.namespace, owner, leaseMs],
  );
  const [row] = rows;
  if (!row) return null;
  const { lostOwner, lostAt, ...claimed } = row;
  return { ...claimed, lost: lostOwner === null ? null : { owner: lostOwner, at: lostAt } };
}

const runStateSchema = z.object({ state: z.enum(runStates) });

/** Keeps the lease; answers the run's state. @throws LeaseLost when somebody else has it */
export async function renewLease(database: Database, held: Claimed): Promise<RunState> {
  const rows = await database.rows(
    runStateSchema,
    `UPDATE "Segment" s SET "leaseUntil" = clock_timestamp() + $4 * interval '1 millisecond'
       FROM "Run" r WHERE s."runId" = $1 AND s."namespace" = $2 AND s."leaseToken" = $3 AND r."id" = s."runId"
  RETURNING r."state"`,
    [held.runId, held.namespace, held.leaseToken, leaseMs],
  );
  const row = rows[0];
  if (!row) throw new LeaseLost();
  return row.state;
}

/**
 * The fence: touches the segment's row under this lease, so that the transaction around it commits only while the lease holds.
 * `assignments` are SQL on the segment's columns with parameters from `$4` on. @throws LeaseLost
 */
export async function fence(
  sql: Sql,
  held: Claimed,
  assignments: string,
  values: readonly unknown[] = [],
): Promise<void> {
  const touched = await sql.run(
    `UPDATE "Segment" SET ${assignments} WHERE "runId" = $1 AND "namespace" = $2 AND "leaseToken" = $3`,
    [held.runId, held.namespace, held.leaseToken, ...values],
  );
  if (touched !== 1) throw new LeaseLost();
}
