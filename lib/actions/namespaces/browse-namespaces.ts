import { z } from "zod";
import { routeOf } from "@/lib/routes/route-now";
import type { NamespacePageView } from "@/lib/shapes/namespaces/namespaces";
import { onRouteOf } from "@/lib/shapes/routes/route";
import { findNames, keepChoices, sortedRows } from "../answers/sorted-rows";
import { routedInput } from "../runs/run-input";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { limitInput, offsetInput } from "../verbs/parse-input";
import {
  type ComparedPlace,
  comparedPlaces,
  comparisonIs,
  comparisonOf,
  countOf,
  differenceOrder,
} from "./comparisons";
import { ensureInventory, lookAgain } from "./inventory";
import { inOrder, namespaceRowOf, once, readSides, type Sides, targetSum } from "./read-sides";

const parts = ["all", "differing", "left", "in-sync", "not-compared", "orphans"] as const;
const orders = ["name", "source", "target", "difference"] as const;

export const browseNamespacesInput = z.strictObject({
  /** Part of a name, in any case; `__default__` finds the default namespace. */
  search: z.string().max(512).optional(),
  /**
   * By the last comparison, and by counts only where there was none or they prove that more is missing since. `differing`: records
   * differ or are missing; `left`: records are missing; `in-sync`: compared, without differences; `not-compared`: edits aren't known;
   * `orphans`: only in the target.
   */
  only: z.enum(parts).default("all"),
  sort: z.enum(orders).default("name"),
  direction: z.enum(["ascending", "descending"]).default("ascending"),
  offset: offsetInput,
  limit: limitInput,
  ...routedInput,
});

type Part = (typeof parts)[number];
const condition: Record<Part, (of: ComparedPlace) => boolean> = {
  all: () => true,
  differing: comparisonIs.differing,
  left: comparisonIs.left,
  "in-sync": comparisonIs.inSync,
  "not-compared": comparisonIs.notCompared,
  orphans: ({ place }) => countOf(place.source) === 0 && countOf(place.target) > 0,
};
type Order = (typeof orders)[number];
const figure: Record<Exclude<Order, "name">, (of: ComparedPlace) => number> = {
  source: ({ place }) => place.source?.value ?? -1,
  target: ({ place }) => place.target?.value ?? -1,
  difference: differenceOrder,
};
const chosen = keepChoices<ComparedPlace, Order, Part>(
  (rows, order, direction) =>
    order === "name"
      ? inOrder(rows, ({ place }) => place, direction)
      : sortedRows(rows, [{ value: figure[order], direction }]),
  (row, part) => condition[part](row),
);

const totalsOf = once((sides: Sides): NamespacePageView["totals"] => {
  const all = comparedPlaces(sides);
  const count = (part: Part) => all.reduce((sum, of) => sum + (condition[part](of) ? 1 : 0), 0);
  return {
    source: all.reduce((sum, { place }) => sum + countOf(place.source), 0),
    target: targetSum(sides),
    namespaces: all.length,
    left: count("left"),
    differing: count("differing"),
    inSync: count("in-sync"),
  };
});

/**
 * A page of all namespaces with their counts on both sides, from the inventory, which is kept in memory. Counts are at most about 30 s old,
 * or as old as `asOf` says while a refresh is on its way.
 */
export async function browseNamespaces(
  asked: Context,
  input: z.infer<typeof browseNamespacesInput>,
): Promise<NamespacePageView> {
  const ctx = await onRoute(asked, input.route);
  const asOf = await ensureInventory(ctx);
  const page = pageOf(ctx, await readSides(ctx), input, asOf);
  if (page.matching > 0 || !input.search) return page;
  // Nobody is told that a namespace isn't there which was made since the counts were read.
  const later = await lookAgain(ctx, asOf);
  return later === asOf ? page : pageOf(ctx, await readSides(ctx), input, later);
}

function pageOf(
  ctx: Context,
  sides: Sides,
  { search, only, sort, direction, offset, limit }: z.infer<typeof browseNamespacesInput>,
  asOf: string,
): NamespacePageView {
  const listed = chosen(comparedPlaces(sides), { sort, direction, part: only });
  const found = findNames(listed, search, ({ place }) => place);
  return {
    route: onRouteOf(routeOf(ctx)),
    rows: found
      .slice(offset, offset + limit)
      .map((of) => ({ ...namespaceRowOf(of.place), comparison: comparisonOf(of) })),
    matching: found.length,
    totals: totalsOf(sides),
    asOf,
  };
}
