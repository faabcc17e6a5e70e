import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import type { PlanWarning } from "@/lib/shapes/plans/plan";
import type { AskedCeilings, Ceilings } from "@/lib/shapes/runs/ceilings";
import { type AnySettings, isClearance, type RunKind } from "@/lib/shapes/runs/run";
import { insertCeilings, resumeCeilings } from "./ceiling-rows";
import { tellRunChanged, writeEvent } from "./events";
import { newIdentifier } from "./identifiers";
import { leadsTo, refuseOverlap, refuseReturn, type Target, takeTurn } from "./overlap";
import { controlChannel } from "./parts";
import { hashSettings } from "./settings";
import { moveRun } from "./settle-run";
import { unfinishedStates } from "./states";

export type NewRun = {
  kind: Extract<RunKind, "plan" | "reembed" | "mirror" | "clearance" | "verify">;
  /** What a run of kind `plan` plans: a re-embedding when left out. */
  planKind?: "reembed" | "mirror" | "clearance";
  /** The plan that is applied, when it stands already. */
  planId?: string;
  namespaces: readonly string[];
  /** Records to expect in each namespace, from statistics: progress before the listing is through. */
  expected: ReadonlyMap<string, number>;
  settings: AnySettings;
  /** Of the plan that is made: what was remarked at its start. */
  warnings?: readonly PlanWarning[];
  startedBy: string;
  /** How far it may go. */
  ceilings?: Ceilings;
  /** Of those, what was asked for itself: they are set when the run is resumed, too. */
  given?: AskedCeilings;
};

/** An interrupted plan of a mirroring is resumed for so long; after that what it read first is too old. Hours. */
const planResumedHours = 24;

/** Documents have an end of their own, told by its settings. */
const noEnds: { source: Partial<Target>; target: Partial<Target> } = { source: {}, target: {} };

const foundSchema = z.object({ id: z.string(), state: z.string() });

/**
 * Begins a run, or goes on with the same one (verb, namespaces, settings) where it was interrupted.
 * @throws OperatorError `namespace-busy` when another run writes to one of the namespaces
 */
export async function createRun(database: Database, run: NewRun): Promise<{ runId: string; resumed: boolean }> {
  const { settings } = run;
  const settingsHash = hashSettings(run.planKind === "mirror" ? "plan mirror" : run.kind, run.namespaces, settings);
  const { source, target } = isClearance(settings) ? noEnds : settings;
  return database.transaction(async (sql) => {
    await takeTurn(sql);
    const [same] = await sql.rows(
      foundSchema,
      `SELECT "id", "state" FROM "Run" WHERE "settingsHash" = $1 AND "retryOf" IS NULL AND "state" = ANY($2)
          AND ($3::int IS NULL OR "createdAt" > clock_timestamp() - $3::int * interval '1 hour')
          AND ($4::text IS NULL OR (${leadsTo("source", `"settings"`, [4, 5])} AND ${leadsTo("target", `"settings"`, [6, 7])}))
          AND NOT ("kind" = 'plan' AND "state" = 'failed' AND EXISTS (
            SELECT 1 FROM "Plan" p WHERE p."id" = "planId" AND p."state" NOT IN ('planning', 'failed')))
        ORDER BY "createdAt" DESC LIMIT 1`,
      [
        settingsHash,
        [...unfinishedStates, "failed"],
        run.planKind === "mirror" ? planResumedHours : null,
        source.index ?? null,
        source.account ?? null,
        target.index ?? null,
        target.account ?? null,
      ],
    );
    if (same && same.state !== "cancelling") {
      await goOn(sql, same.id, run.startedBy, run.given);
      return { runId: same.id, resumed: true };
    }
    if (run.kind === "reembed" && !isClearance(settings)) await refuseOverlap(sql, settings, run.namespaces);
    const runId = await insertRun(sql, run, { settingsHash, retryOf: null });
    const segments = segmentsOf(run);
    await sql.run(
      `INSERT INTO "Segment" ("runId", "namespace", "position", "expected")
       SELECT $1, n.name, n.position, n.expected FROM unnest($2::text[], $3::int[], $4::int[]) AS n(name, position, expected)`,
      [
        runId,
        segments,
        segments.map((_, position) => position),
        segments.map((name) => run.expected.get(name) ?? null),
      ],
    );
    return { runId, resumed: false };
  });
}

/** What workers lease: a namespace of vectors each; documents of all namespaces lie mixed and are one. */
export function segmentsOf({ namespaces, settings }: Pick<NewRun, "namespaces" | "settings">): readonly string[] {
  return isClearance(settings) ? [settings.target.join(", ")] : namespaces;
}

