import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { finite, storedScheduleColumns, storedScheduleRow, troubleOf } from "@/lib/runs/schedules/stored-schedule";
import { onRouteOf } from "@/lib/shapes/routes/route";
import { type Schedule, scheduleOutcomes, schedulePhases } from "@/lib/shapes/schedules/schedule";
import { shownWebhook } from "@/lib/webhooks/address";
import { instant } from "../answers/columns";
import { deliveryColumns, deliveryRow, toDelivery } from "./delivery-view";

const scheduleRow = storedScheduleRow.extend({
  routeRevision: z.number().nullable(),
  outcome: z.string().nullable(),
  words: z.string().nullable(),
  outcomeAt: instant.nullable(),
  troubleAt: instant.nullable(),
  undelivered: z.number(),
  delivery: deliveryRow.nullable(),
  createdBy: z.string(),
  createdAt: instant.nullable(),
});

function toSchedule(row: z.infer<typeof scheduleRow>): Schedule {
  const { maxCreates, maxUpdates, maxUsd, maxEgress, allowProblems, words, outcomeAt, webhook, delivery } = row;
  const outcome = z.enum(scheduleOutcomes).safeParse(row.outcome).data;
  const phase = z.enum(schedulePhases).safeParse(row.phase).data;
  // Told as it is now, whether or not a worker has looked since it was edited.
  const trouble = troubleOf(row, new Date());
  return {
    id: row.id,
    route: onRouteOf({ name: row.route, revision: row.routeRevision ?? 0 }),
    namespaces: row.namespaces,
    cron: row.cron,
    timezone: row.timezone,
    limits: { maxCreates, maxUpdates, maxUsd, maxEgress, allowProblems },
    nextAt: trouble !== null || row.nextAt === null ? null : row.nextAt.toISOString(),
    trouble,
    phase: phase ?? "idle",
    runId: row.runId,
    planId: row.planId,
    last: outcome === undefined || outcomeAt === null ? null : { outcome, words: words ?? "", at: outcomeAt },
    webhook: webhook === null ? null : shownWebhook(webhook),
    delivery: delivery && toDelivery(delivery),
    undelivered: row.undelivered,
    createdBy: row.createdBy,
    createdAt: row.createdAt ?? new Date(0).toISOString(),
  };
}

/** Schedules as every edge shows them. `selection` follows `FROM "Schedule" s` and its values start at `$1`. */
export async function readSchedules(sql: Sql, selection: string, values: readonly unknown[] = []): Promise<Schedule[]> {
  const rows = await sql.rows(
    scheduleRow,
    `SELECT ${storedScheduleColumns}, (s."world" #>> '{route,revision}')::int AS "routeRevision", s."outcome", s."words", ${["outcomeAt", "troubleAt", "createdAt"].map(finite).join(", ")}, s."createdBy",
       (SELECT count(*)::int FROM "Delivery" d WHERE d."scheduleId" = s."id" AND d."state" = 'waiting') AS "undelivered",
       (SELECT to_jsonb(l) FROM (SELECT ${deliveryColumns} FROM "Delivery" d WHERE d."scheduleId" = s."id"
          ORDER BY d."createdAt" DESC, d."id" DESC LIMIT 1) AS l) AS "delivery" FROM "Schedule" s ${selection}`,
    values,
  );
  return rows.map(toSchedule);
}
