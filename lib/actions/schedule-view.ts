import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { type Schedule, scheduleOutcomes, schedulePhases } from "@/lib/shapes/schedule";
import { shownWebhook } from "@/lib/webhooks/address";
import { instant } from "./columns";
import { deliveryColumns, deliveryRow, toDelivery } from "./delivery-view";

const scheduleRow = z.object({
  id: z.string(),
  namespaces: z.array(z.string()),
  cron: z.string(),
  timezone: z.string(),
  maxCreates: z.number().nullable(),
  maxUpdates: z.number().nullable(),
  maxUsd: z.number().nullable(),
  allowProblems: z.boolean(),
  nextAt: instant,
  phase: z.enum(schedulePhases),
  runId: z.string().nullable(),
  planId: z.string().nullable(),
  outcome: z.enum(scheduleOutcomes).nullable(),
  words: z.string().nullable(),
  outcomeAt: instant.nullable(),
  webhook: z.string().nullable(),
  undelivered: z.number(),
  delivery: deliveryRow.nullable(),
  createdBy: z.string(),
  createdAt: instant,
});

function toSchedule(row: z.infer<typeof scheduleRow>): Schedule {
  const { maxCreates, maxUpdates, maxUsd, allowProblems, outcome, words, outcomeAt, webhook, delivery, ...rest } = row;
  const last = outcome === null || outcomeAt === null ? null : { outcome, words: words ?? "", at: outcomeAt };
  return {
    ...rest,
    limits: { maxCreates, maxUpdates, maxUsd, allowProblems },
    last,
    webhook: webhook === null ? null : shownWebhook(webhook),
    delivery: delivery && toDelivery(delivery),
  };
}

/** Schedules as every edge shows them. `selection` follows `FROM "Schedule" s` and its values start at `$1`. */
export async function readSchedules(sql: Sql, selection: string, values: readonly unknown[] = []): Promise<Schedule[]> {
  const rows = await sql.rows(
    scheduleRow,
    `SELECT s."id", s."namespaces", s."cron", s."timezone", s."maxCreates", s."maxUpdates", s."maxUsd", s."allowProblems", s."nextAt",
       s."phase", s."runId", s."planId", s."outcome", s."words", s."outcomeAt", s."webhook", s."createdBy", s."createdAt",
       (SELECT count(*)::int FROM "Delivery" d WHERE d."scheduleId" = s."id" AND d."state" = 'waiting') AS "undelivered",
       (SELECT to_jsonb(l) FROM (SELECT ${deliveryColumns} FROM "Delivery" d WHERE d."scheduleId" = s."id"
          ORDER BY d."createdAt" DESC, d."id" DESC LIMIT 1) AS l) AS "delivery" FROM "Schedule" s ${selection}`,
    values,
  );
  return rows.map(toSchedule);
}
