import { z } from "zod";
import { isIndex } from "@/lib/runs/lifecycle/accounts";
import { leadsTo } from "@/lib/runs/lifecycle/overlap";
import { sampledInSql, wordInSql } from "@/lib/shapes/runs/verdict";
import { amount } from "../answers/columns";
import { indexKeys } from "../namespaces/inventory";
import { ofRoute } from "../runs/run-input";
import type { Context } from "../verbs/context";

const movedSchema = z.object({
  /** Of the source, with records, as last counted. */
  counted: amount,
  /** Of these, those that a run went through whole, to their end; one with a limit, for a choice of changes or rows, or of findings alone doesn't. */
  moved: amount,
  /** Records that the last such run of each left out, those apart that a retry wrote. */
  left: amount,
  /** Of these, those whose last read-back check is called `verified`. */
  verified: amount,
  /** Of these, those of which only a sample of the records was compared. */
  sampled: amount,
  /** Of these, those whose last check found something wrong. */
  wrong: amount,
  /** Of these, those whose last check found nothing wrong, and not all there or not all compared. */
  partly: amount,
});
export type MovedNamespaces = z.infer<typeof movedSchema>;

/**
 * How far the namespaces that the source was counted with have come along a route, by what runs left of each between the route's indexes. One that was
 * written after its last check counts as not checked. Nothing counted yet: all are 0.
 */
export async function movedNamespaces(ctx: Context, route: string): Promise<MovedNamespaces> {
  const [source, target] = await indexKeys(ctx);
  const known = ([, account]: readonly string[]) => account || null;
  const [row] = await ctx.database.rows(
    movedSchema,
    `WITH ran AS (
       SELECT s.*, r."kind", r."retryOf", ${wordInSql(`s."verdict"`)} AS word, ${sampledInSql(`s."verdict"`)} AS sampled,
              r."kind" <> 'verify' AND s."state" = 'done' AND r."retryOf" IS NULL AND r."settings" ->> 'limit' IS NULL AND r."settings" -> 'fill' IS NULL
                AND coalesce(r."settings" ->> 'only', 'both') = 'both' AS whole,
              -- What wrote and hasn't ended may write again.
              coalesce(s."endedAt", r."endedAt", CASE WHEN s."written" > 0 THEN 'infinity' ELSE r."createdAt" END) AS at
         FROM "Segment" s JOIN "Run" r ON r."id" = s."runId"
        WHERE r."kind" IN ('reembed', 'mirror', 'verify') AND ${ofRoute("r", "$2")}
          AND ${leadsTo("source", `r."settings"`, [3, 4])} AND ${leadsTo("target", `r."settings"`, [5, 6])}),
     last AS (SELECT DISTINCT ON ("namespace") "namespace", "runId", "skipped" + "failed" + "drifted" AS "left" FROM ran WHERE whole ORDER BY "namespace", at DESC),
     retried AS (SELECT l."namespace", sum(t."written" + t."unchanged") AS solved FROM last l
       JOIN ran t ON t."namespace" = l."namespace" AND t."retryOf" = l."runId" GROUP BY l."namespace"),
     seen AS (
       -- A run that wrote nothing and looked at no record says less than the check before it.
       SELECT "namespace", (array_agg(word ORDER BY nothing, at DESC) FILTER (WHERE "verdict" ->> 'ok' IS NOT NULL OR "written" > 0))[1] AS word,
              (array_agg(sampled ORDER BY nothing, at DESC) FILTER (WHERE "verdict" ->> 'ok' IS NOT NULL OR "written" > 0))[1] AS sampled
         FROM (SELECT *, "written" = 0 AND coalesce(word = 'nothing-to-verify', false) AS nothing FROM ran) looked GROUP BY "namespace")
     SELECT count(*)::text AS counted, count(*) FILTER (WHERE l."runId" IS NOT NULL OR word = 'verified')::text AS moved,
            coalesce(sum(greatest(0, l."left" - coalesce(solved, 0))), 0)::text AS "left",
            count(*) FILTER (WHERE word = 'verified')::text AS verified, count(*) FILTER (WHERE word = 'verified' AND sampled)::text AS sampled,
            count(*) FILTER (WHERE word = 'not-verified')::text AS wrong,
            count(*) FILTER (WHERE word NOT IN ('verified', 'not-verified'))::text AS partly
       FROM "NamespaceCount" c LEFT JOIN seen USING ("namespace") LEFT JOIN last l USING ("namespace") LEFT JOIN retried USING ("namespace")
      WHERE c."side" = 'source' AND ${isIndex(`c."index"`, `c."account"`, "$1")} AND c."value" > 0`,
    [source, route, source[0], known(source), target[0], known(target)],
  );
  return row ?? { counted: 0, moved: 0, left: 0, verified: 0, sampled: 0, wrong: 0, partly: 0 };
}
