import { sourceNameSql, writtenAsSql } from "@/lib/routes/namespaces";
import { isIndex } from "./accounts";

const countsOf = (side: "source" | "target", key: string) =>
  `SELECT c."namespace" AS name, max(c."value") AS value, bool_and(c."exact") AS exact FROM "NamespaceCount" c
    WHERE c."side" = '${side}' AND ${isIndex('c."index"', 'c."account"', key)} GROUP BY c."namespace"`;

/**
 * Both sides' counts side by side, a row per namespace as `pairNames` pairs them: `name`, `sourceName` (`null`: nothing of the source is
 * written there), `written`, both counts and whether each is exact. What is kept by names (standings, runs, schedules) is kept by `sourceName`.
 * Where several are written into one namespace, each has all of that as its count in the target; `gathers` says how many they are and `together`
 * what the source has of them all, `null` where it is one. `$1` and `$2` are the indexes.
 * @param rule the route's rule for names, as `ruleValue` makes it
 */
export const bothSides = (rule = "$3"): string => `
  WITH s AS (SELECT c.*, ${writtenAsSql("c.name", rule)} AS written FROM (${countsOf("source", "$1")}) c)
  SELECT coalesce(s.name, t."sourceName", t.name) AS name, coalesce(s.name, t."sourceName") AS "sourceName", coalesce(s.written, t.name) AS written,
    s.value AS source, s.exact AS "sourceExact", t.value AS target, t.exact AS "targetExact",
    g.gathers, g.together
  FROM s FULL JOIN (SELECT c.*, ${sourceNameSql("c.name", rule)} AS "sourceName" FROM (${countsOf("target", "$2")}) c) t ON t.name = s.written
  LEFT JOIN (SELECT written, count(*)::int AS gathers, sum(value)::float8 AS together FROM s WHERE ${rule}::jsonb <> '{}' GROUP BY written HAVING count(*) > 1) g
    ON g.written = s.written`;
