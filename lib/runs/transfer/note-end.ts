import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { pluralOf } from "../compare/cut-texts";
import type { SegmentWork } from "../compare/work";
import { writeEvent } from "../lifecycle/events";

const countsSchema = z.object({
  total: z.number(),
  written: z.number(),
  unchanged: z.number(),
  skipped: z.number(),
  failed: z.number(),
  drifted: z.number(),
});

/** A line in the run's log that a namespace is through, with how its records ended. */
export async function noteEnd(sql: Sql, { held, parts }: SegmentWork): Promise<void> {
  const { runId, namespace, kind } = held;
  const [counts] = await sql.rows(
    countsSchema,
    `SELECT "total", "written", "unchanged", "skipped", "failed", "drifted" FROM "Segment" WHERE "runId" = $1 AND "namespace" = $2`,
    [runId, namespace],
  );
  if (!counts) return;
  const { total, ...outcome } = counts;
  const ends = Object.entries(outcome).flatMap(([word, count]) =>
    count > 0 ? [`${count.toLocaleString("en-US")} ${word}`] : [],
  );
  const how = kind === "plan" || ends.length === 0 ? `${pluralOf(total, "record")} listed` : ends.join(", ");
  await writeEvent(sql, {
    runId,
    namespace,
    level: "info",
    channel: "log",
    actor: parts.workerName,
    code: "namespace-ended",
    message: `Ended: ${how}.`,
  });
}
