import { z } from "zod";
import { routeOf } from "@/lib/routes/route-now";
import { onRouteOf } from "@/lib/shapes/routes/route";
import type { differencesOverTimeSchema } from "@/lib/shapes/schedules/fleet";
import { amount, instant } from "../answers/columns";
import { routedInput } from "../runs/run-input";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { namespaceInput } from "../verbs/parse-input";
import { betweenIndexes, indexKeys } from "./inventory";

export const showDifferencesInput = z.strictObject({
  /** Left out for all namespaces together. */
  name: namespaceInput.optional(),
  days: z.int().min(1).max(3650).default(90),
  ...routedInput,
});

/** More could not be told apart in a plot. */
const mostPoints = 300;

const pointRow = z.object({
  at: instant,
  create: amount,
  update: amount,
  orphan: amount,
  problem: amount,
  compared: z.boolean(),
});

/** Of all namespaces together: whether each that this look was of had its records compared. */
const allCompared = `NOT EXISTS (SELECT 1 FROM "Reading" d WHERE d."runId" = within."runId" AND NOT d."compared")`;

/**
 * How many records differed between the sides were at each finished analysis and after each application of the last days, oldest first: of one namespace,
 * or of all together. Where there are more than can be plotted, the last one of each stretch of time.
 */
export async function showDifferences(
  asked: Context,
  input: z.infer<typeof showDifferencesInput>,
): Promise<z.infer<typeof differencesOverTimeSchema>> {
  const ctx = await onRoute(asked, input.route);
  const table = input.name === undefined ? `"FleetReading"` : `"Reading"`;
  const ofOne = input.name === undefined ? "$5::text IS NULL" : `"namespace" = $5::text`;
  const rows = await ctx.database.rows(
    pointRow,
    `SELECT DISTINCT ON (stretch) "at", "creates"::float8 AS "create", "updates"::float8 AS "update", "orphans"::float8 AS "orphan",
            "problems"::float8 AS "problem", ${input.name === undefined ? allCompared : `"compared"`} AS "compared"
       FROM (SELECT *, floor(extract(epoch FROM now() - "at") * ${mostPoints} / greatest(1, $4::float8)) AS stretch FROM ${table}
              WHERE ${betweenIndexes("")} AND "at" > now() - $3::int * interval '1 day' AND ${ofOne}) AS within
      ORDER BY stretch DESC, "at" DESC`,
    [...(await indexKeys(ctx)), input.days, await spanOf(ctx, input), input.name ?? null],
  );
  return {
    route: onRouteOf(routeOf(ctx)),
    points: rows.map((row) => ({ ...row, outOfSync: row.create + row.update + row.problem })),
  };
}

/** Seconds from the first point that is asked for until now: what is cut into stretches. */
async function spanOf(ctx: Context, { name, days }: z.infer<typeof showDifferencesInput>): Promise<number> {
  const from = name === undefined ? `"FleetReading" WHERE $4::text IS NULL` : `"Reading" WHERE "namespace" = $4::text`;
  const [span] = await ctx.database.rows(
    z.object({ count: amount, seconds: amount.nullable() }),
    `SELECT count(*)::float8 AS "count", extract(epoch FROM now() - min("at"))::float8 AS "seconds" FROM ${from}
        AND ${betweenIndexes("")} AND "at" > now() - $3::int * interval '1 day'`,
    [...(await indexKeys(ctx)), days, name ?? null],
  );
  // Few points are all shown: a stretch of next to nothing holds one.
  return span === undefined || span.count <= mostPoints ? 1e-3 : (span.seconds ?? 1);
}
