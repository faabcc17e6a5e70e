import { z } from "zod";
import { isOperatorError } from "@/lib/operator-error";
import { schedulePhases } from "@/lib/shapes/schedules/schedule";
import { nextTime } from "./next-time";

/**
 * Columns of `"Schedule" s` that can be read whatever the row holds: it may have been edited by hand, or made by another version.
 * What a value can't stand for is left out and named by {@link troubleOf}, so that one bad row costs only itself.
 */
export const storedScheduleColumns = `s."id", s."route", array_remove(s."namespaces", NULL) AS "namespaces", s."cron", s."timezone",
  ${["maxCreates", "maxUpdates", "maxUsd", "maxEgress"].map((limit) => `CASE WHEN s."${limit}" BETWEEN 0 AND 1e12 THEN s."${limit}" END AS "${limit}"`).join(", ")},
  s."allowProblems", ${["nextAt", "leaseUntil", "takenAt"].map(finite).join(", ")}, s."phase", s."runId", s."planId", s."webhook", s."trouble",
  concat_ws('; ',
    CASE WHEN array_position(s."namespaces", NULL) IS NOT NULL THEN 'one of its namespaces has no name' END,
    CASE WHEN NOT coalesce(s."maxCreates" >= 0, true) OR NOT coalesce(s."maxUpdates" >= 0, true) OR NOT coalesce(s."maxUsd" BETWEEN 0 AND 1e12, true)
         OR NOT coalesce(s."maxEgress" BETWEEN 0 AND 1e12, true)
         THEN 'one of its limits is no number from 0' END,
    CASE WHEN NOT isfinite(s."nextAt") OR NOT coalesce(isfinite(s."leaseUntil"), true) OR NOT coalesce(isfinite(s."takenAt"), true)
         THEN 'one of its times is none' END) AS "unreadable"`;

/** A timestamp, or nothing where it is infinite. */
export function finite(column: string): string {
  return `CASE WHEN isfinite(s."${column}") THEN s."${column}" END AS "${column}"`;
}

export const storedScheduleRow = z.object({
  id: z.string(),
  /** The route that it mirrors along. */
  route: z.string(),
  namespaces: z.array(z.string()),
  cron: z.string(),
  timezone: z.string(),
  maxCreates: z.number().nullable(),
  maxUpdates: z.number().nullable(),
  maxUsd: z.number().nullable(),
  maxEgress: z.number().nullable(),
  allowProblems: z.boolean(),
  nextAt: z.date().nullable(),
  leaseUntil: z.date().nullable(),
  takenAt: z.date().nullable(),
  phase: z.string(),
  runId: z.string().nullable(),
  planId: z.string().nullable(),
  webhook: z.string().nullable(),
  trouble: z.string().nullable(),
  unreadable: z.string(),
});
export type StoredSchedule = z.infer<typeof storedScheduleRow>;
/** One with a time at which its next run is due. */
export type DueSchedule = StoredSchedule & { nextAt: Date };

const isPhase = (phase: string) => schedulePhases.some((known) => known === phase);

/** Why a schedule can't be kept to, as a sentence; `null` where nothing stands against it. */
export function troubleOf(
  of: Pick<StoredSchedule, "cron" | "timezone" | "phase" | "unreadable">,
  now: Date,
): string | null {
  if (of.unreadable !== "") return `It can't be kept to: ${of.unreadable}.`;
  if (!isPhase(of.phase)) return `It can't be kept to: it is ${JSON.stringify(of.phase)}, which Portage doesn't know.`;
  try {
    nextTime(of.cron, of.timezone, now);
    return null;
  } catch (error) {
    if (isOperatorError(error)) return error.what;
    throw error;
  }
}
