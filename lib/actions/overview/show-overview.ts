import { z } from "zod";
import { routeOf } from "@/lib/routes/route-now";
import { heldModels } from "@/lib/runs/lifecycle/vector-spaces";
import type { Overview } from "@/lib/shapes/overview";
import { onRouteOf } from "@/lib/shapes/routes/route";
import { sortedRows } from "../answers/sorted-rows";
import { readAttention } from "../attention/attention";
import { countAttention } from "../attention/count-attention";
import {
  type ComparedPlace,
  comparedPlaces,
  comparisonIs,
  comparisonOf,
  countOf,
  differenceOrder,
  differingOf,
} from "../namespaces/comparisons";
import { readIndexState } from "../namespaces/index-states";
import { ensureInventory } from "../namespaces/inventory";
import { namespaceRowOf, once, readSides, type Sides } from "../namespaces/read-sides";
import { ofRoute, routedInput } from "../runs/run-input";
import { readRuns } from "../runs/run-view";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";

export const showOverviewInput = z.strictObject(routedInput);

const runsShown = 8;
const leftShown = 8;
/** Runs on a dashboard name a few namespaces only. */
const namesShown = 20;

type Progress = Overview["progress"];

/** What is written into one namespace of the target, together: its count is of all of them. */
type Written = { source: number; target: number; creates: number; orphans: number; places: number; known: boolean };

function writtenTogether(all: readonly ComparedPlace[]): Written[] {
  const byName = new Map<string, Written>();
  for (const of of all) {
    const { place, standing } = of;
    const written = byName.get(place.written) ?? {
      source: 0,
      target: 0,
      creates: 0,
      orphans: 0,
      places: 0,
      known: true,
    };
    byName.set(place.written, written);
    written.source += countOf(place.source);
    written.target = Math.max(written.target, countOf(place.target));
    written.creates += standing?.creates ?? 0;
    written.orphans += standing?.orphans ?? 0;
    written.places++;
    written.known &&= comparisonIs.known(of);
  }
  return [...byName.values()];
}

const sumOf = <Row>(rows: readonly Row[], value: (row: Row) => number) =>
  rows.reduce((sum, row) => sum + value(row), 0);

const progressOf = once((sides: Sides): Omit<Progress, "asOf"> => {
  const all = comparedPlaces(sides);
  const written = writtenTogether(all);
  const ofSource = all.filter(({ place }) => countOf(place.source) > 0);
  const known = all.filter(comparisonIs.known);
  const sourceVectors = sumOf(all, ({ place }) => countOf(place.source));
  const create = sumOf(written, ({ known, creates, source, target }) =>
    known ? creates : Math.max(0, source - target),
  );
  const update = sumOf(known, ({ standing }) => standing?.updates ?? 0);
  const problem = sumOf(known, ({ standing }) => standing?.problems ?? 0);
  const inSync = sumOf(known, ({ place, standing }) =>
    standing?.compared ? Math.max(0, countOf(place.source) - differingOf(standing)) : 0,
  );
  return {
    sourceVectors,
    inTarget: sumOf(written, ({ source, target }) => Math.min(source, target)),
    onlyInTarget: sumOf(written, ({ known, places, orphans, source, target }) =>
      known && places === 1 ? orphans : Math.max(0, target - source),
    ),
    namespacesTotal: ofSource.length,
    namespacesInSync: ofSource.filter(comparisonIs.inSync).length,
    namespacesNotCompared: ofSource.filter(comparisonIs.notCompared).length,
    namespacesLeft: all.filter(comparisonIs.differing).length,
    known: {
      ...{ create, update, problem, inSync },
      uncompared: Math.max(0, sourceVectors - create - update - problem - inSync),
    },
  };
});

const mostLeft = once((sides: Sides): Overview["left"] =>
  sortedRows(comparedPlaces(sides).filter(comparisonIs.differing), [
    { value: differenceOrder, direction: "descending" },
  ])
    .slice(0, leftShown)
    .map((of) => ({ ...namespaceRowOf(of.place), comparison: comparisonOf(of) })),
);

/** How far the move is, and the namespaces where most is left. */
async function readProgress(ctx: Context): Promise<Pick<Overview, "progress" | "left">> {
  const asOf = await ensureInventory(ctx).catch((error: unknown) => {
    ctx.log.warn({ error }, "The counts of the indexes could not be read.");
    return null;
  });
  const sides = await readSides(ctx);
  return { progress: { ...progressOf(sides), asOf }, left: mostLeft(sides) };
}

/** Everything the dashboard shows. Services that can't be reached are said so in their side; it doesn't throw for them. */
export async function showOverview(asked: Context, input: z.infer<typeof showOverviewInput>): Promise<Overview> {
  const ctx = await onRoute(asked, input.route);
  const route = routeOf(ctx);
  const [source, target, { progress, left }] = await Promise.all([
    readIndexState(ctx, "source"),
    readIndexState(ctx, "target"),
    readProgress(ctx),
  ]);
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
    left,
    runs,
    attention: await readAttention(ctx, source, target, runs),
    attentionCounts: await countAttention(ctx, {}),
  };
}
