import { z } from "zod";
import type { Update, UpdateOutcome } from "../contract";
import type { Connection } from "./connection";
import { malformed, shorten } from "./failures";
import { type ChangeLines, linesOf } from "./update-lines";

const problem = z.object({
  type: z.string(),
  reason: z.string().nullish(),
  caused_by: z.object({ reason: z.string().nullish() }).optional(),
});
type Problem = z.infer<typeof problem>;

const answered = z.object({
  items: z
    .array(
      z.object({
        update: z.object({ status: z.number(), result: z.string().optional(), error: problem.optional() }),
      }),
    )
    .default([]),
});

/** Nothing else of the answer is read, and a bulk's answer is as long as its request. */
const wanted = ["status", "result", "error.type", "error.reason", "error.caused_by.reason"]
  .map((name) => `items.*.${name}`)
  .join(",");

const refused = (
  reason: Extract<UpdateOutcome, { state: "refused" }>["reason"],
  scope: "document" | "index",
  detail: string,
): UpdateOutcome => ({ state: "refused", reason, scope, detail });

const mappingProblems = new Set([
  "strict_dynamic_mapping_exception",
  "document_parsing_exception",
  "mapper_parsing_exception",
  "mapper_exception",
]);

function outcomeOfProblem(status: number, { type, reason, caused_by }: Problem): UpdateOutcome {
  const why = caused_by?.reason ? ` (${caused_by.reason})` : "";
  const detail = shorten(`${reason ?? type}${why}`);
  if (type === "cluster_block_exception" && status !== 503) return refused("write-blocked", "index", detail);
  if (type === "index_closed_exception") return refused("write-blocked", "index", detail);
  if (type === "index_not_found_exception") return refused("rejected-by-target", "index", detail);
  if (type === "security_exception") return refused("rejected-by-target", "index", detail);
  if (mappingProblems.has(type)) {
    return refused("mapping-refused", type === "strict_dynamic_mapping_exception" ? "index" : "document", detail);
  }
  if (status === 409) return { state: "conflict" };
  if (status === 404) return { state: "missing" };
  if (status === 429) return { state: "throttled", detail };
  if (status >= 500) return { state: "unavailable", detail };
  return refused("rejected-by-target", "document", detail);
}

function outcomeOf(status: number, result: string | undefined, error: Problem | undefined): UpdateOutcome {
  if (error !== undefined) return outcomeOfProblem(status, error);
  if (result === "updated") return { state: "updated" };
  if (result === "noop") return { state: "noop" };
  throw malformed("bulkUpdate", `An update was answered with ${status} ${result ?? "and without a result"}`);
}

/** One bulk request of partial updates, each fenced by the version it was decided on. */
export async function bulkUpdate(
  connection: Connection,
  field: string,
  updates: readonly Update[],
  signal?: AbortSignal,
): Promise<UpdateOutcome[]> {
  if (updates.length === 0) return [];
  // Sent as text that is ready: the client would serialise each line again and keep both.
  const lines: ChangeLines = new Map();
  let bulkBody = "";
  for (const update of updates) bulkBody += linesOf(lines, field, update);
  const { items } = await connection.call({ operation: "bulkUpdate", signal }, answered, (client, options) =>
    client.transport.request(
      { method: "POST", path: "/_bulk", querystring: { filter_path: wanted }, bulkBody },
      options,
    ),
  );
  if (items.length !== updates.length) {
    throw malformed("bulkUpdate", `Sent ${updates.length} updates, got ${items.length} outcomes`);
  }
  return items.map(({ update }) => outcomeOf(update.status, update.result, update.error));
}
