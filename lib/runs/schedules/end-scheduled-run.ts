import { createHash } from "node:crypto";
import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import type { WebhookEvent } from "@/lib/shapes/schedules/delivery";
import type { ScheduleOutcome } from "@/lib/shapes/schedules/schedule";
import { type WebhookMessage, webhookNamespaces } from "@/lib/shapes/schedules/webhook";
import { putDelivery } from "@/lib/webhooks/outbox";
import { noteSchedule } from "../attention/note-schedule";
import { newIdentifier } from "../lifecycle/identifiers";
import type { EngineParts } from "../lifecycle/parts";

/** A schedule as the scheduled run that is ended saw it. */
export type ScheduleAtEnd = {
  id: string;
  namespaces: readonly string[];
  cron: string;
  timezone: string;
  phase: string;
  leaseUntil: Date | null;
  takenAt: Date | null;
  runId: string | null;
  planId: string | null;
  webhook: string | null;
};

const scheduledRunSchema = z.object({
  creates: z.number(),
  updates: z.number(),
  unchanged: z.number(),
  orphans: z.number(),
  problems: z.number(),
  usd: z.number(),
  startedAt: z.date(),
  endedAt: z.date(),
});
type ScheduledRun = z.infer<typeof scheduledRunSchema>;

const toldRow = z.object({ told: z.string().nullable(), givenUp: z.boolean(), hash: z.string().nullable() });

/** Outcomes that somebody has to look at. */
const events: Partial<Record<ScheduleOutcome, WebhookEvent>> = {
  review: "plan.waiting",
  failed: "scheduled-run.failed",
  refused: "scheduled-run.refused",
};

/**
 * Ends a scheduled run: the schedule rests, the run is kept with what its plan held, and the message to the webhook is put down, all in one
 * transaction. Does nothing when another worker has moved the schedule on meanwhile, so it ends once.
 */
export async function endScheduledRun(
  parts: Pick<EngineParts, "database">,
  of: ScheduleAtEnd,
  ended: { outcome: ScheduleOutcome; words: string; now: Date },
): Promise<void> {
  const { outcome, words, now } = ended;
  await parts.database.transaction(async (sql) => {
    const touched = await sql.run(
      `UPDATE "Schedule" SET "phase" = 'idle', "leaseUntil" = NULL, "outcome" = $2, "words" = $3, "outcomeAt" = $4
        WHERE "id" = $1 AND "phase" = $5 AND "runId" IS NOT DISTINCT FROM $6 AND "leaseUntil" IS NOT DISTINCT FROM $7`,
      [of.id, outcome, words, now, of.phase, of.runId, of.leaseUntil],
    );
    if (touched !== 1) return;
    const [run] = await sql.rows(
      scheduledRunSchema,
      `INSERT INTO "ScheduledRun" ("scheduleId", "startedAt", "endedAt", "outcome", "words", "planId", "runId", "creates", "updates", "unchanged",
              "orphans", "problems", "usd")
       SELECT $1, $2, $3, $4, $5, $6, $7, coalesce(p."creates", 0), coalesce(p."updates", 0), coalesce(p."unchanged", 0),
              coalesce(p."orphans", 0), coalesce(p."problems", 0), coalesce((p."estimate" -> 'usd' ->> 'total')::float8, 0)
         FROM (SELECT 1) AS one LEFT JOIN "Plan" p ON p."id" = $6
       RETURNING "creates", "updates", "unchanged", "orphans", "problems", "usd", "startedAt", "endedAt"`,
      [of.id, of.takenAt ?? now, now, outcome, words, of.planId, of.runId],
    );
    if (run && of.webhook !== null) await tellWebhook(sql, of, run, { outcome, words });
    await noteSchedule(sql, of.id);
  });
}

/** Tells what is new: the same changes waiting, or the same failure, are told once until they change or all is well again. */
async function tellWebhook(
  sql: Sql,
  of: ScheduleAtEnd,
  run: ScheduledRun,
  ended: { outcome: ScheduleOutcome; words: string },
): Promise<void> {
  const [before] = await sql.rows(
    toldRow,
    `SELECT s."told", (SELECT p."hash" FROM "Plan" p WHERE p."id" = $2) AS "hash",
            coalesce((SELECT d."state" = 'given-up' FROM "Delivery" d WHERE d."scheduleId" = $1 ORDER BY d."createdAt" DESC, d."id" DESC LIMIT 1), false) AS "givenUp"
       FROM "Schedule" s WHERE s."id" = $1`,
    [of.id, of.planId],
  );
  if (!before) return;
  const event = events[ended.outcome] ?? (before.told === null ? null : "scheduled-run.recovered");
  if (event === null) return;
  const told = event === "scheduled-run.recovered" ? null : contentOf(event, before.hash, ended.words);
  if (told !== null && told === before.told && !before.givenUp) return;
  await putDelivery(sql, messageOf(of, run, { event, ...ended }));
  await sql.run(`UPDATE "Schedule" SET "told" = $2 WHERE "id" = $1`, [of.id, told]);
}

/** What a message is about, whichever run or plan of many brought it up. */
function contentOf(event: WebhookEvent, hash: string | null, words: string): string {
  const about = event === "plan.waiting" ? (hash ?? "") : words.replace(/\b(run|plan)-[a-z0-9]+-[a-z0-9]+/g, "$1");
  return createHash("sha256").update(`${event} ${about}`).digest("hex");
}

function messageOf(
  of: ScheduleAtEnd,
  run: ScheduledRun,
  ended: { event: WebhookEvent; outcome: ScheduleOutcome; words: string },
): WebhookMessage {
  const [startedAt, endedAt] = [run.startedAt.toISOString(), run.endedAt.toISOString()];
  return {
    version: 2,
    id: newIdentifier("delivery"),
    event: ended.event,
    at: endedAt,
    schedule: {
      id: of.id,
      namespaces: of.namespaces.slice(0, webhookNamespaces),
      namespaceTotal: of.namespaces.length,
      cron: of.cron,
      timezone: of.timezone,
    },
    scheduledRun: { outcome: ended.outcome, words: ended.words, startedAt, endedAt },
    plan:
      of.planId === null
        ? null
        : {
            id: of.planId,
            counts: {
              create: run.creates,
              update: run.updates,
              unchanged: run.unchanged,
              orphan: run.orphans,
              problem: run.problems,
            },
            usd: run.usd,
            path: `/plans/${of.planId}`,
          },
    run: of.runId === null ? null : { id: of.runId, path: `/runs/${of.runId}` },
  };
}

/** Ends a scheduled run with its outcome, in words. */
export function end(
  parts: EngineParts,
  schedule: ScheduleAtEnd,
  outcome: ScheduleOutcome,
  words: string,
  now: Date,
): Promise<void> {
  return endScheduledRun(parts, schedule, { outcome, words, now });
}
