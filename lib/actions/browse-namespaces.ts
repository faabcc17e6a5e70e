import { z } from "zod";
import type { NamespacePageView } from "@/lib/shapes/namespaces";
import { amount, anywhere } from "./columns";
import type { Context } from "./context";
import { bothShores, ensureInventory, shoreIndexes } from "./inventory";
import { limitInput, offsetInput } from "./parse-input";

const parts = ["all", "left", "complete", "orphans"] as const;
const orders = ["name", "source", "target", "difference"] as const;

export const browseNamespacesInput = z.strictObject({
  /** Part of a name, in any case; `__default__` finds the default namespace. */
  search: z.string().max(512).optional(),
  /** `left`: fewer records in the target than in the source; `complete`: at least as many; `orphans`: only in the target. */
  only: z.enum(parts).default("all"),
  sort: z.enum(orders).default("name"),
  direction: z.enum(["ascending", "descending"]).default("ascending"),
  offset: offsetInput,
  limit: limitInput,
});

const condition: Record<(typeof parts)[number], string> = {
  all: "true",
  left: "coalesce(b.source, 0) > coalesce(b.target, 0)",
  complete: "coalesce(b.source, 0) > 0 AND coalesce(b.target, 0) >= b.source",
  orphans: "coalesce(b.source, 0) = 0 AND coalesce(b.target, 0) > 0",
};
const order: Record<(typeof orders)[number], string> = {
  name: `b.name COLLATE "C"`,
  source: "coalesce(b.source, -1)",
  target: "coalesce(b.target, -1)",
  difference: "coalesce(b.source, 0) - coalesce(b.target, 0)",
};

const pageRow = z.object({
  name: z.string(),
  source: amount.nullable(),
  sourceExact: z.boolean().nullable(),
  target: amount.nullable(),
  targetExact: z.boolean().nullable(),
});
const totalsRow = z.object({ matching: amount, source: amount, target: amount, namespaces: amount, left: amount });

/**
 * A page of all namespaces with their counts on both shores, from the inventory: two statements, however many there are.
 * Counts are at most about 30 s old, or as old as `asOf` says while a refresh is on its way.
 */
export async function browseNamespaces(
  ctx: Context,
  input: z.infer<typeof browseNamespacesInput>,
): Promise<NamespacePageView> {
  const asOf = await ensureInventory(ctx);
  const found = `(${condition[input.only]})
    AND ($3::text IS NULL OR (CASE b.name WHEN '' THEN '__default__' ELSE b.name END) ILIKE $3::text)`;
  const values = [...shoreIndexes(ctx), input.search ? anywhere(input.search) : null];
  const direction = input.direction === "descending" ? "DESC" : "ASC";
  const rows = await ctx.database.rows(
    pageRow,
    `WITH b AS (${bothShores}) SELECT b.name, b.source, b."sourceExact", b.target, b."targetExact" FROM b WHERE ${found}
     ORDER BY ${order[input.sort]} ${direction}, b.name COLLATE "C" OFFSET $4::int LIMIT $5::int`,
    [...values, input.offset, input.limit],
  );
  const [totals] = await ctx.database.rows(
    totalsRow,
    `WITH b AS (${bothShores}) SELECT count(*) FILTER (WHERE ${found})::float8 AS matching,
       coalesce(sum(b.source), 0)::float8 AS source, coalesce(sum(b.target), 0)::float8 AS target,
       count(*)::float8 AS namespaces, count(*) FILTER (WHERE ${condition.left})::float8 AS left FROM b`,
    values,
  );
  if (!totals) throw new Error("an aggregate answered no row");
  const { matching, ...sums } = totals;
  const count = (value: number | null, exact: boolean | null) =>
    value === null ? null : { value, exact: exact ?? false };
  return {
    rows: rows.map((row) => ({
      name: row.name,
      source: count(row.source, row.sourceExact),
      target: count(row.target, row.targetExact),
    })),
    matching,
    totals: sums,
    asOf,
  };
}
