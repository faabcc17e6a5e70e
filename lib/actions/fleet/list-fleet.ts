import { z } from "zod";
import { routeOf } from "@/lib/routes/route-now";
import { unfinishedStates } from "@/lib/runs/lifecycle/states";
import { onRouteOf } from "@/lib/shapes/routes/route";
import { type FleetPage, type FleetRow, type FleetState, fleetStates } from "@/lib/shapes/schedules/fleet";
import { amount, instant, json } from "../answers/columns";
import { type Direction, findNames, keepChoices, type SortKey, sortedRows } from "../answers/sorted-rows";
import { countOf, differingOf } from "../namespaces/comparisons";
import { betweenIndexes, ensureInventory, indexKeys, lookAgain } from "../namespaces/inventory";
import type { StandingRow } from "../namespaces/kept-sides";
import { inOrder, namespaceRowOf, once } from "../namespaces/read-sides";
import { routedInput } from "../runs/run-input";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { limitInput, namespaceInput, offsetInput } from "../verbs/parse-input";
import { type FleetEntry, readFleet, runBetween, runColumns } from "./fleet-rows";

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

const rank = ({ state }: FleetEntry) => fleetStates.indexOf(state);
const differing = ({ standing }: FleetEntry) => standing && differingOf(standing);
const orphans = ({ standing }: FleetEntry) => standing?.orphans ?? null;
const analysedAt = ({ standing }: FleetEntry) => standing?.analysedAt ?? null;
type Order = (typeof orders)[number];
const figures: Record<Exclude<Order, "name">, (direction: Direction) => SortKey<FleetEntry>[]> = {
  state: (direction) => [
    { value: rank, direction },
    { value: differing, direction: "descending" },
  ],
  "out-of-sync": (direction) => [{ value: differing, direction }],
  orphan: (direction) => [{ value: orphans, direction }],
  analysed: (direction) => [{ value: analysedAt, direction }],
};

const chosen = keepChoices<FleetEntry, Order, FleetState | "all">(
  (rows, order, direction) =>
    order === "name" ? inOrder(rows, ({ place }) => place, direction) : sortedRows(rows, figures[order](direction)),
  (row, part) => part === "all" || row.state === part,
);

/** Points of a row's small plot. */
const trendPoints = 24;

const detailRow = z.object({
  at: amount,
  run: json(z.object(runColumns).nullable()),
  scheduleId: z.string().nullable(),
  nextAt: instant.nullable(),
  trend: json(z.array(z.object({ at: instant, outOfSync: z.number() })).nullable()),
});
type Details = Omit<z.infer<typeof detailRow>, "at">;

/**
 * A page of all namespaces with how many records differ between their sides, what was planned and applied last, and what comes next: out of memory,
 * and one statement for what only the shown ones need. What is told of a namespace is as old as its last analysis or application.
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

/** Just the namespace of this name: as the source calls it, else what only the target has. */
function named(all: readonly FleetEntry[], name: string): FleetEntry[] {
  const found = all.filter(({ place }) => place.sourceName === name);
  return found.length > 0 ? found : all.filter(({ place }) => place.sourceName === null && place.name === name);
}

async function readPage(ctx: Context, input: z.infer<typeof listFleetInput>, asOf: string): Promise<FleetPage> {
  const { search, name, state, sort, direction } = input;
  const all = await readFleet(ctx);
  const among = name === undefined ? all : named(all, name);
  const listed = chosen(among, { sort, direction, part: state ?? "all" });
  const found = findNames(listed, search, ({ place }) => place);
  const shown = found.slice(input.offset, input.offset + input.limit);
  const totals = totalsOf(all);
  const matching = found.length;
  const rows = shown.map(rowOf);
  const details = await readDetails(ctx, shown);
  return {
    route: onRouteOf(routeOf(ctx)),
    rows: rows.map((row, at) => withDetails(row, details.get(at))),
    ...{ matching, totals, asOf },
  };
}

