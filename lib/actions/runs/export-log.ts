import { z } from "zod";
import type { RunEvent } from "@/lib/shapes/runs/run";
import { exportFormats, writeRows } from "../answers/csv";
import type { Context } from "../verbs/context";
import { readEvents } from "./event-view";
import { logCondition, logFilters } from "./list-log";
import { readRun } from "./run-view";

export const exportLogInput = z.strictObject({ ...logFilters, format: z.enum(exportFormats).default("jsonl") });
type Input = z.infer<typeof exportLogInput>;
const columns = ["id", "at", "level", "actor", "code", "message", "namespace"] as const;
const pageSize = 1000;

async function* pages(ctx: Context, input: Input, signal: AbortSignal | undefined): AsyncGenerator<RunEvent[]> {
  const { text, values } = logCondition(input);
  for (let after = 0; ; ) {
    signal?.throwIfAborted();
    const events = await readEvents(
      ctx.database,
      `WHERE ${text} AND e."id" > $4::bigint ORDER BY e."id" LIMIT $5::int`,
      [...values, after, pageSize],
    );
    yield events;
    const last = events.at(-1);
    if (!last || events.length < pageSize) return;
    after = last.id;
  }
}

/** A run's whole log, oldest line first, as chunks of text. Throws an `OperatorError` (`run-not-found`) before the first chunk. */
export async function exportLog(ctx: Context, input: Input, options: { signal?: AbortSignal } = {}) {
  await readRun(ctx.database, input.id, 0);
  return writeRows(pages(ctx, input, options.signal), input.format, columns);
}
