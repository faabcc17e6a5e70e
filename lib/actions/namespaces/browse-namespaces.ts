import { z } from "zod";
import { renamedTo } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import { targetSum } from "@/lib/runs/lifecycle/both-sides";
import type { NamespacePageView } from "@/lib/shapes/namespaces/namespaces";
import { onRouteOf } from "@/lib/shapes/routes/route";
import { amount, anywhere } from "../answers/columns";
import { routedInput } from "../runs/run-input";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { limitInput, offsetInput } from "../verbs/parse-input";
import {
  comparedSides,
  comparisonColumns,
  comparisonIs,
  comparisonRow,
  differenceOrder,
  toComparison,
} from "./comparisons";
import { ensureInventory, lookAgain, sidesValues } from "./inventory";

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

const condition: Record<(typeof parts)[number], string> = {
  all: "true",
  differing: comparisonIs.differing,
  left: comparisonIs.left,
  "in-sync": comparisonIs.inSync,
  "not-compared": comparisonIs.notCompared,
  orphans: "coalesce(b.source, 0) = 0 AND coalesce(b.target, 0) > 0",
};
const order: Record<(typeof orders)[number], string> = {
  name: `b.name COLLATE "C"`,
  source: "coalesce(b.source, -1)",
  target: "coalesce(b.target, -1)",
  difference: differenceOrder,
};

const pageRow = z.object({
  name: z.string(),
  written: z.string(),
  source: amount.nullable(),
  sourceExact: z.boolean().nullable(),
  target: amount.nullable(),
  targetExact: z.boolean().nullable(),
  gathers: amount.nullable(),
  ...comparisonRow.shape,
});
const totalsRow = z.object({
  matching: amount,
  source: amount,
  target: amount,
  namespaces: amount,
  left: amount,
  differing: amount,
  inSync: amount,
});

/**
 * A page of all namespaces with their counts on both sides, from the inventory: two statements, however many there are.
 * Counts are at most about 30 s old, or as old as `asOf` says while a refresh is on its way.
 */
export async function browseNamespaces(
  asked: Context,
  input: z.infer<typeof browseNamespacesInput>,
): Promise<NamespacePageView> {
  const ctx = await onRoute(asked, input.route);
  const asOf = await ensureInventory(ctx);
  const page = await readPage(ctx, input, asOf);
  if (page.matching > 0 || !input.search) return page;
  // Nobody is told that a namespace isn't there which was made since the counts were read.
  const later = await lookAgain(ctx, asOf);
  return later === asOf ? page : readPage(ctx, input, later);
}

async function readPage(
  ctx: Context,
  input: z.infer<typeof browseNamespacesInput>,
  asOf: string,
): Promise<NamespacePageView> {
  const found = `(${condition[input.only]})
    AND ($4::text IS NULL OR (CASE b.name WHEN '' THEN '__default__' ELSE b.name END) ILIKE $4::text OR b.written ILIKE $4::text)`;
  const values = [...(await sidesValues(ctx)), input.search ? anywhere(input.search) : null];
  const direction = input.direction === "descending" ? "DESC" : "ASC";
  const rows = await ctx.database.rows(
    pageRow,
    `WITH b AS (${comparedSides}) SELECT b.name, b.written, b.source, b."sourceExact", b.target, b."targetExact", b.gathers, ${comparisonColumns} FROM b WHERE ${found}
     ORDER BY ${order[input.sort]} ${direction}, b.name COLLATE "C", b.written COLLATE "C" OFFSET $5::int LIMIT $6::int`,
    [...values, input.offset, input.limit],
  );
  const [totals] = await ctx.database.rows(
    totalsRow,
    `WITH b AS (${comparedSides}) SELECT count(*) FILTER (WHERE ${found})::float8 AS matching,
       coalesce(sum(b.source), 0)::float8 AS source, ${targetSum} AS target,
       count(*)::float8 AS namespaces, count(*) FILTER (WHERE ${condition.left})::float8 AS left,
       count(*) FILTER (WHERE ${condition.differing})::float8 AS differing, count(*) FILTER (WHERE ${condition["in-sync"]})::float8 AS "inSync" FROM b`,
    values,
  );
  if (!totals) throw new Error("an aggregate answered no row");
  const { matching, ...sums } = totals;
  const count = (value: number | null, exact: boolean | null) =>
    value === null ? null : { value, exact: exact ?? false };
  return {
    route: onRouteOf(routeOf(ctx)),
    rows: rows.map((row) => ({
      name: row.name,
      ...renamedTo(row),
      source: count(row.source, row.sourceExact),
      target: count(row.target, row.targetExact),
      ...(row.gathers !== null && { gathers: row.gathers }),
      comparison: toComparison(row),
    })),
    matching,
    totals: sums,
    asOf,
  };
}
