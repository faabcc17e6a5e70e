import { z } from "zod";
import { renamedTo } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import { onRouteOf } from "@/lib/shapes/routes/route";
import { runKinds, runStates } from "@/lib/shapes/runs/run";
import { type FleetPage, type FleetRow, type FleetState, fleetStates } from "@/lib/shapes/schedules/fleet";
import { amount, anywhere, instant, json } from "../answers/columns";
import { betweenIndexes, ensureInventory, lookAgain } from "../namespaces/inventory";
import { routedInput } from "../runs/run-input";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { limitInput, namespaceInput, offsetInput } from "../verbs/parse-input";
import { fleet, fleetValues } from "./fleet-rows";

const orders = ["state", "name", "out-of-sync", "orphan", "analysed"] as const;

export const listFleetInput = z.strictObject({
  /** Part of a name, in any case; `__default__` finds the default namespace. */
  search: z.string().max(512).optional(),
  /** Just this one. */
  name: namespaceInput.optional(),
  state: z.enum(fleetStates).optional(),
  /** `state`: what needs somebody first. `analysed`: when it was looked at last. */
  sort: z.enum(orders).default("state"),
  direction: z.enum(["ascending", "descending"]).default("ascending"),
  offset: offsetInput,
  limit: limitInput,
  ...routedInput,
});

const rank = `array_position(ARRAY[${fleetStates.map((state) => `'${state}'`).join(", ")}], f.state)`;
const order: Record<(typeof orders)[number], (direction: "ASC" | "DESC") => string> = {
  state: (direction) => `${rank} ${direction}, f."outOfSync" DESC NULLS LAST`,
  name: (direction) => `f.name COLLATE "C" ${direction}`,
  "out-of-sync": (direction) => `f."outOfSync" ${direction} NULLS LAST`,
  orphan: (direction) => `f."orphans" ${direction} NULLS LAST`,
  analysed: (direction) => `f."analysedAt" ${direction} NULLS LAST`,
};

/** Points of a row's small plot. */
const trendPoints = 24;

const pageRow = z.object({
  name: z.string(),
  written: z.string(),
  source: amount.nullable(),
  sourceExact: z.boolean().nullable(),
  target: amount.nullable(),
  targetExact: z.boolean().nullable(),
  gathers: amount.nullable(),
  state: z.enum(fleetStates),
  planId: z.string().nullable(),
  analysedAt: instant.nullable(),
  compared: z.boolean().nullable(),
  changedSince: z.boolean(),
  appliedAt: instant.nullable(),
  outOfSync: z.number().nullable(),
  creates: z.number().nullable(),
  updates: z.number().nullable(),
  unchanged: z.number().nullable(),
  orphans: z.number().nullable(),
  problems: z.number().nullable(),
  runId: z.string().nullable(),
  runKind: z.enum(runKinds).nullable(),
  runState: z.enum(runStates).nullable(),
  scheduleId: z.string().nullable(),
  nextAt: instant.nullable(),
  trend: json(z.array(z.object({ at: instant, outOfSync: z.number() })).nullable()),
});
const stateCounts = {
  failed: amount,
  review: amount,
  "out-of-sync": amount,
  never: amount,
  unchecked: amount,
  "in-sync": amount,
} satisfies Record<FleetState, typeof amount>;
const totalsRow = z.object({
  namespaces: amount,
  matching: amount,
  create: amount,
  update: amount,
  unchanged: amount,
  uncompared: amount,
  orphan: amount,
  problem: amount,
  ...stateCounts,
});

/**
 * A page of all namespaces with how many records differ between their sides, what was planned and applied last, and what comes next: one statement,
 * however many there are. What is told of a namespace is as old as its last analysis or application.
 */
export async function listFleet(asked: Context, input: z.infer<typeof listFleetInput>): Promise<FleetPage> {
  const ctx = await onRoute(asked, input.route);
  const asOf = await ensureInventory(ctx);
  const page = await readPage(ctx, input, asOf);
  if (page.matching > 0 || (!input.search && input.name === undefined)) return page;
  // Nobody is told that a namespace isn't there which was made since the counts were read.
  const later = await lookAgain(ctx, asOf);
  return later === asOf ? page : readPage(ctx, input, later);
}

