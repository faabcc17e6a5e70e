import { z } from "zod";
import { writtenAs } from "@/lib/routes/namespaces";
import { isClearance } from "@/lib/shapes/runs/run";
import { findingsConflict } from "./finding-rows";
import type { Claimed } from "./lease";

/** Where a run's vectors go and what makes them; of a run over documents none are written. */
export function spaceOf({ settings }: Claimed): [string, string, string, number, string] {
  if (isClearance(settings)) return ["", "", "", 0, ""];
  const { target, embedder } = settings;
  return [target.account ?? "", target.index, embedder.model, embedder.dimension, embedder.task];
}

/** Under which name the segment's namespace stands in the target; of a run over documents that means nothing. */
export function writtenNamespace({ namespace, settings }: Claimed): string {
  return isClearance(settings) ? namespace : writtenAs(namespace, settings.namespaces);
}

/** What {@link commitStatement} answers: whether the lease still held, and whether the run is still to be worked on. */
export const heldSchema = z.object({ held: z.number(), workable: z.boolean() });

/**
 * One statement, so one trip and one transaction: the counters move only under the lease, and everything else only with them.
 * `$1` to `$3` the lease, `$4` to `$12` the counters, `$13` to `$15` chunks, `$16` to `$20` findings, `$21` and `$22` the notice,
 * `$23` and `$24` the namespaces of chunks and findings, `$25` to `$30` which vectors were added where, and how many,
 * `$31` the chunks' digests, `$32` to `$37` the requests, of which the reads are taken from the ceiling as they come: texts and writes were
 * taken before. `$38` how many vectors were made, also for records that stood there: whether such a record had a vector of this space before
 * isn't known, so a space holds at least what it held and what was added, and at least what this run made (it writes a record once).
 * `$39` and `$40` the requests that read the target, `$41` the name under which the namespace is written there.
 */
export const commitStatement = `
WITH fenced AS (
  UPDATE "Segment" SET "written" = "written" + $4, "unchanged" = "unchanged" + $5, "skipped" = "skipped" + $6, "failed" = "failed" + $7,
         "drifted" = "drifted" + $8, "texts" = "texts" + $9, "tokens" = "tokens" + $10, "usd" = "usd" + $11, "bytesWritten" = "bytesWritten" + $12,
         "lists" = "lists" + $32, "fetches" = "fetches" + $33, "embeds" = "embeds" + $34, "upserts" = "upserts" + $35,
         "readUsd" = "readUsd" + $36, "writeUsd" = "writeUsd" + $37, "made" = "made" + $38,
         "targetLists" = "targetLists" + $39, "targetFetches" = "targetFetches" + $40
   WHERE "runId" = $1 AND "namespace" = $2 AND "leaseToken" = $3 RETURNING "made"
), ceiling AS (
  UPDATE "Ceiling" c SET "usd" = c."usd" + $36 FROM fenced WHERE c."runId" = $1
), progress AS (
  INSERT INTO "Progress" ("runId", "namespace", "sequence", "outcome", "done", "digests")
  SELECT $1, p.* FROM unnest($23::text[], $13::int[], $14::text[], $15::boolean[], $31::text[]) AS p, fenced
  ON CONFLICT ("runId", "namespace", "sequence")
  DO UPDATE SET "outcome" = EXCLUDED."outcome", "done" = EXCLUDED."done", "digests" = EXCLUDED."digests"
), findings AS (
  INSERT INTO "Finding" ("runId", "namespace", "index", "recordId", "kind", "reason", "detail")
  SELECT DISTINCT ON (f.namespace, f.index, f.id, f.reason) $1, f.namespace, f.index, f.id, f.kind, f.reason, f.detail
    FROM unnest($24::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[])
      AS f(namespace, id, kind, reason, detail, index), fenced
  ${findingsConflict}
), spaces AS (
  INSERT INTO "VectorSpace" ("account", "index", "namespace", "model", "dimension", "task", "vectors", "firstRunId", "lastRunId", "firstAt", "lastAt")
  SELECT $25::text, $26::text, $41::text, $27::text, $28::int, $29::text, fenced."made", $1, $1, clock_timestamp(), clock_timestamp()
    FROM fenced WHERE $38::int > 0
  ON CONFLICT ("index", "namespace", "account", "model", "dimension", "task") DO UPDATE
    SET "vectors" = greatest("VectorSpace"."vectors" + $30::int, EXCLUDED."vectors"), "lastRunId" = EXCLUDED."lastRunId", "lastAt" = EXCLUDED."lastAt"
)
SELECT (SELECT count(*) FROM fenced)::int AS "held",
       EXISTS (SELECT 1 FROM "Run" WHERE "id" = $1 AND "state" IN ('queued', 'running', 'waiting')) AS "workable", CASE WHEN $21::boolean THEN pg_notify($22, $1) END AS "told"`;
