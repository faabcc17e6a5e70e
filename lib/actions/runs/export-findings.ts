import { z } from "zod";
import type { Finding } from "@/lib/shapes/runs/reason";
import { exportFormats, writeRows } from "../answers/csv";
import type { Context } from "../verbs/context";
import { type FindingFilters, findingFilters, readFindings } from "./finding-view";
import { readRun } from "./run-view";

export const exportFindingsInput = z.strictObject({
  ...findingFilters,
  format: z.enum(exportFormats).default("jsonl"),
});
const columns = ["runId", "namespace", "id", "kind", "reason", "detail", "attempts", "at", "index"] as const;
const pageSize = 1000;

async function* pages(
  ctx: Context,
  filters: FindingFilters,
  signal: AbortSignal | undefined,
): AsyncGenerator<Finding[]> {
  for (let after = 0; ; ) {
    signal?.throwIfAborted();
    const { findings, last } = await readFindings(ctx.database, filters, after, { limit: pageSize });
    yield findings;
    if (findings.length < pageSize) return;
    after = last;
  }
}

/** A run's findings as chunks of text, in constant memory. Throws an `OperatorError` (`run-not-found`) before the first chunk. */
export async function exportFindings(
  ctx: Context,
  input: z.infer<typeof exportFindingsInput>,
  options: { signal?: AbortSignal } = {},
) {
  await readRun(ctx.database, input.id, 0);
  const { format, ...filters } = input;
  return writeRows(pages(ctx, filters, options.signal), format, columns);
}
