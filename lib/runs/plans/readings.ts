import type { Database, Sql } from "@/lib/db/contract";
import { lastMet } from "../lifecycle/accounts";

const columns = ["source", "sourceAccount", "target", "targetAccount"];
/** The indexes that a reading is of, and whose they are. */
const sides = columns.map((column) => `"${column}"`).join(", ");
const sidesOf = (row: string) => columns.map((column) => `${row}."${column}"`).join(", ");
const same = (one: string, other: string) =>
  columns.map((column) => `${one}."${column}" = ${other}."${column}"`).join(" AND ");
/** From a run's or plan's settings; an account that these don't know is the one that was met last under that name. */
const sidesIn = (settings: string) =>
  (["source", "target"] as const)
    .map((side) => {
      const index = `${settings} #>> '{${side},index}'`;
      return `${index} AS ${side}, coalesce(${settings} #>> '{${side},account}', ${lastMet(side, index)}) AS "${side}Account"`;
    })
    .join(", ");

/**
 * Notes how many differences an analysis found between the sides of each of its namespaces. To be called when its last namespace is through and
 * before its plan is complete; a namespace whose listing gave less than is counted tells nothing of that: from then on there is nothing to note. Safe to call again, from several workers.
 */
export async function noteAnalysed(database: Database, runId: string): Promise<void> {
  await database.transaction(async (sql) => {
    const noted = await sql.run(
      `WITH made AS (
         SELECT p."id", p."namespaces", ${sidesIn('p."settings"')}
           FROM "Run" r JOIN "Plan" p ON p."id" = r."planId" WHERE r."id" = $1 AND r."kind" = 'plan' AND p."state" IN ('planning', 'failed')
       ), noted AS (
         INSERT INTO "Reading" ("runId", "namespace", ${sides}, "planId", "at", "creates", "updates", "unchanged", "orphans", "problems")
         SELECT $1, n.name, ${sidesOf("m")}, m."id", clock_timestamp(), coalesce(sum(c."createCount"), 0), coalesce(sum(c."updates"), 0),
                coalesce(sum(c."unchanged"), 0), coalesce(sum(c."orphanCount"), 0), coalesce(sum(c."problems"), 0)
           FROM made m CROSS JOIN unnest(m."namespaces") AS n(name)
           LEFT JOIN "Chunk" c ON c."planId" = m."id" AND c."namespace" = n.name
          WHERE NOT EXISTS (SELECT 1 FROM "Segment" s WHERE s."runId" = $1 AND s."namespace" = n.name AND s."short" > 0)
          GROUP BY n.name, ${sidesOf("m")}, m."id"
         ON CONFLICT DO NOTHING RETURNING *
       )
       INSERT INTO "Standing" (${sides}, "namespace", "planId", "analysedAt", "creates", "updates", "unchanged", "orphans", "problems")
       SELECT ${sides}, "namespace", "planId", "at", "creates", "updates", "unchanged", "orphans", "problems" FROM noted
       ON CONFLICT (${sides}, "namespace") DO UPDATE SET "planId" = EXCLUDED."planId", "analysedAt" = EXCLUDED."analysedAt",
         "appliedAt" = NULL, "creates" = EXCLUDED."creates", "updates" = EXCLUDED."updates", "unchanged" = EXCLUDED."unchanged",
         "orphans" = EXCLUDED."orphans", "problems" = EXCLUDED."problems", "compared" = true, "runId" = $1`,
      [runId],
    );
    if (noted > 0) await sumUp(sql, runId);
  });
}

/** How many letters of an outcome mean that the target has what was planned: written, or found so. */
const written = (letters: string) =>
  `coalesce(sum(length(${letters}) - length(translate(${letters}, 'wu', ''))), 0)::int`;

/**
 * Notes what is left of the differences once a run has applied its plan: what was excluded, skipped, failed or drifted, and what can't be
 * migrated. Nothing is noted where a newer analysis has looked meanwhile. Safe to call again, from several workers.
 */
export async function noteApplied(database: Database, runId: string): Promise<void> {
  await database.transaction(async (sql) => {
    const noted = await sql.run(
      `WITH done AS (
         SELECT s."namespace", r."planId", ${written(`left(p."outcome", c."createCount")`)} AS creates,
                ${written(`substr(p."outcome", c."createCount" + 1)`)} AS updates
           FROM "Run" r JOIN "Segment" s ON s."runId" = r."id"
           LEFT JOIN "Progress" p ON p."runId" = r."id" AND p."namespace" = s."namespace"
           LEFT JOIN "Chunk" c ON c."planId" = r."planId" AND c."namespace" = s."namespace" AND c."sequence" = p."sequence"
          WHERE r."id" = $1 AND r."kind" = 'mirror' GROUP BY s."namespace", r."planId"
       ), noted AS (
         INSERT INTO "Reading" ("runId", "namespace", ${sides}, "planId", "at", "creates", "updates", "unchanged", "orphans", "problems")
         SELECT $1, st."namespace", ${sidesOf("st")}, st."planId", clock_timestamp(), greatest(0, st."creates" - d.creates),
                greatest(0, st."updates" - d.updates), st."unchanged" + d.creates + d.updates, st."orphans", st."problems"
           FROM done d JOIN "Standing" st ON st."namespace" = d."namespace" AND st."planId" = d."planId"
         ON CONFLICT DO NOTHING RETURNING *
       )
       UPDATE "Standing" st SET "creates" = n."creates", "updates" = n."updates", "unchanged" = n."unchanged", "appliedAt" = n."at"
         FROM noted n WHERE ${same("st", "n")} AND st."namespace" = n."namespace"`,
      [runId],
    );
    if (noted > 0) await sumUp(sql, runId);
  });
}

