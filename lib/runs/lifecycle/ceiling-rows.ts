import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { OperatorError } from "@/lib/operator-error";
import {
  amountWords,
  ceilingOf,
  ceilingWords,
  isCapped,
  mergeCeilings,
  noCeilings,
  raises,
} from "@/lib/plan/estimate/ceilings";
import { type AskedCeilings, type Ceilings, ceilingKinds, ceilingsSchema } from "@/lib/shapes/runs/ceilings";

const rowSchema = ceilingsSchema.extend({
  usd: z.number(),
  texts: z.number(),
  records: z.number(),
  egress: z.number(),
  reached: z.enum(ceilingKinds).nullable(),
});
export type CeilingRow = z.infer<typeof rowSchema>;

/** How far a run may go and what of it is taken, or `null` where nothing limits it. */
export async function readCeiling(sql: Sql, runId: string, lock: "" | "FOR UPDATE" = ""): Promise<CeilingRow | null> {
  const [row] = await sql.rows(
    rowSchema,
    `SELECT "maxUsd", "maxTexts", "maxRecords", "maxEgress", "usd", "texts", "records", "egress", "reached" FROM "Ceiling" WHERE "runId" = $1 ${lock}`,
    [runId],
  );
  return row ?? null;
}

/** Sets the ceilings of a run that is being started. */
export async function insertCeilings(sql: Sql, runId: string, ceilings: Ceilings): Promise<void> {
  if (!isCapped(ceilings)) return;
  await sql.run(
    `INSERT INTO "Ceiling" ("runId", "maxUsd", "maxTexts", "maxRecords", "maxEgress") VALUES ($1, $2, $3, $4, $5)`,
    [runId, ceilings.maxUsd, ceilings.maxTexts, ceilings.maxRecords, ceilings.maxEgress],
  );
}

const idleSchema = z.object({ idle: z.boolean() });

const raisedSchema = z.object({
  kind: z.string(),
  planId: z.string().nullable(),
  createdBy: z.string().nullable(),
  changes: z.number().nullable(),
});

/** Whoever raises or takes away what stands must be allowed to, whichever way they came. */
async function requireRaiser(sql: Sql, runId: string, before: Ceilings, asked: AskedCeilings): Promise<void> {
  if (!raises(before, asked)) return;
  const [run] = await sql.rows(
    raisedSchema,
    `SELECT r."kind", p."id" AS "planId", p."createdBy",
            p."creates" + p."updates" - p."excludedCreates" - p."excludedUpdates" AS "changes"
       FROM "Run" r LEFT JOIN "Plan" p ON p."id" = r."planId" WHERE r."id" = $1`,
    [runId],
  );
  if (!run) return;
  const { kind, planId, createdBy, changes } = run;
  asked.mayRaise({
    runId,
    reads: kind === "plan" || kind === "verify",
    plan: planId === null ? null : { id: planId, createdBy: createdBy ?? "", changes: changes ?? 0 },
  });
}

/**
 * Before a run goes on: changes its ceilings as asked, and lets go of the one that it was paused at. What is taken is counted again from
 * what is noted, while nobody works on the run; egress is never held beforehand, so what the ceiling counted stays.
 * @throws OperatorError `over-limits` where it would pause again at once, and what `mayRaise` throws
 */
export async function resumeCeilings(sql: Sql, runId: string, asked: AskedCeilings | undefined): Promise<void> {
  const before = await readCeiling(sql, runId, "FOR UPDATE");
  if (before !== null && asked !== undefined) await requireRaiser(sql, runId, before, asked);
  const ceilings = mergeCeilings(before ?? noCeilings, asked ?? {});
  if (before === null && !isCapped(ceilings)) return;
  const [segments] = await sql.rows(
    idleSchema,
    `SELECT NOT EXISTS (SELECT 1 FROM "Segment" WHERE "runId" = $1 AND "leaseUntil" > clock_timestamp()) AS "idle"`,
    [runId],
  );
  const idle = segments?.idle === true;
  if (idle)
    await sql.run(`UPDATE "Segment" SET "heldUsd" = 0, "heldTexts" = 0, "heldRecords" = 0 WHERE "runId" = $1`, [runId]);
  await sql.run(
    `INSERT INTO "Ceiling" ("runId", "maxUsd", "maxTexts", "maxRecords", "maxEgress", "usd", "texts", "records", "egress")
     SELECT $1, $2, $3, $4, $6, coalesce(sum("usd" + "readUsd" + "writeUsd"), 0), coalesce(sum("texts"), 0)::int, coalesce(sum("written"), 0)::int,
       coalesce(sum("bytesRead"), 0)::float8 / 1e9
       FROM "Segment" WHERE "runId" = $1
     ON CONFLICT ("runId") DO UPDATE SET "maxUsd" = $2, "maxTexts" = $3, "maxRecords" = $4, "maxEgress" = $6, "reached" = NULL,
       "usd" = CASE WHEN $5::boolean THEN EXCLUDED."usd" ELSE "Ceiling"."usd" END,
       "texts" = CASE WHEN $5::boolean THEN EXCLUDED."texts" ELSE "Ceiling"."texts" END,
       "records" = CASE WHEN $5::boolean THEN EXCLUDED."records" ELSE "Ceiling"."records" END,
       "egress" = greatest("Ceiling"."egress", EXCLUDED."egress")`,
    [runId, ceilings.maxUsd, ceilings.maxTexts, ceilings.maxRecords, idle, ceilings.maxEgress],
  );
  const now = await readCeiling(sql, runId);
  if (now) requireRoom(runId, before, now);
}

function requireRoom(runId: string, before: CeilingRow | null, now: CeilingRow): void {
  for (const kind of ceilingKinds) {
    const most = ceilingOf(now, kind);
    if (most === null) continue;
    const stands = before?.reached === kind && most <= (ceilingOf(before, kind) ?? most);
    // One that it came to exactly, and was never held up by: what is left to do may need nothing of it, as reading back or an index.
    const kept = before !== null && before.reached !== kind && ceilingOf(before, kind) === most;
    if (!stands && (kept || now[kind] < most)) continue;
    const option = { usd: "--max-cost", texts: "--max-texts", records: "--max-records", egress: "--max-egress" }[kind];
    throw new OperatorError({
      kind: "refused",
      code: "over-limits",
      what: `${runId} has reached its ceiling of ${ceilingWords(kind, most)}: ${amountWords(kind, now[kind])} so far.`,
      notLost: "What was written stays, and nothing more was spent.",
      next: `Raise it and go on: portage runs resume ${runId} ${option} N (none: without a ceiling).`,
    });
  }
}
