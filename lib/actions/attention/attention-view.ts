import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { type AttentionItem, attentionCauses } from "@/lib/shapes/attention";
import { namespaceHref } from "@/lib/shapes/namespaces/namespace-address";
import { hrefOn } from "@/lib/shapes/routes/route-href";
import { amount, instant } from "../answers/columns";

export const attentionItemRow = z.object({
  id: z.string(),
  cause: z.enum(attentionCauses),
  level: z.enum(["warn", "error"]),
  runId: z.string().nullable(),
  planId: z.string().nullable(),
  scheduleId: z.string().nullable(),
  route: z.string().nullable(),
  documents: z.boolean(),
  namespaces: z.array(z.string()),
  namespaceCount: z.number(),
  what: z.string(),
  next: z.string(),
  href: z.string(),
  records: amount.nullable(),
  since: instant,
  solvedAt: instant.nullable(),
  solvedBy: z.string().nullable(),
  acknowledgedAt: instant.nullable(),
  acknowledgedBy: z.string().nullable(),
});

/** Names of each item's namespaces that are read: some are about thousands. */
const namesShown = 20;

/** The columns of an item, of a row `a`. */
export const attentionColumns = `a."id", a."cause", a."level", a."runId", a."planId", a."scheduleId", a."route", coalesce(a."runKind" = 'clearance', false) AS "documents",
  a."places"[1:${namesShown}] AS "namespaces", cardinality(a."places") AS "namespaceCount", a."what", a."next", a."href", a."records",
  a."since", a."solvedAt", a."solvedBy", a."acknowledgedAt", a."acknowledgedBy"`;

/** Items of the inbox as every edge shows them. `selection` follows `FROM "Attention" a` and its values start at `$1`. */
export async function readAttentionItems(
  sql: Sql,
  selection: string,
  values: readonly unknown[],
): Promise<AttentionItem[]> {
  const rows = await sql.rows(attentionItemRow, `SELECT ${attentionColumns} FROM "Attention" a ${selection}`, values);
  return rows.map(toItem);
}

export function toItem({
  documents,
  solvedAt,
  solvedBy,
  acknowledgedAt,
  acknowledgedBy,
  ...row
}: z.infer<typeof attentionItemRow>) {
  const [only] = row.namespaces;
  const named = row.cause === "target-missing" && only !== undefined;
  return {
    ...row,
    // What a run over documents works on isn't a namespace.
    ...(documents ? { namespaces: [], namespaceCount: 0 } : {}),
    // The page that shows it may be about another route.
    href: hrefOn(row.route, named ? namespaceHref(only) : row.href),
    state:
      acknowledgedAt !== null ? ("acknowledged" as const) : solvedAt !== null ? ("solved" as const) : ("open" as const),
    solved: solvedAt === null ? null : { at: solvedAt, by: solvedBy ?? "" },
    acknowledged: acknowledgedAt === null ? null : { at: acknowledgedAt, by: acknowledgedBy ?? "" },
  };
}
