import { z } from "zod";
import { anySettingsSchema, type RunDetail } from "@/lib/shapes/runs/run";
import { json } from "../answers/columns";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";
import { readEvents, readSamplesThinned } from "./event-view";
import { readRun } from "./run-view";
import { readSegments } from "./segment-view";

export const showRunDetailInput = z.strictObject({ id: idInput });

const segmentsShown = 200;
const samplesShown = 600;
const timelineShown = 500;
/** A run that keeps to a small quota waits all the time: of its waits the last ones are shown, and everything else. */
const waitsShown = 300;
const isWait = `e."code" IN ('waiting', 'running')`;

/** What the page of one run shows: sums, settings, the first 200 segments, the throughput and who did what when. */
export async function showRunDetail(ctx: Context, input: z.infer<typeof showRunDetailInput>): Promise<RunDetail> {
  const run = await readRun(ctx.database, input.id);
  const [row] = await ctx.database.rows(
    z.object({ settings: json(anySettingsSchema) }),
    `SELECT "settings" FROM "Run" WHERE "id" = $1`,
    [input.id],
  );
  if (!row) throw new Error(`run ${input.id} lost its settings`);
  const { segments, total } = await readSegments(ctx.database, { runId: input.id, offset: 0, limit: segmentsShown });
  const samples = await readSamplesThinned(ctx.database, input.id, samplesShown);
  const timeline = await readEvents(
    ctx.database,
    `WHERE e."runId" = $1 AND e."channel" = 'timeline' AND
       (e."id" IN (SELECT e."id" FROM "Event" e WHERE e."runId" = $1 AND e."channel" = 'timeline' AND ${isWait} ORDER BY e."id" DESC LIMIT $2::int)
        OR e."id" IN (SELECT e."id" FROM "Event" e WHERE e."runId" = $1 AND e."channel" = 'timeline' AND NOT ${isWait} ORDER BY e."id" DESC LIMIT $3::int))
     ORDER BY e."id"`,
    [input.id, waitsShown, timelineShown],
  );
  return { run, settings: row.settings, segments, segmentTotal: total, samples, timeline };
}