async function readPage(ctx: Context, input: z.infer<typeof listFleetInput>, asOf: string): Promise<FleetPage> {
  const found = `($6::text IS NULL OR (CASE f.name WHEN '' THEN '__default__' ELSE f.name END) ILIKE $6::text OR f.written ILIKE $6::text)
    AND ($7::text IS NULL OR f.state = $7::text) AND ($8::text IS NULL OR f."sourceName" = $8::text OR (f."sourceName" IS NULL AND f.name = $8::text AND NOT EXISTS (SELECT FROM fleet o WHERE o."sourceName" = $8::text)))`;
  const values = [
    ...(await fleetValues(ctx)),
    input.search ? anywhere(input.search) : null,
    input.state ?? null,
    input.name ?? null,
  ];
  const direction = input.direction === "descending" ? "DESC" : "ASC";
  const rows = await ctx.database.rows(
    z.object({ totals: totalsRow, row: pageRow.nullable() }),
    `WITH ${fleet},
     totals AS (SELECT count(*)::float8 AS namespaces, count(*) FILTER (WHERE ${found})::float8 AS matching,
       ${["create", "update", "orphan", "problem"].map((part) => `coalesce(sum(f."${part}s"), 0)::float8 AS "${part}"`).join(", ")},
       coalesce(sum(f."unchanged"), 0)::float8 AS "unchanged",
       coalesce(sum(f."unchanged") FILTER (WHERE NOT f."compared" OR f."changedSince"), 0)::float8 AS "uncompared",
       ${fleetStates.map((state) => `count(*) FILTER (WHERE f.state = '${state}')::float8 AS "${state}"`).join(", ")} FROM fleet f),
     page AS (SELECT f.*, row_number() OVER (ORDER BY ${order[input.sort](direction)}, f.name COLLATE "C", f.written COLLATE "C") AS place FROM fleet f
               WHERE ${found} ORDER BY place OFFSET $9::int LIMIT $10::int),
     shown AS (SELECT page.*, s."id" AS "scheduleId", s."nextAt", t.trend FROM page
       LEFT JOIN LATERAL (SELECT c."id", c."nextAt" FROM "Schedule" c WHERE ((c."namespaces" = '{}' AND page.source > 0) OR page."sourceName" = ANY(c."namespaces"))
                             AND c."route" = $11 AND c."trouble" IS NULL AND isfinite(c."nextAt")
                           ORDER BY c."nextAt", c."id" LIMIT 1) s ON true
       LEFT JOIN LATERAL (SELECT json_agg(json_build_object('at', l."at", 'outOfSync', l."outOfSync") ORDER BY l."at") AS trend FROM (
           SELECT r."at", r."creates" + r."updates" + r."problems" AS "outOfSync" FROM "Reading" r
            WHERE ${betweenIndexes("r.")} AND r."namespace" = page."sourceName" ORDER BY r."at" DESC LIMIT ${trendPoints}) l) t ON true)
     SELECT to_json(totals) AS totals, to_json(shown) AS "row" FROM totals LEFT JOIN shown ON true ORDER BY shown.place`,
    [...values, input.offset, input.limit, routeOf(ctx).name],
  );
  const totals = rows[0]?.totals;
  if (!totals) throw new Error("an aggregate answered no row");
  const { namespaces, matching, create, update, unchanged, uncompared, orphan, problem, ...states } = totals;
  const outOfSync = create + update + problem;
  return {
    route: onRouteOf(routeOf(ctx)),
    rows: rows.flatMap(({ row }) => (row ? [toRow(row)] : [])),
    matching,
    totals: { namespaces, states, outOfSync, create, update, unchanged, uncompared, orphan, problem },
    asOf,
  };
}

const count = (value: number | null, exact: boolean | null) =>
  value === null ? null : { value, exact: exact ?? false };

function toRow(row: z.infer<typeof pageRow>): FleetRow {
  return {
    name: row.name,
    ...renamedTo(row),
    source: count(row.source, row.sourceExact),
    target: count(row.target, row.targetExact),
    ...(row.gathers !== null && { gathers: row.gathers }),
    state: row.state,
    standing:
      row.analysedAt === null
        ? null
        : {
            outOfSync: row.outOfSync ?? 0,
            create: row.creates ?? 0,
            update: row.updates ?? 0,
            unchanged: row.unchanged ?? 0,
            orphan: row.orphans ?? 0,
            problem: row.problems ?? 0,
            planId: row.planId,
            compared: row.compared ?? true,
            changedSince: row.changedSince,
            analysedAt: row.analysedAt,
            appliedAt: row.appliedAt,
          },
    run:
      row.runId === null || row.runKind === null || row.runState === null
        ? null
        : { id: row.runId, kind: row.runKind, state: row.runState },
    schedule: row.scheduleId === null || row.nextAt === null ? null : { id: row.scheduleId, nextAt: row.nextAt },
    trend: row.trend ?? [],
  };
}
