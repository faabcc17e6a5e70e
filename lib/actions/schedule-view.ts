import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { type Schedule, scheduleOutcomes, schedulePhases } from "@/lib/shapes/schedule";
import { instant } from "./columns";

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
  createdBy: z.string(),
  createdAt: instant,
});

function toSchedule(row: z.infer<typeof scheduleRow>): Schedule {
  const { maxCreates, maxUpdates, maxUsd, allowProblems, outcome, words, outcomeAt, ...rest } = row;
  const last = outcome === null || outcomeAt === null ? null : { outcome, words: words ?? "", at: outcomeAt };
  return { ...rest, limits: { maxCreates, maxUpdates, maxUsd, allowProblems }, last };
}

/** Schedules as every edge shows them. `selection` follows `FROM "Schedule" s` and its values start at `$1`. */
export async function readSchedules(sql: Sql, selection: string, values: readonly unknown[] = []): Promise<Schedule[]> {
  const rows = await sql.rows(
    scheduleRow,
    `SELECT s."id", s."namespaces", s."cron", s."timezone", s."maxCreates", s."maxUpdates", s."maxUsd", s."allowProblems", s."nextAt",
       s."phase", s."runId", s."planId", s."outcome", s."words", s."outcomeAt", s."createdBy", s."createdAt" FROM "Schedule" s ${selection}`,
    values,
  );
  return rows.map(toSchedule);
}
