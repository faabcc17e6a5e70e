import { z } from "zod";
import { isIndex } from "@/lib/runs/lifecycle/accounts";
import { leadsTo } from "@/lib/runs/lifecycle/overlap";
import { wordInSql } from "@/lib/shapes/runs/verdict";
import { amount } from "../answers/columns";
import { indexKeys } from "../namespaces/inventory";
import { ofRoute } from "../runs/run-input";
import type { Context } from "../verbs/context";

const movedSchema = z.object({
  /** Of the source, with records, as last counted. */
  counted: amount,
  /** Of these, those that a run wrote to its end. */
  moved: amount,
  /** Of these, those whose last read-back check is called `verified`. */
  verified: amount,
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
    `WITH seen AS (
       SELECT s."namespace", bool_or(r."kind" <> 'verify' AND s."state" = 'done') AS moved,
              (array_agg(${wordInSql(`s."verdict"`)} ORDER BY r."createdAt" DESC)
                FILTER (WHERE s."verdict" ->> 'ok' IS NOT NULL OR s."written" > 0))[1] AS word
         FROM "Segment" s JOIN "Run" r ON r."id" = s."runId"
        WHERE r."kind" IN ('reembed', 'mirror', 'verify') AND ${ofRoute("r", "$2")}
          AND ${leadsTo("source", `r."settings"`, [3, 4])} AND ${leadsTo("target", `r."settings"`, [5, 6])}
        GROUP BY s."namespace")
     SELECT count(*)::text AS counted, count(*) FILTER (WHERE moved OR word = 'verified')::text AS moved,
            count(*) FILTER (WHERE word = 'verified')::text AS verified, count(*) FILTER (WHERE word = 'not-verified')::text AS wrong,
            count(*) FILTER (WHERE word NOT IN ('verified', 'not-verified'))::text AS partly
       FROM "NamespaceCount" c LEFT JOIN seen USING ("namespace")
      WHERE c."side" = 'source' AND ${isIndex(`c."index"`, `c."account"`, "$1")} AND c."value" > 0`,
    [source, route, source[0], known(source), target[0], known(target)],
  );
  return row ?? { counted: 0, moved: 0, verified: 0, wrong: 0, partly: 0 };
}
