import { writtenAsSql } from "@/lib/routes/namespaces";
import { bothSides } from "@/lib/runs/lifecycle/both-sides";
import { unfinishedStates } from "@/lib/runs/lifecycle/states";
import { planValidHours } from "@/lib/runs/plans/plan-standing";
import { changedSince } from "../namespaces/comparisons";
import { betweenIndexes, countedAt, sidesValues } from "../namespaces/inventory";
import type { Context } from "../verbs/context";

/**
 * Every namespace of the source, and those analysed before, with how their sides stand, as the common table `fleet` of a statement.
 * Values `$1` to `$5` are those of {@link fleetValues}. One row a namespace: what failed is few, what is at work is bounded by runs.
 */
export const fleet = `
  sides AS (${bothSides()}),
  places AS (
    SELECT s."namespace", r."id", r."kind", r."state", s."state" = 'failed' AS failed, coalesce(r."endedAt", r."createdAt") AS at
      FROM "Segment" s JOIN "Run" r ON r."id" = s."runId"
     WHERE ((s."state" = 'failed' AND r."state" = 'failed') OR (s."state" IN ('queued', 'running', 'waiting') AND r."state" = ANY($5)))
       AND r."kind" IN ('plan', 'mirror', 'reembed') AND ${["source", "target"].map((side, at) => `r."settings" #>> '{${side},index}' = ($${at + 1}::text[])[1] AND coalesce(r."settings" #>> '{${side},account}', ($${at + 1}::text[])[2]) = ($${at + 1}::text[])[2]`).join(" AND ")}
  ),
  failed AS (
    SELECT DISTINCT ON (p."namespace") p.* FROM places p JOIN "Run" r ON r."id" = p."id" JOIN "Plan" m ON m."id" = r."planId"
     WHERE p.failed AND m."kind" = 'mirror' ORDER BY p."namespace", p.at DESC
  ),
  busy AS (SELECT DISTINCT ON ("namespace") * FROM places WHERE NOT failed ORDER BY "namespace", at DESC),
  known AS (
    SELECT coalesce(sh.name, st."namespace") AS name, coalesce(sh."sourceName", st."namespace") AS "sourceName",
           coalesce(sh.written, ${writtenAsSql('st."namespace"', "$3")}) AS written, sh.source, sh."sourceExact", sh.target, sh."targetExact", sh.gathers,
           st."planId", st."analysedAt", st."appliedAt", st."creates", st."updates", st."unchanged", st."orphans", st."problems",
           st."compared", st."creates" + st."updates" + st."problems" AS "outOfSync",
           ${changedSince(countedAt, "sh.source", "sh.target")} AS "changedSince"
      FROM sides sh FULL JOIN (SELECT * FROM "Standing" WHERE ${betweenIndexes("")}) st ON st."namespace" = sh."sourceName"
     WHERE sh.source > 0 OR sh.target > 0 OR st."namespace" IS NOT NULL
  ),
  fleet AS (
    SELECT k.*, CASE WHEN b."id" IS NOT NULL THEN b."id" WHEN f.at > coalesce(k."appliedAt", k."analysedAt", '-infinity') THEN f."id" END AS "runId",
           coalesce(b."kind", f."kind") AS "runKind", coalesce(b."state", f."state") AS "runState",
           CASE WHEN f.at > coalesce(k."appliedAt", k."analysedAt", '-infinity') THEN 'failed'
                WHEN k."analysedAt" IS NULL THEN 'never'
                WHEN k."outOfSync" = 0 AND k."changedSince" THEN 'out-of-sync'
                WHEN k."outOfSync" = 0 AND NOT k."compared" THEN 'unchecked'
                WHEN k."outOfSync" = 0 THEN 'in-sync'
                WHEN p."state" = 'ready' AND p."readyAt" > now() - $4 * interval '1 hour' AND k."creates" + k."updates" > 0 THEN 'review'
                ELSE 'out-of-sync' END AS state
      FROM known k LEFT JOIN busy b ON b."namespace" = k."sourceName" LEFT JOIN failed f ON f."namespace" = k."sourceName"
      LEFT JOIN "Plan" p ON p."id" = k."planId"
  )`;

/** The values of {@link fleet}. */
export const fleetValues = async (ctx: Context): Promise<unknown[]> => [
  ...(await sidesValues(ctx)),
  planValidHours,
  unfinishedStates,
];
