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
    `WHERE e."runId" = $1 AND e."channel" = 'timeline' ORDER BY e."id" DESC LIMIT $2::int`,
    [input.id, timelineShown],
  );
  return { run, settings: row.settings, segments, segmentTotal: total, samples, timeline: timeline.reverse() };
}
