import { z } from "zod";
import { withDeadline } from "@/lib/http/deadline";
import { type AnySettings, finalRunStates, isClearance, type RunSettings, runStates } from "@/lib/shapes/runs/run";
import { wordInSql } from "@/lib/shapes/runs/verdict";
import type { MoveStatus } from "@/lib/stores/contract";
import { writeEvent } from "../lifecycle/events";
import type { EngineParts } from "../lifecycle/parts";
import { partsFor } from "../lifecycle/parts-for";

export type Told = { runId: string; settings: RunSettings };

/** A run as what is told of a collection's migration; `null`: a retry, or one with a limit or over a choice of changes or rows, isn't that, or nobody is to be told. */
export function toldOf(run: {
  runId: string;
  kind: string;
  retryOf: string | null;
  settings: AnySettings;
}): Told | null {
  const { runId, kind, retryOf, settings } = run;
  if (kind !== "reembed" || retryOf !== null || isClearance(settings)) return null;
  const whole = settings.limit === null && settings.fill === undefined && settings.only === "both";
  return whole && settings.overflow?.status === true ? { runId, settings } : null;
}

/** Tells it once, for no longer than this takes. Answers what was wrong, or `null`. */
export async function tellMove(
  parts: EngineParts,
  told: Told,
  withinMs: number,
  outer?: AbortSignal,
): Promise<string | null> {
  try {
    await withDeadline(withinMs, outer, ({ signal }) =>
      Promise.race([tellOnce(parts, told, signal), rejectedBy(signal)]),
    );
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Says in the run's log that its end was told, so that nobody tells it again; of one that goes on, nothing. */
export async function noteTold({ database, workerName }: EngineParts, runId: string): Promise<void> {
  const [run] = await database.rows(
    z.object({ state: z.enum(runStates) }),
    `SELECT r."state" FROM "Run" r WHERE r."id" = $1 AND NOT EXISTS (SELECT 1 FROM "Event" e WHERE e."runId" = r."id" AND e."code" = 'status-noted')`,
    [runId],
  );
  if (!run || !finalRunStates.includes(run.state)) return;
  const event = { runId, level: "info", channel: "log", actor: workerName, code: "status-noted" } as const;
  await writeEvent(database, { ...event, message: `migration_status says how it ended: ${run.state}.` });
}

/** Says in the run's log that it couldn't be told. */
export async function noteUntold({ database, workerName }: EngineParts, runId: string, why: string): Promise<void> {
  const event = { runId, level: "warn", channel: "log", actor: workerName, code: "status-not-noted" } as const;
  const message = `How far the run is could not be noted in migration_status: ${why}`;
  await writeEvent(database, { ...event, message }).catch(() => {});
}

/** Not every wait of a target listens to a signal: that for a connection doesn't. */
const rejectedBy = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const late = () => reject(new Error("the target didn't answer in time"));
    if (signal.aborted) late();
    signal.addEventListener("abort", late, { once: true });
  });

const words: Record<z.infer<typeof standSchema>["state"], MoveStatus["state"]> = {
  queued: "pending",
  running: "in_progress",
  waiting: "waiting",
  pausing: "in_progress",
  paused: "paused",
  cancelling: "in_progress",
  cancelled: "cancelled",
  succeeded: "completed",
  "succeeded-with-findings": "with_findings",
  failed: "failed",
};

const standSchema = z.object({
  state: z.enum(runStates),
  startedAt: z.date().nullable(),
  endedAt: z.date().nullable(),
  total: z.number(),
  done: z.number(),
  left: z.number(),
  /** Namespaces of the source with records that no run has gone through whole. */
  open: z.number(),
  /** Of those that were gone through, not found right and whole by their last check, or listed short. */
  wrong: z.number(),
  error: z.object({ what: z.string() }).nullable(),
});

const sameEnd = (side: "source" | "target") =>
  `r."settings" #>> '{${side},index}' = m."settings" #>> '{${side},index}'
     AND coalesce(r."settings" #>> '{${side},account}', m."settings" #>> '{${side},account}', '') = coalesce(m."settings" #>> '{${side},account}', r."settings" #>> '{${side},account}', '')`;

