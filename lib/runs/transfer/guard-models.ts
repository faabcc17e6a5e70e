import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { ruleValue, writtenAs, writtenAsSql } from "@/lib/routes/namespaces";
import type { MarkedModels } from "@/lib/shapes/namespaces/namespaces";
import type { RunSettings } from "@/lib/shapes/runs/run";
import type { Work } from "../compare/work";
import { fence } from "../lifecycle/lease";
import { markedOthers, readMarked } from "../lifecycle/marked-models";
import {
  forgetSpaces,
  longWritten,
  othersAmong,
  readSpaces,
  refuseMixture,
  refuseOthers,
  replaceSpaces,
} from "../lifecycle/vector-spaces";

/**
 * Never two models in one namespace: to be called each time that a segment is taken, whatever began or resumed its run. Between two takings
 * another run may have written there.
 * @throws OperatorError `mixed-models`
 */
export async function guardModels(work: Work): Promise<void> {
  const { held, parts, places } = work;
  const { settings, kind } = held;
  const { namespace } = places.target;
  if (kind !== "reembed" && kind !== "mirror") return;
  const known = await readSpaces(parts.database, settings.target, [namespace]);
  const others = othersAmong(known, settings);
  if (known.length === 0) return guardMarked(work);
  if (others.length === 0) return;
  if ((await longWritten(parts.database, settings.target, [namespace])).length > 0) {
    const page = await work.calls.make([{ allowance: work.allowances.list("target"), units: 1 }], (signal) =>
      parts.target.listIds(places.target, { signal, limit: 1 }),
    );
    if (page.ids.length === 0) return forgetSpaces(parts.database, settings.target, namespace);
  }
  await refuseMixture(parts.database, settings, await plannedHere(work));
}

/** How many vectors the run would add to its namespace. A re-embedding without an estimate finds what it creates as it goes. */
async function plannedHere({ held, parts, places }: Work): Promise<Map<string, number | null>> {
  const { planId, listed, settings } = held;
  const { namespace } = places.target;
  const planned = planId !== null && listed ? await plannedVectors(parts.database, planId, settings) : null;
  return new Map([[namespace, planned === null ? null : (planned.get(namespace) ?? 0)]]);
}

/** Where Portage's own record knows nothing of a namespace, what its records say of themselves counts. */
async function guardMarked(work: Work): Promise<void> {
  const { settings } = work.held;
  const { namespace } = work.places.target;
  const others = markedOthers(namespace, await markedIn(work), settings);
  if (others.length === 0) return;
  const adds = await plannedHere(work);
  if (adds.get(namespace) !== 0) refuseOthers(settings, others, adds);
}

/** What the target's records say of their models. */
export function markedIn({ held, parts, places, calls, allowances }: Work): Promise<MarkedModels | null> {
  return readMarked(parts.target, places.target, held.settings.modelKey, (what, request) =>
    calls.make([{ allowance: allowances[what]("target"), units: 1 }], request),
  );
}

const plannedSchema = z.object({ namespace: z.string(), vectors: z.number(), whole: z.boolean() });

/**
 * How many vectors applying a plan would add to or embed again in each of its namespaces, as they are called in the target. 0 for one whose records are all embedded again by
 * it, so that none of another model is left: nothing unchanged, only in the target, taken out or impossible there, every update embedded (by
 * the policy, or because each needs another vector), no phase left out, and at least as many as Portage knows of, less what runs of this plan made (a listing may not show all yet).
 */