/**
 * Notes what a re-embedding or a verification found when it read its namespaces back: which records the target lacks, by their IDs.
 * A verification of every record is a comparison of edits, too. Of a sample, what it found to differ counts, beside what the last comparison
 * knows: other edits are noted as not compared.
 * Safe to call again.
 */
export async function noteReadBack(sql: Sql, runId: string): Promise<void> {
  const noted = await sql.run(
    `WITH read AS (
       SELECT s."namespace", ${sidesIn('r."settings"')}, r."kind" = 'reembed' AS wrote,
              s."unchanged" AS found, ${["missing", "explainedMissing", "takenOut", "arrivedLater", "orphans", "sampled", "sampleMismatches"].map((part) => `coalesce((s."verdict" ->> '${part}')::int, 0) AS "${part}"`).join(", ")},
              coalesce((s."verdict" #>> '{source,count}')::int, 0) AS records
         FROM "Run" r JOIN "Segment" s ON s."runId" = r."id"
        WHERE r."id" = $1 AND r."kind" IN ('reembed', 'verify') AND s."state" = 'done' AND s."verdict" ->> 'missing' IS NOT NULL
     ), seen AS (
       SELECT d.*, st."planId", CASE WHEN d.whole THEN d."sampleMismatches" ELSE greatest(coalesce(st."updates", 0), d."sampleMismatches") END AS updates,
              CASE WHEN d.whole OR (d.wrote AND d.found = 0) THEN true ELSE coalesce(st."compared", false) END AS compared
         FROM (SELECT *, NOT wrote AND "sampled" > 0 AND "sampled" >= records - "missing" - "explainedMissing" - "arrivedLater" AS whole FROM read) d
         LEFT JOIN "Standing" st ON ${same("st", "d")} AND st."namespace" = d."namespace"
     ), noted AS (
       INSERT INTO "Reading" ("runId", "namespace", ${sides}, "planId", "at", "creates", "updates", "unchanged", "orphans", "problems", "compared")
       SELECT $1, "namespace", ${sides}, "planId", clock_timestamp(), "missing" + "arrivedLater" + "takenOut", updates,
              greatest(0, records - "missing" - "explainedMissing" - "arrivedLater" - updates), "orphans", "explainedMissing" - "takenOut", compared
         FROM seen WHERE source IS NOT NULL AND target IS NOT NULL
       ON CONFLICT DO NOTHING RETURNING *
     )
     INSERT INTO "Standing" (${sides}, "namespace", "planId", "runId", "analysedAt", "creates", "updates", "unchanged", "orphans", "problems", "compared")
     SELECT ${sides}, "namespace", "planId", "runId", "at", "creates", "updates", "unchanged", "orphans", "problems", "compared" FROM noted
     ON CONFLICT (${sides}, "namespace") DO UPDATE SET "runId" = EXCLUDED."runId", "analysedAt" = EXCLUDED."analysedAt", "appliedAt" = NULL,
       "creates" = EXCLUDED."creates", "updates" = EXCLUDED."updates", "unchanged" = EXCLUDED."unchanged", "orphans" = EXCLUDED."orphans",
       "problems" = EXCLUDED."problems", "compared" = EXCLUDED."compared"`,
    [runId],
  );
  if (noted > 0) await sumUp(sql, runId);
}

/** One point of the whole fleet: the sum of what is known of each namespace now. */
async function sumUp(sql: Sql, runId: string): Promise<void> {
  await sql.run(
    `INSERT INTO "FleetReading" ("runId", ${sides}, "at", "namespaces", "creates", "updates", "orphans", "problems")
     SELECT $1, ${sidesOf("st")}, clock_timestamp(), count(*), sum(st."creates"), sum(st."updates"), sum(st."orphans"), sum(st."problems")
       FROM "Standing" st JOIN (SELECT ${sides} FROM "Reading" WHERE "runId" = $1 LIMIT 1) AS r
         ON ${same("r", "st")}
      GROUP BY ${sidesOf("st")}
     ON CONFLICT ("runId") DO NOTHING`,
    [runId],
  );
}
