import type { Database } from "@/lib/db/contract";
import { defaultRoute } from "@/lib/shapes/names";
import { type IndexKey, isIndex } from "../lifecycle/accounts";
import { bothSides } from "../lifecycle/both-sides";
import { unfinishedStates } from "../lifecycle/states";
import { planValidHours } from "../plans/plan-standing";

/**
 * Namespaces whose target lacks records: as the last comparison knows it, else by the counts of index statistics where something was
 * migrated before. One that nobody has begun to migrate isn't missing anything yet.
 */
const missing = `
  sides AS (${bothSides("$4")}),
  missing AS (
    SELECT coalesce(sh.name, st."namespace") AS name, st."planId",
           CASE WHEN st."namespace" IS NOT NULL THEN st."creates" + st."problems" ELSE greatest(sh.source - coalesce(sh.target, 0), 0) END AS records,
           st."problems" AS problems, st."namespace" IS NOT NULL AS compared
      FROM sides sh FULL JOIN (SELECT * FROM "Standing" WHERE ${isIndex('"source"', '"sourceAccount"', "$1")} AND ${isIndex('"target"', '"targetAccount"', "$2")}) st ON st."namespace" = sh."sourceName"
     WHERE st."namespace" IS NOT NULL OR coalesce(sh.target, 0) > 0)`;

/** What namespaces are looked at along: a route, which indexes of whose it leads between, and how it names namespaces (`ruleValue`). */
export type SweptRoute = { route: string; source: IndexKey; target: IndexKey; rule: string };

/** Whether a run's settings lead to the account of `$2`; where either isn't known, its name tells. */
const sameAccount = (settings: string) =>
  `(($2::text[])[2] = '' OR coalesce(${settings} #>> '{target,account}' = ($2::text[])[2], true))`;

const many = (count: string) =>
  `CASE ${count} WHEN 1 THEN '1 record' ELSE to_char(${count}, 'FM999,999,999,999') || ' records' END`;
const what = `CASE WHEN NOT m.compared THEN 'The target has ' || ${many("m.records")} || ' fewer than the source, by index statistics.'
  WHEN m.problems = m.records THEN ${many("m.records")} || ' can''t be migrated.'
  ELSE 'The target is missing ' || ${many("m.records")} || ', as of the last comparison.' END`;

/** Items of a route: those that earlier versions opened are of the environment's. */
const ofRoute = `coalesce(a."route", '${defaultRoute}') = $3::text`;

/**
 * Opens an item for each namespace whose target lacks records while nothing is under way for it, and solves those where none is missing
 * any more. What another item says already (a plan that waits, a run that failed or left records out) isn't said twice.
 */
export async function noteNamespaces(database: Database, { route, source, target, rule }: SweptRoute): Promise<void> {
  const along = [source, target, route, rule];
  await database.transaction(async (sql) => {
    await sql.run(
      `WITH ${missing}
       UPDATE "Attention" a SET "standing" = NULL, "solvedAt" = clock_timestamp(), "solvedBy" = 'the target has what the source has'
        WHERE a."cause" = 'target-missing' AND ${ofRoute} AND ${isIndex('a."target"', 'a."account"', "$2")} AND a."standing" IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM missing m WHERE m.records > 0 AND a."places" @> ARRAY[m.name])`,
      along,
    );
    await sql.run(
      `WITH ${missing}
       INSERT INTO "Attention" ("id", "key", "standing", "cause", "level", "route", "target", "account", "places", "what", "next", "href", "records")
       SELECT 'attention-' || md5($1::text || chr(31) || $2::text || chr(31) || $3::text || m.name || clock_timestamp()::text), key, key, 'target-missing', 'warn', $3::text, ($2::text[])[1], ($2::text[])[2],
              ARRAY[m.name], ${what}, CASE WHEN m.problems = m.records THEN 'See why, and fix the records in the source.' ELSE 'Compare it, then migrate or mirror it.' END,
              '/namespaces', m.records
         FROM missing m CROSS JOIN LATERAL (SELECT 'target-missing:' || CASE $3::text WHEN '${defaultRoute}' THEN '' ELSE $3::text || ':' END || ($2::text[])[1] || ':' || m.name || CASE ($2::text[])[2] WHEN '' THEN '' ELSE '@' || ($2::text[])[2] END AS key) k
        WHERE m.records > 0
          AND (EXISTS (SELECT 1 FROM "Attention" o WHERE o."standing" = k.key) OR (
            NOT EXISTS (SELECT 1 FROM "Segment" s JOIN "Run" r ON r."id" = s."runId" WHERE s."namespace" = m.name AND r."state" = ANY($5)
                           AND r."settings" #>> '{target,index}' = ($2::text[])[1] AND ${sameAccount('r."settings"')})
            AND NOT EXISTS (SELECT 1 FROM "Plan" p WHERE p."id" = m."planId" AND p."state" IN ('ready', 'approved')
                               AND p."readyAt" > clock_timestamp() - $6 * interval '1 hour' AND p."creates" + p."updates" > 0)
            AND NOT EXISTS (SELECT 1 FROM "Attention" o WHERE o."standing" IS NOT NULL AND o."places" @> ARRAY[m.name] AND o."target" IS NOT DISTINCT FROM ($2::text[])[1]
                               AND ${sameAccount(`(SELECT x."settings" FROM "Run" x WHERE x."id" = o."runId")`)}
                               AND o."cause" IN ('run-failed', 'run-paused', 'records-not-written', 'verify-failed'))))
       ON CONFLICT ("standing") DO UPDATE SET "what" = EXCLUDED."what", "next" = EXCLUDED."next", "records" = EXCLUDED."records"
        WHERE "Attention"."records" IS DISTINCT FROM EXCLUDED."records"`,
      [...along, unfinishedStates, planValidHours],
    );
  });
}
