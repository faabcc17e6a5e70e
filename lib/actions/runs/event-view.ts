import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { type RunEvent, type Sample, sampleSchema } from "@/lib/shapes/runs/run";
import { amount, instant } from "../answers/columns";

export const eventLevels = ["info", "warn", "error"] as const;

const eventRow = z.object({
  id: amount,
  at: instant,
  level: z.enum(eventLevels),
  channel: z.enum(["timeline", "log"]),
  actor: z.string(),
  code: z.string(),
  message: z.string(),
  namespace: z.string().nullable(),
});

/** Lines of the log. `selection` follows `FROM "Event" e` and its values start at `$1`. */
export async function readEvents(sql: Sql, selection: string, values: readonly unknown[]): Promise<RunEvent[]> {
  return sql.rows(
    eventRow,
    `SELECT e."id"::float8 AS id, e."at", e."level", e."channel", e."actor", e."code", e."message", e."namespace" FROM "Event" e ${selection}`,
    values,
  );
}

const sampleRow = sampleSchema.extend({
  at: instant,
  written: amount,
  unchanged: amount,
  skipped: amount,
  failed: amount,
  texts: amount,
  tokens: amount,
});
const sampleColumns = `m."at", m."written", m."unchanged", m."skipped", m."failed", m."texts", m."tokens"::float8 AS tokens`;

/** A run's samples after a moment, oldest first. */
export async function readSamplesAfter(sql: Sql, runId: string, at: string | null): Promise<Sample[]> {
  return sql.rows(
    sampleRow,
    `SELECT ${sampleColumns} FROM "Sample" m WHERE m."runId" = $1 AND ($2::timestamptz IS NULL OR m."at" > $2::timestamptz)
     ORDER BY m."at" LIMIT 1000`,
    [runId, at],
  );
}

/** A run's samples over its whole time, thinned out evenly to about `most`, the last one always among them. */
export async function readSamplesThinned(sql: Sql, runId: string, most: number): Promise<Sample[]> {
  return sql.rows(
    sampleRow,
    `SELECT ${sampleColumns} FROM (
       SELECT s.*, row_number() OVER (ORDER BY s."at" DESC) - 1 AS back, count(*) OVER () AS count FROM "Sample" s WHERE s."runId" = $1
     ) m WHERE m.back % greatest(1, ceil(m.count::float8 / $2::int)::int) = 0 ORDER BY m."at"`,
    [runId, most],
  );
}
