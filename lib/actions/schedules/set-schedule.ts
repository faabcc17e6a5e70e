import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { OperatorError } from "@/lib/operator-error";
import { routeOf } from "@/lib/routes/route-now";
import { noteSchedule } from "@/lib/runs/attention/note-schedule";
import { newIdentifier } from "@/lib/runs/lifecycle/identifiers";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { nextTime } from "@/lib/runs/schedules/next-time";
import { noteScheduleWorld } from "@/lib/runs/schedules/schedule-world";
import { schedulePhases, scheduleSchema } from "@/lib/shapes/schedules/schedule";
import { parseWebhook, shownWebhook } from "@/lib/webhooks/address";
import { checkStart } from "../connections/check-start";
import { refuseUnreviewed } from "../plans/four-eyes";
import { chosenInput, limitsInput, namedOrAll, routedInput } from "../runs/run-input";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { readSchedules } from "./schedule-view";

export const setScheduleInput = z.strictObject({
  ...chosenInput,
  ...routedInput,
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  cron: z.string().max(200),
  /** Of the IANA database: `Europe/Berlin`. */
  timezone: z.string().max(100).default("UTC"),
  ...limitsInput,
  /** GB of egress at which its analysis pauses, and what it applies. */
  maxEgress: z.number().min(0).max(1_000_000_000).optional(),
  /** Apply by itself although some records can't be migrated. */
  allowProblems: z.boolean().default(false),
  /** http(s) address that is told when a plan waits for a review, and when a scheduled run fails or is refused. */
  webhook: z.string().trim().min(1).max(2000).optional(),
});
export const setScheduleAnswer = z.object({ schedule: scheduleSchema, replaced: z.boolean() });

/**
 * Mirrors namespaces by itself from now on, or changes when and how far that goes: there is one schedule for the same choice of
 * namespaces of a route. Without any limit, every plan waits for a review. Namespaces are looked for when they are chosen first: a schedule stays
 * changeable when one of them is gone later. Throws an `OperatorError` (`no-namespaces`, `invalid-cron`, `invalid-webhook`,
 * `webhook-needs-secret`, `unknown-namespace`, or what stands against any run).
 */
export async function setSchedule(asked: Context, input: z.infer<typeof setScheduleInput>, now = new Date()) {
  const { maxCreates, maxUpdates, maxUsd } = input;
  // Without any limit every plan waits for a review; a schedule can't be the second person.
  if (maxCreates !== undefined || maxUpdates !== undefined || maxUsd !== undefined)
    refuseUnreviewed(asked, maxCreates === undefined || maxUpdates === undefined ? null : maxCreates + maxUpdates);
  const ctx = await onRoute(asked, input.route);
  const route = routeOf(ctx).name;
  const chosen = namedOrAll(input);
  const namespaces = chosen === "all" ? [] : [...chosen].sort();
  const nextAt = nextTime(input.cron, input.timezone, now);
  if (chosen !== "all" && (await scheduled(ctx.database, route, namespaces)) === null)
    await checkStart(ctx, namespaces, { target: true, embedder: false });
  return ctx.database.transaction(async (sql) => {
    // Two who set the same choice at once take turns.
    await sql.run(`LOCK TABLE "Schedule" IN SHARE ROW EXCLUSIVE MODE`);
    const before = await scheduled(sql, route, namespaces);
    const id = before?.id ?? newIdentifier("schedule");
    await sql.run(
      `INSERT INTO "Schedule" ("id", "namespaces", "cron", "timezone", "maxCreates", "maxUpdates", "maxUsd", "allowProblems", "nextAt", "createdBy", "webhook", "route", "maxEgress")
       VALUES ($1, $2::text[], $3, $4, $5, $6, $7, $8, $9, $10, $11, $13, $14)
       ON CONFLICT ("id") DO UPDATE SET "cron" = $3, "timezone" = $4, "maxCreates" = $5, "maxUpdates" = $6, "maxUsd" = $7,
         "allowProblems" = $8, "nextAt" = $9, "webhook" = $11, "maxEgress" = $14, "trouble" = NULL, "troubleAt" = NULL, "told" = NULL,
         "phase" = CASE WHEN "Schedule"."phase" = ANY($12) THEN "Schedule"."phase" ELSE 'idle' END,
         "leaseUntil" = CASE WHEN isfinite("Schedule"."leaseUntil") THEN "Schedule"."leaseUntil" END,
         "takenAt" = CASE WHEN isfinite("Schedule"."takenAt") THEN "Schedule"."takenAt" END`,
      [
        id,
        namespaces,
        input.cron,
        input.timezone,
        input.maxCreates ?? null,
        input.maxUpdates ?? null,
        input.maxUsd ?? null,
        input.allowProblems,
        nextAt,
        ctx.actor,
        webhookOf(ctx, input.webhook, before?.webhook ?? null),
        schedulePhases,
        route,
        input.maxEgress ?? null,
      ],
    );
    await noteScheduleWorld(sql, id, settingsFor(ctx));
    await noteSchedule(sql, id);
    const [schedule] = await readSchedules(sql, `WHERE s."id" = $1`, [id]);
    if (!schedule) throw new Error(`${id} was not kept`);
    return { schedule, replaced: before !== null };
  });
}

/** What is set for the same choice of namespaces until now; `null` without one. */
export async function scheduleBefore(asked: Context, input: z.infer<typeof setScheduleInput>) {
  const ctx = await onRoute(asked, input.route);
  const chosen = namedOrAll(input);
  const found = await scheduled(ctx.database, routeOf(ctx).name, chosen === "all" ? [] : [...chosen].sort());
  return found && ((await readSchedules(ctx.database, `WHERE s."id" = $1`, [found.id])).at(0) ?? null);
}

/** The schedule of just these namespaces of a route, or `null`. */
async function scheduled(sql: Sql, route: string, namespaces: readonly string[]) {
  const [found] = await sql.rows(
    z.object({ id: z.string(), webhook: z.string().nullable() }),
    `SELECT "id", "webhook" FROM "Schedule" WHERE "namespaces" = $1::text[] AND "route" = $2`,
    [namespaces, route],
  );
  return found ?? null;
}

/** What is shown of an address that holds a query is not all of it: given back as it was shown, the address stays. */
function webhookOf({ config }: Context, given: string | undefined, before: string | null): string | null {
  if (given === undefined) return null;
  if (config.webhookSecret === null)
    throw new OperatorError({
      kind: "usage",
      code: "webhook-needs-secret",
      what: "PORTAGE_WEBHOOK_SECRET isn't set: what is sent to a webhook couldn't be signed.",
      notLost: "Nothing was changed.",
      next: "Set it in the environment or in .env to at least 16 characters, start Portage again, and set the schedule.",
    });
  return before !== null && given === shownWebhook(before) ? before : parseWebhook(given, config);
}
