import type { Database } from "@/lib/db/contract";

/** A run of any length gets some hundreds of samples: one a second at first, then one per 1/600 of its age. */
const samplesPerAge = 600;

/** Notes the counters of the runs as they are now, for the throughput plot; runs that were sampled just now are passed over. */
export async function sampleRuns(database: Database, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return;
  await database.run(
    `INSERT INTO "Sample" ("runId", "at", "written", "unchanged", "skipped", "failed", "texts", "tokens")
     SELECT s."runId", clock_timestamp(), sum(s."written")::int, sum(s."unchanged")::int, sum(s."skipped")::int,
            sum(s."failed" + s."drifted")::int, sum(s."texts")::int, sum(s."tokens")::bigint
       FROM "Segment" s JOIN "Run" r ON r."id" = s."runId"
      WHERE s."runId" = ANY($1)
        AND NOT EXISTS (SELECT 1 FROM "Sample" p WHERE p."runId" = r."id"
              AND p."at" > clock_timestamp() - GREATEST(interval '900 milliseconds', (clock_timestamp() - coalesce(r."startedAt", r."createdAt")) / ${samplesPerAge}))
      GROUP BY s."runId"
     ON CONFLICT DO NOTHING`,
    [runIds],
  );
}