/** Inserts the run and, unless it only reads back or applies one that stands, its plan; tells the workers. */
export async function insertRun(
  sql: Sql,
  run: NewRun,
  more: { settingsHash: string; retryOf: string | null },
): Promise<string> {
  const runId = newIdentifier("run");
  const settings = JSON.stringify(run.settings);
  let planId = run.planId ?? null;
  if (planId === null && run.kind !== "verify") {
    planId = newIdentifier("plan");
    await sql.run(
      `INSERT INTO "Plan" ("id", "kind", "state", "namespaces", "settings", "settingsHash", "createdBy", "warnings")
       VALUES ($1, $2, 'planning', $3, $4::jsonb, $5, $6, $7::jsonb)`,
      [
        planId,
        run.planKind ?? "reembed",
        run.namespaces,
        settings,
        more.settingsHash,
        run.startedBy,
        JSON.stringify(run.warnings ?? []),
      ],
    );
  }
  await sql.run(
    `INSERT INTO "Run" ("id", "kind", "state", "planId", "settings", "settingsHash", "namespaces", "retryOf", "startedBy")
     VALUES ($1, $2, 'queued', $3, $4::jsonb, $5, $6, $7, $8)`,
    [runId, run.kind, planId, settings, more.settingsHash, run.namespaces, more.retryOf, run.startedBy],
  );
  if (run.ceilings) await insertCeilings(sql, runId, run.ceilings);
  const names: Record<NewRun["kind"], string> = {
    plan: run.planKind === "reembed" || run.planKind === undefined ? "Dry run" : "Analysis",
    reembed: run.planId === undefined ? "Re-embedding" : `Re-embedding as estimated in ${run.planId}`,
    mirror: `Mirroring after ${planId}`,
    clearance: `Setting ${isClearance(run.settings) ? run.settings.request.field : "a field"} after ${planId}`,
    verify: "Verification",
  };
  await writeEvent(sql, {
    runId,
    level: "info",
    channel: "timeline",
    actor: run.startedBy,
    code: "created",
    message: `${names[run.kind]} of ${scopeOf(run)} was started.`,
  });
  for (const { code, words } of run.warnings ?? [])
    await writeEvent(sql, { runId, level: "warn", channel: "timeline", actor: run.startedBy, code, message: words });
  await wakeWorkers(sql, runId);
  return runId;
}

function scopeOf({ namespaces, settings }: NewRun): string {
  if (isClearance(settings) && settings.request.namespaces === "all")
    return `all documents of ${settings.target.join(", ")}`;
  return namespaces.length === 1 ? "1 namespace" : `${namespaces.length.toLocaleString("en-US")} namespaces`;
}

/**
 * Puts an interrupted run back to work; does nothing to one that is under way.
 * @param given ceilings to be changed
 * @throws OperatorError `over-limits` when it stands at a ceiling that isn't raised, `not-allowed` or `four-eyes` when whoever asks may not raise one, `namespace-busy`, `documents-busy` when a failed run's work was taken over by another meanwhile
 */
export async function goOn(sql: Sql, runId: string, actor: string, given?: AskedCeilings): Promise<void> {
  await takeTurn(sql);
  await refuseReturn(sql, runId);
  await resumeCeilings(sql, runId, given);
  await sql.run(
    `UPDATE "Segment" SET "state" = 'queued', "error" = NULL, "wakeAt" = NULL, "waitingFor" = NULL, "attempts" = GREATEST("attempts", 1)
      WHERE "runId" = $1 AND "state" = 'failed'`,
    [runId],
  );
  await sql.run(
    `UPDATE "Plan" SET "state" = 'planning' WHERE "state" = 'failed' AND "id" = (SELECT "planId" FROM "Run" WHERE "id" = $1)`,
    [runId],
  );
  const moved = await moveRun(sql, runId, "queued", actor);
  if (moved) {
    // From its pause or failure on nobody worked on it; a part of that may be counted already, of a worker that was lost.
    await sql.run(
      `UPDATE "Run" r SET "lostUntil" = clock_timestamp(),
              "lostMs" = "lostMs" + GREATEST(0, extract(epoch FROM clock_timestamp() - GREATEST(stood."at", coalesce("lostUntil", stood."at"))) * 1000)::bigint
         FROM (SELECT max("at") AS "at" FROM "Event" WHERE "runId" = $1 AND "code" IN ('paused', 'failed')) stood
        WHERE r."id" = $1 AND stood."at" IS NOT NULL AND r."startedAt" IS NOT NULL`,
      [runId],
    );
    await sql.run(`UPDATE "Run" SET "error" = NULL WHERE "id" = $1`, [runId]);
    await writeEvent(sql, { runId, level: "info", channel: "timeline", actor, code: "resumed", message: "Resumed." });
  }
  await wakeWorkers(sql, runId);
}

/** Tells workers and watchers once the transaction commits. */
export async function wakeWorkers(sql: Sql, runId: string): Promise<void> {
  await sql.run("SELECT pg_notify($1, $2)", [controlChannel, runId]);
  await tellRunChanged(sql, runId);
}
