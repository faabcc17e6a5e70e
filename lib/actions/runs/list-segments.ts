import { z } from "zod";
import { segmentSchema } from "@/lib/shapes/runs/run";
import type { Context } from "../verbs/context";
import { idInput, limitInput, offsetInput } from "../verbs/parse-input";
import { readSegments } from "./segment-view";

export const listSegmentsInput = z.strictObject({
  id: idInput,
  /** Part of a namespace's name. */
  search: z.string().max(512).optional(),
  offset: offsetInput,
  limit: limitInput,
});
export const listSegmentsAnswer = z.object({ segments: z.array(segmentSchema), total: z.number() });

/** A run's namespaces in the order in which they are worked on; `total` counts those that match over all pages. */
export async function listSegments(ctx: Context, input: z.infer<typeof listSegmentsInput>) {
  const { id, ...page } = input;
  return readSegments(ctx.database, { runId: id, ...page });
}
