import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import type { NewAttention } from "./open";
import { settleAttention } from "./open";

const scheduleRow = z.object({
  route: z.string(),
  namespaces: z.array(z.string()),
  trouble: z.string().nullable(),
  outcome: z.string().nullable(),
  words: z.string().nullable(),
  webhook: z.boolean(),
  givenUp: z.string().nullable(),
});

/** Trouble of a schedule, its last run when that failed or was left out, and a webhook that can't be reached. Safe to call again. */
export async function noteSchedule(sql: Sql, scheduleId: string): Promise<void> {
  const [schedule] = await sql.rows(
    scheduleRow,
    `SELECT s."route", array_remove(s."namespaces", NULL) AS "namespaces", s."trouble", s."outcome", s."words", s."webhook" IS NOT NULL AS "webhook",
            (SELECT CASE l."state" WHEN 'given-up' THEN coalesce(l."lastWords", '') END FROM (
               SELECT d."state", d."lastWords" FROM "Delivery" d WHERE d."scheduleId" = s."id" ORDER BY d."createdAt" DESC, d."id" DESC LIMIT 1) l) AS "givenUp"
       FROM "Schedule" s WHERE s."id" = $1`,
    [scheduleId],
  );
  const href = `/fleet?tab=schedules&schedule=${encodeURIComponent(scheduleId)}`;
  const items: NewAttention[] = [];
  const bad = schedule?.outcome === "failed" || schedule?.outcome === "refused";
  if (schedule && (schedule.trouble !== null || bad))
    items.push({
      cause: "schedule-trouble",
      subject: scheduleId,
      level: schedule.trouble !== null || schedule.outcome === "failed" ? "error" : "warn",
      what:
        schedule.trouble ??
        `The last scheduled run ${schedule.outcome === "failed" ? "failed" : "was skipped"}: ${schedule.words ?? ""}`,
      next: schedule.trouble === null ? "See its history; it runs again at its next time." : "Change or remove it.",
      href,
      scheduleId,
      route: schedule.route,
      places: schedule.namespaces,
    });
  if (schedule?.webhook && schedule.givenUp !== null)
    items.push({
      cause: "webhook-given-up",
      subject: scheduleId,
      level: "warn",
      what: `The webhook of a schedule can't be reached: its last message was given up. ${schedule.givenUp}`.trim(),
      next: "Check the receiver and send the message again, or change the webhook.",
      href,
      scheduleId,
      route: schedule.route,
      places: schedule.namespaces,
    });
  await settleAttention(
    sql,
    { column: "scheduleId", id: scheduleId, causes: ["schedule-trouble", "webhook-given-up"] },
    items,
    schedule ? "it runs well again" : "the schedule was removed",
  );
}