const totalsOf = once((all: readonly FleetEntry[]): FleetPage["totals"] => {
  const sum = (amountOf: (standing: StandingRow, of: FleetEntry) => number) =>
    all.reduce((total, of) => total + (of.standing === null ? 0 : amountOf(of.standing, of)), 0);
  const [create, update, problem] = [
    sum(({ creates }) => creates),
    sum(({ updates }) => updates),
    sum(({ problems }) => problems),
  ];
  const states = { failed: 0, review: 0, "out-of-sync": 0, never: 0, unchecked: 0, "in-sync": 0 };
  for (const { state } of all) states[state]++;
  return {
    namespaces: all.length,
    states,
    ...{ outOfSync: create + update + problem, create, update, problem },
    unchanged: sum(({ unchanged }) => unchanged),
    uncompared: sum(({ compared, unchanged }, { changedSince }) => (!compared || changedSince ? unchanged : 0)),
    orphan: sum(({ orphans }) => orphans),
  };
});

/** What is at work on the shown namespaces, what is due next, and how they were over time. By their place on the page. */
async function readDetails(ctx: Context, shown: readonly FleetEntry[]): Promise<Map<number, Details>> {
  const rows = await ctx.database.rows(
    detailRow,
    `SELECT p.at, to_json(b) AS run, s."id" AS "scheduleId", s."nextAt", t.trend
       FROM unnest($3::text[], $4::boolean[]) WITH ORDINALITY AS p("sourceName", "inSource", at)
       LEFT JOIN LATERAL (SELECT r."id", r."kind", r."state" FROM "Segment" g JOIN "Run" r ON r."id" = g."runId"
                           WHERE r."state" = ANY($5) AND r."kind" IN ('plan', 'mirror', 'reembed') AND ${runBetween}
                             AND g."namespace" = p."sourceName" AND g."state" IN ('queued', 'running', 'waiting')
                           ORDER BY coalesce(r."endedAt", r."createdAt") DESC LIMIT 1) b ON true
       LEFT JOIN LATERAL (SELECT c."id", c."nextAt" FROM "Schedule" c WHERE ((c."namespaces" = '{}' AND p."inSource") OR p."sourceName" = ANY(c."namespaces"))
                             AND c."route" = $6 AND c."trouble" IS NULL AND isfinite(c."nextAt")
                           ORDER BY c."nextAt", c."id" LIMIT 1) s ON true
       LEFT JOIN LATERAL (SELECT json_agg(json_build_object('at', l."at", 'outOfSync', l."outOfSync") ORDER BY l."at") AS trend FROM (
           SELECT r."at", r."creates" + r."updates" + r."problems" AS "outOfSync" FROM "Reading" r
            WHERE ${betweenIndexes("r.")} AND r."namespace" = p."sourceName" ORDER BY r."at" DESC LIMIT ${trendPoints}) l) t ON true`,
    [
      ...(await indexKeys(ctx)),
      shown.map(({ place }) => place.sourceName),
      shown.map(({ place }) => countOf(place.source) > 0),
      unfinishedStates,
      routeOf(ctx).name,
    ],
  );
  return new Map(rows.map(({ at, ...details }) => [at - 1, details] as const));
}

const isoOf = (at: number) => new Date(at).toISOString();

function rowOf({ place, standing, changedSince, state, failed }: FleetEntry): Omit<FleetRow, "schedule" | "trend"> {
  return {
    ...namespaceRowOf(place),
    state,
    standing: standing && {
      outOfSync: differingOf(standing),
      create: standing.creates,
      update: standing.updates,
      unchanged: standing.unchanged,
      orphan: standing.orphans,
      problem: standing.problems,
      planId: standing.planId,
      compared: standing.compared,
      changedSince,
      analysedAt: isoOf(standing.analysedAt),
      appliedAt: standing.appliedAt === null ? null : isoOf(standing.appliedAt),
    },
    run: failed,
  };
}

const withDetails = (row: Omit<FleetRow, "schedule" | "trend">, details: Details | undefined): FleetRow => ({
  ...row,
  run: details?.run ?? row.run,
  schedule: details?.scheduleId && details.nextAt !== null ? { id: details.scheduleId, nextAt: details.nextAt } : null,
  trend: details?.trend ?? [],
});