export async function plannedVectors(sql: Sql, planId: string, settings: RunSettings): Promise<Map<string, number>> {
  const always = settings.updatePolicy === "always";
  const creates = `sum(greatest(c."createCount", cardinality(c."creates")))`;
  const rows = await sql.rows(
    plannedSchema,
    `SELECT c."namespace",
            (CASE WHEN $2 <> 'updates' THEN ${creates} ELSE 0 END
             + CASE WHEN $2 <> 'creates' THEN sum(CASE WHEN $3::boolean THEN c."updates" ELSE c."textChanged" END) ELSE 0 END)::int AS "vectors",
            (($3::boolean OR sum(c."textChanged") = sum(c."updates")) AND ($2 <> 'updates' OR ${creates} = 0) AND ($2 <> 'creates' OR sum(c."updates") = 0)
             AND sum(c."unchanged") = 0 AND sum(greatest(c."orphanCount", cardinality(c."orphans"))) = 0 AND sum(c."problems") = 0
             AND NOT EXISTS (SELECT 1 FROM "Exclusion" e WHERE e."planId" = $1 AND e."namespace" = c."namespace")
             AND sum(c."updates") >= (SELECT coalesce(sum(v."vectors"), 0) FROM "VectorSpace" v
                                       WHERE v."index" = $4 AND ($5::text IS NULL OR v."account" IN ($5, '')) AND v."namespace" = ${writtenAsSql('c."namespace"', "$6")})
                                  - (SELECT coalesce(sum(s."made"), 0) FROM "Segment" s JOIN "Run" r ON r."id" = s."runId"
                                       WHERE r."planId" = $1 AND s."namespace" = c."namespace")) AS "whole"
       FROM "Chunk" c WHERE c."planId" = $1 GROUP BY c."namespace"`,
    [
      planId,
      settings.only,
      always,
      settings.target.index,
      settings.target.account ?? null,
      ruleValue(settings.namespaces),
    ],
  );
  return new Map(
    rows.map(({ namespace, vectors, whole }) => [writtenAs(namespace, settings.namespaces), whole ? 0 : vectors]),
  );
}

/** Whether the namespace of the target holds vectors of another model than the run makes. */
export async function holdsOthers({ parts, held, places }: Work): Promise<boolean> {
  const { settings } = held;
  return othersAmong(await readSpaces(parts.database, settings.target, [places.target.namespace]), settings).length > 0;
}

const replacedSchema = z.object({ left: z.number(), made: z.number() });

/**
 * Where a plan embeds every record of a namespace again, what stood there before leaves its old space, known or not: by this run, by the one
 * that it retries, and by others of the plan. To be called when all of the segment is transferred.
 */
export async function noteReplaced(work: Work): Promise<void> {
  const { held, parts } = work;
  const { planId, namespace, settings } = held;
  const written = work.places.target.namespace;
  if (planId === null || !(await holdsOthers(work))) return;
  if ((await plannedVectors(parts.database, planId, settings)).get(written) !== 0) return;
  await parts.database.transaction(async (sql) => {
    await fence(sql, held, `"leaseUntil" = "leaseUntil"`);
    const [replaced] = await sql.rows(replacedSchema, replacedStatement, [planId, namespace]);
    if (replaced) await replaceSpaces(sql, { namespace: written, settings }, replaced);
  });
}

/** Updates of the plan that no run of it wrote with a vector of its own, and records that it did write so. One that is retried counts once. */
const replacedStatement = `
WITH written AS (
  SELECT DISTINCT p."sequence", place.at, place.at > c."createCount" AS "update"
    FROM "Run" r JOIN "Progress" p ON p."runId" = r."id" AND p."namespace" = $2
    JOIN "Chunk" c ON c."planId" = r."planId" AND c."namespace" = p."namespace" AND c."sequence" = p."sequence"
   CROSS JOIN LATERAL generate_series(1, length(p."outcome")) AS place(at)
   WHERE r."planId" = $1 AND r."kind" = 'mirror' AND substr(p."outcome", place.at, 1) = 'w'
), sums AS (
  SELECT (SELECT sum("updates") FROM "Chunk" WHERE "planId" = $1 AND "namespace" = $2) AS "updates",
         (SELECT count(*) FROM written) AS "written", (SELECT count(*) FROM written WHERE "update") AS "updated",
         (SELECT sum(s."made") FROM "Segment" s JOIN "Run" r ON r."id" = s."runId" WHERE r."planId" = $1 AND s."namespace" = $2) AS "made"
)
SELECT ("updates" - "updated" + greatest("written" - "made", 0))::int AS "left", least("written", "made")::int AS "made" FROM sums`;
