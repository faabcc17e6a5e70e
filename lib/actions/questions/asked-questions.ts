import { z } from "zod";
import { routeOf } from "@/lib/routes/route-now";
import type { AskedQuestion, SearchFigures } from "@/lib/shapes/cut-over/questions";
import { routeName } from "@/lib/shapes/routes/route";
import { instant } from "../answers/columns";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { readAsked } from "./question-rows";

export const listAskedInput = z.strictObject({
  route: routeName.optional(),
  limit: z.int().min(1).max(500).default(50),
});

/** What was asked along a route, newest first. */
export async function listAsked(
  context: Context,
  { route, limit }: z.infer<typeof listAskedInput>,
): Promise<{ asked: AskedQuestion[] }> {
  const ctx = await onRoute(context, route);
  return { asked: await readAsked(ctx, routeOf(ctx).name, { take: limit }) };
}

export const searchFiguresInput = z.strictObject({
  route: routeName.optional(),
  days: z.int().min(1).max(365).default(30),
});

const pointSchema = z.object({
  at: instant,
  first: instant,
  last: instant,
  n: z.number(),
  from: z.enum(["searches", "gate"]),
  s50: z.number().nullable(),
  s95: z.number().nullable(),
  t50: z.number().nullable(),
  t95: z.number().nullable(),
});

/** Up to so many days are told hour by hour. */
const byHour = 3;
const most = 400;

/** How long both sides took: searches gathered by hour or day, and each gate's questions. As far back as history is kept. */
export async function searchFigures(
  context: Context,
  { route, days }: z.infer<typeof searchFiguresInput>,
): Promise<SearchFigures> {
  const ctx = await onRoute(context, route);
  const every = days <= byHour ? "hour" : "day";
  const since = `clock_timestamp() - $2::int * interval '1 day'`;
  const share = (of: number, side: string) =>
    `percentile_cont(${of}) WITHIN GROUP (ORDER BY ("${side}" ->> 'ms')::float8)`;
  const latency = (side: string, of: string) => `("result" #>> '{${side},latency,${of}}')::float8`;
  const rows = await ctx.database.rows(
    pointSchema,
    `SELECT * FROM (
       SELECT date_trunc('${every}', "at", 'UTC') AS at, min("at") AS first, max("at") AS last, count(*)::int AS n, 'searches' AS "from",
              ${share(0.5, "source")} AS s50, ${share(0.95, "source")} AS s95, ${share(0.5, "target")} AS t50, ${share(0.95, "target")} AS t95
         FROM "AskedQuestion" WHERE "routeName" = $1 AND "at" > ${since} GROUP BY 1
       UNION ALL
       SELECT "endedAt", "endedAt", "endedAt", ("result" ->> 'asked')::int, 'gate', ${latency("source", "p50")}, ${latency("source", "p95")}, ${latency("target", "p50")}, ${latency("target", "p95")}
         FROM "Gate" WHERE "routeName" = $1 AND "endedAt" > ${since} AND "result" IS NOT NULL
     ) AS points ORDER BY last DESC LIMIT ${most}`,
    [routeOf(ctx).name, days],
  );
  const side = (p50: number | null, p95: number | null) => (p50 === null || p95 === null ? null : { p50, p95 });
  return {
    every,
    points: rows
      .toReversed()
      .map(({ s50, s95, t50, t95, ...point }) => ({ ...point, source: side(s50, s95), target: side(t50, t95) })),
  };
}
