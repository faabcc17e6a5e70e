import { z } from "zod";
import { bothSides } from "@/lib/runs/lifecycle/both-sides";
import type { Comparison } from "@/lib/shapes/namespaces/namespaces";
import { amount, instant } from "../answers/columns";
import type { Context } from "../verbs/context";
import { betweenIndexes, countedAt, indexKeys } from "./inventory";

/** Statistics may lag behind a run's last writes for this long: until then its comparison is believed, not the counts. Minutes. */
const lagMinutes = 2;

/**
 * Whether the counts prove that the namespace isn't any more what the last comparison saw: the source has more than the
 * target by more than was missing, or, where nothing differed, more records than were listed. Over a standing `st`, the time of the counts, and the counts themselves.
 */
export const changedSince = (countedAt: string, source: string, target: string) =>
  `coalesce((coalesce(${source}, 0) - coalesce(${target}, 0) > st."creates" + st."problems"
      OR (st."creates" + st."updates" + st."problems" = 0 AND ${source} > st."unchanged"))
    AND ${countedAt} > coalesce(st."appliedAt", st."analysedAt") + interval '${lagMinutes} minutes', false)`;

/** What is known of a standing `st` beside the counts of `bothSides`. */
const standing = `st."namespace" IS NOT NULL AS known, st."creates", st."updates", st."problems", st."orphans", st."compared",
  coalesce(st."appliedAt", st."analysedAt") AS at`;

/**
 * Both sides' counts with what the last comparison found, a row per namespace. Values `$1` to `$3`: those of `sidesValues`. `counts`: how many more the
 * source has by counts; of namespaces that are written into one, all of them together.
 */
export const comparedSides = `
  SELECT b.*, ${standing}, st."creates" + st."updates" + st."problems" AS differing, coalesce(b.together, b.source, 0) - coalesce(b.target, 0) AS counts,
    ${changedSince(countedAt, "b.source", "b.target")} AS "changedSince"
  FROM (${bothSides()}) b LEFT JOIN "Standing" st ON ${betweenIndexes("st.")} AND st."namespace" = b."sourceName"`;

const byCountsOnly = `(NOT b.known OR b."changedSince")`;

/** Conditions over a row `b` of {@link comparedSides}, in agreement with `differenceOf`. */
export const comparisonIs = {
  known: `(b.known AND NOT b."changedSince")`,
  left: `(CASE WHEN ${byCountsOnly} THEN b.counts > 0 ELSE b."creates" > 0 END)`,
  differing: `(CASE WHEN b."changedSince" THEN true WHEN NOT b.known THEN b.counts > 0 ELSE b.differing > 0 END)`,
  inSync: `(b.known AND b."compared" AND b.differing = 0 AND NOT b."changedSince")`,
  notCompared: `(NOT b.known OR NOT b."compared")`,
};

/** How much differs, to sort by: as the comparison knows it, else by counts. */
export const differenceOrder = `(CASE WHEN ${byCountsOnly} THEN b.counts ELSE b.differing END)`;

const columns = {
  creates: amount.nullable(),
  updates: amount.nullable(),
  problems: amount.nullable(),
  orphans: amount.nullable(),
  compared: z.boolean().nullable(),
  changedSince: z.boolean(),
  at: instant.nullable(),
};
/** The columns of {@link comparedSides} that say what the last comparison found. */
export const comparisonColumns = Object.keys(columns)
  .map((column) => `b."${column}"`)
  .join(", ");
export const comparisonRow = z.object(columns);

export function toComparison(row: z.infer<typeof comparisonRow>): Comparison | null {
  if (row.at === null) return null;
  return {
    create: row.creates ?? 0,
    update: row.updates ?? 0,
    problem: row.problems ?? 0,
    orphan: row.orphans ?? 0,
    compared: row.compared ?? true,
    changedSince: row.changedSince,
    at: row.at,
  };
}

/** What the last comparison of each namespace of the source found, beside counts that were read just now. */
export async function readComparisons(
  ctx: Context,
  counts: readonly { name: string; source: number; target: number }[],
): Promise<Map<string, Comparison>> {
  const rows = await ctx.database.rows(
    z.object({ name: z.string(), ...columns }),
    `SELECT u.name, ${standing}, ${changedSince("now()", "u.source", "u.target")} AS "changedSince"
       FROM unnest($3::text[], $4::float8[], $5::float8[]) AS u(name, source, target)
       JOIN "Standing" st ON ${betweenIndexes("st.")} AND st."namespace" = u.name`,
    [
      ...(await indexKeys(ctx)),
      ...[counts.map(({ name }) => name), counts.map(({ source }) => source), counts.map(({ target }) => target)],
    ],
  );
  return new Map(
    rows.flatMap((row) => {
      const comparison = toComparison(row);
      return comparison ? [[row.name, comparison] as const] : [];
    }),
  );
}
