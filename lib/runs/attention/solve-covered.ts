import type { Sql } from "@/lib/db/contract";

/**
 * Which later runs put right what a run over vectors left: those that went over the whole namespace of the same target and were verified.
 * `a` is the item, `r` the later run, `s` its segment of the place in question.
 */
const putsRight = `CASE
  WHEN a."cause" = 'verify-failed' THEN s."verdict" ->> 'ok' = 'true' AND (r."kind" = 'verify' OR coalesce(s."verdict" ->> 'word', 'verified') = 'verified')
  WHEN a."cause" = 'listing-short' THEN s."short" = 0 AND (r."kind" IN ('plan', 'reembed', 'verify') OR s."verdict" IS NOT NULL)
  WHEN a."runKind" = 'plan' THEN r."kind" = 'plan'
       AND (SELECT p."kind" FROM "Plan" p WHERE p."id" = r."planId") = (SELECT p."kind" FROM "Plan" p JOIN "Run" o ON o."planId" = p."id" WHERE o."id" = a."runId")
  WHEN a."runKind" = 'verify' THEN r."kind" = 'verify'
  WHEN a."runKind" = 'clearance' THEN r."kind" = 'clearance' AND r."settings" -> 'request' = (SELECT o."settings" -> 'request' FROM "Run" o WHERE o."id" = a."runId")
  WHEN a."runKind" = 'reembed' THEN r."kind" IN ('reembed', 'mirror') AND s."verdict" ->> 'ok' = 'true' AND r."settings" ->> 'only' IS DISTINCT FROM 'updates'
  ELSE r."kind" = a."runKind" AND s."verdict" ->> 'ok' = 'true' AND r."settings" ->> 'only' IS NOT DISTINCT FROM 'both'
END AND r."retryOf" IS NULL AND r."settings" ->> 'limit' IS NULL`;

/** An index of the same name in another account, or another folder without a name, is another target. What isn't known differs in nothing. */
const sameAccount = `coalesce(r."settings" #>> '{target,account}' = (SELECT o."settings" #>> '{target,account}' FROM "Run" o WHERE o."id" = a."runId"), true)`;

/**
 * Notes as solved what earlier runs left in places that later runs have gone through since: `runId` alone, or, without it, all of them.
 */
export async function solveCovered(sql: Sql, runId: string | null): Promise<void> {
  await sql.run(
    `UPDATE "Attention" a SET "standing" = NULL, "solvedAt" = clock_timestamp(), "solvedBy" = coalesce($1::text || ' went over it again', 'a later run')
      WHERE a."standing" IS NOT NULL AND a."cause" IN ('run-failed', 'verify-failed', 'records-not-written', 'listing-short')
        AND cardinality(a."places") > 0
        AND ($1::text IS NULL OR (a."runId" <> $1 AND a."places" && ARRAY(SELECT x."namespace" FROM "Segment" x WHERE x."runId" = $1)))
        AND NOT EXISTS (SELECT 1 FROM unnest(a."places") AS n(name) WHERE NOT EXISTS (
          SELECT 1 FROM "Segment" s JOIN "Run" r ON r."id" = s."runId"
           WHERE s."namespace" = n.name AND s."state" = 'done' AND r."createdAt" > a."subjectAt"
             AND r."state" IN ('succeeded', 'succeeded-with-findings')
             AND r."settings" #>> '{target,index}' IS NOT DISTINCT FROM a."target" AND ${sameAccount} AND ${putsRight}))`,
    [runId],
  );
}
