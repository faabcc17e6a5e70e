import { z } from "zod";
import { amountWords, ceilingOf, ceilingWords } from "@/lib/plan/estimate/ceilings";
import { estimateLeft, excludedWorkloadSchema, noLoads, workloadSchema } from "@/lib/plan/estimate/left";
import { kindNamed } from "@/lib/routes/kinds";
import { type Estimate, estimateSchema } from "@/lib/shapes/plans/plan";
import { ceilingKinds, type RunCeilings } from "@/lib/shapes/runs/ceilings";
import type { Run } from "@/lib/shapes/runs/run";
import { pinecone } from "@/lib/stores/pinecone/kind";
import { amount, json } from "../answers/columns";

/** What a run asked of the services and what that cost, how far it may go, and what its plan had estimated. */
export const runCostRow = z.object({
  lists: amount,
  fetches: amount,
  targetLists: amount,
  targetFetches: amount,
  embeds: amount,
  upserts: amount,
  readUsd: amount,
  writeUsd: amount,
  egress: amount,
  targetEgress: amount,
  egressUsd: amount,
  sourceKind: z.string().nullable(),
  targetKind: z.string().nullable(),
  came: amount,
  maxUsd: z.number().nullable(),
  maxTexts: z.number().nullable(),
  maxRecords: z.number().nullable(),
  maxEgress: z.number().nullable(),
  reached: z.enum(ceilingKinds).nullable(),
  takenUsd: z.number().nullable(),
  takenTexts: z.number().nullable(),
  takenRecords: z.number().nullable(),
  takenEgress: z.number().nullable(),
  only: z.enum(["both", "creates", "updates"]),
  estimate: json(estimateSchema.nullable()),
  workload: json(workloadSchema.nullable()),
  excludedWorkload: json(excludedWorkloadSchema.nullable()),
});
type Row = z.infer<typeof runCostRow>;

/** Sums over a run's segments `s`. */
export const costSums = `sum(s."lists")::float8 AS lists, sum(s."fetches")::float8 AS fetches,
    sum(s."targetLists")::float8 AS "targetLists", sum(s."targetFetches")::float8 AS "targetFetches", sum(s."embeds")::float8 AS embeds,
    sum(s."upserts")::float8 AS upserts, sum(s."readUsd") AS "readUsd", sum(s."writeUsd") AS "writeUsd", sum(s."bytesRead")::float8 AS egress,
    sum(s."targetBytesRead")::float8 AS "targetEgress", sum(s."egressUsd") AS "egressUsd",
    sum((s."verdict" ->> 'arrivedLater')::float8) AS came`;

/** What of it is read beside the sums, of the run `page` with its ceiling `c` and its plan `p`. */
export const costColumns = `coalesce(sums.lists, 0) AS lists, coalesce(sums.fetches, 0) AS fetches,
  coalesce(sums."targetLists", 0) AS "targetLists", coalesce(sums."targetFetches", 0) AS "targetFetches", coalesce(sums.embeds, 0) AS embeds,
  coalesce(sums.upserts, 0) AS upserts, coalesce(sums."readUsd", 0) AS "readUsd", coalesce(sums."writeUsd", 0) AS "writeUsd", coalesce(sums.egress, 0) AS egress,
  coalesce(sums."targetEgress", 0) AS "targetEgress", coalesce(sums."egressUsd", 0) AS "egressUsd",
  page."settings" #>> '{source,kind}' AS "sourceKind", page."settings" #>> '{target,kind}' AS "targetKind",
  CASE WHEN page."kind" = 'reembed' AND page."retryOf" IS NULL AND page."settings" ->> 'limit' IS NULL THEN coalesce(sums.came, 0) ELSE 0 END AS came,
  c."maxUsd", c."maxTexts", c."maxRecords", c."maxEgress", c."reached", c."usd" AS "takenUsd", c."texts" AS "takenTexts", c."records" AS "takenRecords", c."egress" AS "takenEgress",
  coalesce(page."settings" ->> 'only', 'both') AS "only", p."estimate", p."workload", p."excludedWorkload"`;
export const costJoins = `LEFT JOIN "Ceiling" c ON c."runId" = page."id"
LEFT JOIN "Plan" p ON p."id" = page."planId" AND page."kind" IN ('reembed', 'mirror') AND page."retryOf" IS NULL`;

export function costOf(
  row: Row,
  embedding: number,
): Pick<Run, "cost" | "egress" | "egressBy" | "requests" | "estimate" | "cameSince"> {
  // Egress is noted as it comes, the rest of the reads a moment later.
  const reads = Math.max(0, row.readUsd - row.egressUsd);
  return {
    cost: {
      embedding,
      reads,
      writes: row.writeUsd,
      egress: row.egressUsd,
      total: embedding + reads + row.egressUsd + row.writeUsd,
    },
    egress: row.egress,
    egressBy: egressBy(row),
    requests: {
      "source.list": row.lists,
      "target.list": row.targetLists,
      "source.fetch": row.fetches,
      "target.fetch": row.targetFetches,
      embed: row.embeds,
      "target.upsert": row.upserts,
    },
    estimate: estimateOf(row),
    cameSince: row.came,
  };
}

/** By service; a run of the environment's route names no kinds. */
function egressBy({ egress, targetEgress, sourceKind, targetKind }: Row): NonNullable<Run["egressBy"]> {
  const of = (side: "source" | "target", kind: string | null, bytes: number) =>
    bytes === 0 ? [] : [{ side, service: kindNamed(kind ?? pinecone.kind).service, bytes }];
  return [...of("source", sourceKind, egress - targetEgress), ...of("target", targetKind, targetEgress)];
}

function estimateOf({ workload, excludedWorkload, estimate, only }: Row): Estimate | null {
  return workload === null ? estimate : estimateLeft(workload, excludedWorkload ?? noLoads, only);
}

/** `left`: records that aren't accounted for yet, or `null` while that isn't known. */
export function ceilingsOf(row: Row, state: Run["state"], left: number | null): RunCeilings | null {
  const { maxUsd, maxTexts, maxRecords, maxEgress, reached } = row;
  if (maxUsd === null && maxTexts === null && maxRecords === null && maxEgress === null) return null;
  const stands = reached !== null && (state === "pausing" || state === "paused");
  return {
    maxUsd,
    maxTexts,
    maxRecords,
    maxEgress,
    reached: stands ? reached : null,
    words: stands ? wordsOf(row, left) : null,
  };
}

function wordsOf(row: Row, left: number | null): string | null {
  const { reached } = row;
  const most = reached === null ? null : ceilingOf(row, reached);
  if (reached === null || most === null) return null;
  const { takenUsd, takenTexts, takenRecords, takenEgress } = row;
  const taken = { usd: takenUsd, texts: takenTexts, records: takenRecords, egress: takenEgress }[reached] ?? 0;
  const rest = left === null ? "how many records are left isn't known yet" : `${amountWords("records", left)} left`;
  return `The ceiling of ${ceilingWords(reached, most)} is reached: ${amountWords(reached, taken)} so far, ${rest}.`;
}
