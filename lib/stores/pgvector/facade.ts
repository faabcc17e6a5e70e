import { z } from "zod";
import type { FacadeOf, Metric, SqlPlace } from "../contract";
import { literal, quoted } from "./catalog";
import { metricOf } from "./inspect";
import { type Layout, namespaceText, tableOf, typeOf } from "./layout";
import { distanceOf } from "./query";
import type { Asking } from "./session";
import type { PgvectorOptions } from "./source";

/** How an application asks the collection, so that its index is used. */
export function sqlPlaceOf(layout: Layout, metric: Metric): SqlPlace {
  const { cast, operator } = distanceOf(layout, metric);
  const { schema, table, id, vector, metadata, namespace } = layout;
  return {
    ...{ schema, table: table.name, id: id.name, column: vector.name, metadata: metadata?.name ?? null },
    namespace: namespace !== null && "column" in namespace ? namespace.column.name : null,
    ...{ cast, operator },
  };
}

const grantSchema = z.object({ grantee: z.string(), privilege: z.string() });

/**
 * The statements that lead a view, or a function as LangChain's and Supabase's applications call it (`match_documents`), to this collection. Another
 * dimension is another type of a view's column, which no `CREATE OR REPLACE` changes: each is dropped and made within one transaction, and who was
 * allowed to use it still is. Where something else is built upon it, the server refuses, and nothing has changed.
 */
export async function facadeStatements(
  asking: Asking,
  layout: Layout,
  options: PgvectorOptions,
  { view, function: called, text }: FacadeOf,
): Promise<string[]> {
  const metric = options.metric ?? metricOf(layout) ?? "cosine";
  const statements: string[] = [];
  if (view !== null) {
    const name = `${quoted(options.schema)}.${quoted(view)}`;
    const grants = await asking.rows(
      grantSchema,
      `SELECT grantee, privilege_type AS privilege FROM information_schema.role_table_grants
        WHERE table_schema = $1 AND table_name = $2 AND grantee <> current_user ORDER BY 1, 2`,
      [options.schema, view],
    );
    statements.push(
      `DROP VIEW IF EXISTS ${name}`,
      `CREATE VIEW ${name} AS ${rowsText(layout, text)}`,
      ...grants.map(({ grantee, privilege }) => `GRANT ${privilege} ON ${name} TO ${role(grantee)}`),
    );
  }
  if (called !== null) {
    const vector = `${quoted(layout.vector.typeSchema)}.vector`;
    const name = `${quoted(options.schema)}.${quoted(called)}`;
    const signature = `${name}(${vector}, integer, jsonb)`;
    const grants = await asking.rows(
      grantSchema,
      `SELECT coalesce(r.rolname, 'PUBLIC') AS grantee, 'EXECUTE' AS privilege FROM pg_proc p
         CROSS JOIN LATERAL aclexplode(p.proacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE p.oid = to_regprocedure($1) AND r.rolname IS DISTINCT FROM current_user ORDER BY 1`,
      [signature],
    );
    statements.push(
      `DROP FUNCTION IF EXISTS ${signature}`,
      functionText(layout, { name, vector, metric, text }),
      ...grants.map(({ grantee, privilege }) => `GRANT ${privilege} ON FUNCTION ${signature} TO ${role(grantee)}`),
    );
  }
  return statements;
}

const role = (grantee: string) => (grantee === "PUBLIC" ? grantee : quoted(grantee));

/** The collection's rows that have a vector, under names that are the same for every layout. */
function rowsText(layout: Layout, text: readonly string[]): string {
  const { id, vector } = layout;
  return `SELECT ${quoted(id.name)} AS id, ${namespaceText(layout)} AS namespace, ${contentText(layout, text)} AS content, ${metadataText(layout)} AS metadata, ${quoted(vector.name)} AS embedding FROM ${tableOf(layout)} WHERE ${conditionText(layout)}`;
}

function functionText(
  layout: Layout,
  { name, vector, metric, text }: { name: string; vector: string; metric: Metric; text: readonly string[] },
): string {
  const { text: distance } = distanceOf(layout, metric);
  const score = metric === "cosine" ? `1 - (${distance})` : `-(${distance})`;
  const { id } = layout;
  const body = `SELECT ${quoted(id.name)}, ${contentText(layout, text)}, ${metadataText(layout)}, (${score})::double precision FROM ${tableOf(layout)} WHERE ${conditionText(layout)} AND ${metadataText(layout)} @> coalesce($3, '{}'::jsonb) ORDER BY ${distance} LIMIT $2`;
  // Names of columns are names of the result's, too: parameters stand by their numbers.
  return `CREATE FUNCTION ${name}(query_embedding ${vector}, match_count integer DEFAULT 10, filter jsonb DEFAULT '{}')
RETURNS TABLE (id ${id.type}, content text, metadata jsonb, similarity double precision)
LANGUAGE sql STABLE AS ${literal(body)}`;
}

const conditionText = ({ vector, within }: Layout): string =>
  [
    `${quoted(vector.name)} IS NOT NULL`,
    ...(within ? [`${quoted(within.column.name)} = ${literal(within.value)}::${typeOf(within.column)}`] : []),
  ].join(" AND ");

/** The first of the keys that holds a text: a column of its own, or a part of the metadata. */
function contentText({ columns, metadata }: Layout, keys: readonly string[]): string {
  const parts = keys.flatMap((key) => {
    const own = columns.find((column) => column.key === key);
    if (own) return [`${quoted(own.column.name)}::text`];
    return metadata ? [`(${quoted(metadata.name)}::jsonb ->> ${literal(key)})`] : [];
  });
  return parts.length === 0 ? "NULL::text" : `coalesce(${parts.join(", ")})`;
}

function metadataText({ metadata, columns }: Layout): string {
  if (metadata) return `${quoted(metadata.name)}::jsonb`;
  return `jsonb_build_object(${columns.map(({ key, column }) => `${literal(key)}, to_jsonb(${quoted(column.name)})`).join(", ")})`;
}