/** A condition: `r` leads between the indexes of the run `m`, under its route. */
const sameEnds = `coalesce(r."settings" #>> '{route,name}', '') = coalesce(m."settings" #>> '{route,name}', '') AND ${sameEnd("source")} AND ${sameEnd("target")}`;

/** A condition: `r` is a migration like the run `m`, and whole. */
export const sameMove = `r."kind" = 'reembed' AND r."retryOf" IS NULL AND r."settings" ->> 'limit' IS NULL AND r."settings" -> 'fill' IS NULL
     AND coalesce(r."settings" ->> 'only', 'both') = 'both' AND ${sameEnds}`;

/** The collection's namespaces together: each as this run has it, else as the last that went through it, else as it was counted. */
async function tellOnce(parts: EngineParts, { runId, settings }: Told, signal: AbortSignal): Promise<void> {
  const { target } = await partsFor(parts, settings);
  const [stand] = await parts.database.rows(
    standSchema,
    `WITH moved AS (
       SELECT DISTINCT ON (s."namespace") s.* FROM "Run" m JOIN "Run" r ON ${sameMove} JOIN "Segment" s ON s."runId" = r."id"
        WHERE m."id" = $1 ORDER BY s."namespace", (r."id" = m."id") DESC, r."createdAt" DESC),
     checked AS (
       SELECT DISTINCT ON (s."namespace") s."namespace", ${wordInSql(`s."verdict"`)} AS word
         FROM "Run" m JOIN "Run" r ON r."kind" IN ('reembed', 'mirror', 'verify') AND ${sameEnds} JOIN "Segment" s ON s."runId" = r."id"
        WHERE m."id" = $1 AND s."verdict" ->> 'ok' IS NOT NULL ORDER BY s."namespace", coalesce(s."endedAt", r."createdAt") DESC),
     sums AS (
       SELECT coalesce(sum("total"), 0) AS "total", coalesce(sum("written" + "unchanged"), 0)::int AS "done",
              coalesce(sum("skipped" + "failed" + "drifted"), 0)::int AS "left", count(*) FILTER (WHERE "state" <> 'done') AS "open",
              count(*) FILTER (WHERE "short" > 0 OR word IN ('not-verified', 'incomplete'))::int AS "wrong"
         FROM moved LEFT JOIN checked USING ("namespace")),
     others AS (
       SELECT coalesce(sum(c."value"), 0) AS "total", count(*) AS "open" FROM "NamespaceCount" c JOIN "Run" m ON m."id" = $1
        WHERE c."side" = 'source' AND c."index" = m."settings" #>> '{source,index}' AND c."value" > 0
          AND c."account" = coalesce(m."settings" #>> '{source,account}', c."account")
          AND c."namespace" NOT IN (SELECT "namespace" FROM moved))
     SELECT r."state", r."startedAt", r."endedAt", r."error", (s."total" + o."total")::int AS "total", s."done", s."left",
            (s."open" + o."open")::int AS "open", s."wrong" FROM "Run" r, sums s, others o WHERE r."id" = $1`,
    [runId],
  );
  if (!stand || signal.aborted) return;
  const { total, done, left, open, wrong, error } = stand;
  const over = stand.state === "succeeded" || stand.state === "succeeded-with-findings";
  const state = over && open > 0 ? "in_progress" : over && left + wrong > 0 ? "with_findings" : words[stand.state];
  const lacking = [
    left > 0 && `${left.toLocaleString("en-US")} left out with a reason: run ${runId}, or one before it`,
    over && open > 0 && `namespaces that aren't migrated yet: ${open.toLocaleString("en-US")}`,
  ].filter((each) => each !== false);
  const status = {
    ...{ collection: settings.source.index, index: settings.target.index, model: settings.embedder.model },
    ...{ total, done, state, error: error?.what ?? (lacking.join("; ") || null) },
    startedAt: stand.startedAt?.toISOString() ?? null,
    endedAt: state === "in_progress" ? null : (stand.endedAt?.toISOString() ?? null),
  };
  await target.noteMove?.(status, { signal });
}
