import { z } from "zod";
import { renamedTo } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import { heldModels } from "@/lib/runs/lifecycle/vector-spaces";
import type { Overview } from "@/lib/shapes/overview";
import { onRouteOf } from "@/lib/shapes/routes/route";
import { amount } from "../answers/columns";
import { readAttention } from "../attention/attention";
import { countAttention } from "../attention/count-attention";
import {
  comparedSides,
  comparisonColumns,
  comparisonIs,
  comparisonRow,
  differenceOrder,
  toComparison,
} from "../namespaces/comparisons";
import { readIndexState } from "../namespaces/index-states";
import { ensureInventory, sidesValues } from "../namespaces/inventory";
import { ofRoute, routedInput } from "../runs/run-input";
import { readRuns } from "../runs/run-view";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";

export const showOverviewInput = z.strictObject(routedInput);

const runsShown = 8;
const leftShown = 8;
/** Runs on a dashboard name a few namespaces only. */
const namesShown = 20;

const progressRow = z.object({
  sourceVectors: amount,
  inTarget: amount,
  onlyInTarget: amount,
  namespacesTotal: amount,
  namespacesInSync: amount,
  namespacesNotCompared: amount,
  namespacesLeft: amount,
  create: amount,
  update: amount,
  problem: amount,
  inSync: amount,
});

async function readProgress(ctx: Context): Promise<Overview["progress"]> {
  const asOf = await ensureInventory(ctx).catch((error: unknown) => {
    ctx.log.warn({ error }, "The counts of the indexes could not be read.");
    return null;
  });
  const [sums] = await ctx.database.rows(
    progressRow,
    `WITH b AS (${comparedSides}),
     n AS (SELECT b.written, coalesce(b.source, 0) AS source, coalesce(b.target, 0) AS target, ${comparisonIs.inSync} AS "inSync",
             ${comparisonIs.notCompared} AS "notCompared", ${comparisonIs.differing} AS differs, ${comparisonIs.known} AS known,
             b."compared", b."creates" AS creates, b."updates" AS updates, b."problems" AS problems,
             b."orphans" AS orphans FROM b),
     w AS (SELECT sum(source) AS source, max(target) AS target, CASE WHEN bool_and(known) THEN sum(creates) ELSE greatest(sum(source) - max(target), 0) END AS creates,
               CASE WHEN bool_and(known) AND count(*) = 1 THEN sum(orphans) ELSE greatest(max(target) - sum(source), 0) END AS orphans
             FROM n GROUP BY written)
     SELECT coalesce(sum(source), 0)::float8 AS "sourceVectors",
       (SELECT coalesce(sum(least(source, target)), 0)::float8 FROM w) AS "inTarget",
       (SELECT coalesce(sum(orphans), 0)::float8 FROM w) AS "onlyInTarget",
       count(*) FILTER (WHERE source > 0)::float8 AS "namespacesTotal",
       count(*) FILTER (WHERE source > 0 AND "inSync")::float8 AS "namespacesInSync",
       count(*) FILTER (WHERE source > 0 AND "notCompared")::float8 AS "namespacesNotCompared",
       count(*) FILTER (WHERE differs)::float8 AS "namespacesLeft",
       (SELECT coalesce(sum(creates), 0)::float8 FROM w) AS "create",
       coalesce(sum(updates) FILTER (WHERE known), 0)::float8 AS "update", coalesce(sum(problems) FILTER (WHERE known), 0)::float8 AS "problem",
       coalesce(sum(greatest(source - creates - updates - problems, 0)) FILTER (WHERE known AND "compared"), 0)::float8 AS "inSync" FROM n`,
    await sidesValues(ctx),
  );
  if (!sums) throw new Error("an aggregate answered no row");
  const { create, update, problem, inSync, ...counts } = sums;
  const uncompared = Math.max(0, sums.sourceVectors - create - update - problem - inSync);
  return { ...counts, known: { create, update, problem, inSync, uncompared }, asOf };
}

/** Everything the dashboard shows. Services that can't be reached are said so in their side; it doesn't throw for them. */
export async function showOverview(asked: Context, input: z.infer<typeof showOverviewInput>): Promise<Overview> {
  const ctx = await onRoute(asked, input.route);
  const route = routeOf(ctx);
  const [source, target, progress] = await Promise.all([
    readIndexState(ctx, "source"),
    readIndexState(ctx, "target"),
    readProgress(ctx),
  ]);
  const left = await ctx.database.rows(
    z.object({
      name: z.string(),
      written: z.string(),
      source: amount.nullable(),
      sourceExact: z.boolean().nullable(),
      target: amount.nullable(),
      targetExact: z.boolean().nullable(),
      ...comparisonRow.shape,
    }),
    `WITH b AS (${comparedSides})
     SELECT b.name, b.written, b.source, b."sourceExact", b.target, b."targetExact", ${comparisonColumns} FROM b WHERE ${comparisonIs.differing}
     ORDER BY ${differenceOrder} DESC, b.name COLLATE "C" LIMIT $4::int`,
    [...(await sidesValues(ctx)), leftShown],
  );
  const runs = await readRuns(
    ctx.database,
    `WHERE ${ofRoute("r", "$2")} ORDER BY r."createdAt" DESC, r."id" DESC LIMIT $3::int`,
    [route.name, runsShown],
    namesShown,
  );
  const { model, dimension, task } = ctx.embedder.space;
  return {
    mode: ctx.config.mode,
    route: onRouteOf(route),
    source,
    target,
    models: await heldModels(ctx.database, { index: target.index }, { total: target.vectors }),
    embedder: route.embedder && { service: ctx.embedder.service, model, dimension, task },
    progress,
    left: left.map((row) => ({
      name: row.name,
      ...renamedTo(row),
      source: row.source === null ? null : { value: row.source, exact: row.sourceExact ?? false },
      target: row.target === null ? null : { value: row.target, exact: row.targetExact ?? false },
      comparison: toComparison(row),
    })),
    runs,
    attention: await readAttention(ctx, source, target, runs),
    attentionCounts: await countAttention(ctx, {}),
  };
}
