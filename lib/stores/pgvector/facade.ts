import { z } from "zod";
import type { FacadeOf, Metric, SqlPlace } from "../contract";
import { refusal } from "./connection/failures";
import { pageCost } from "./connection/page-cost";
import type { Asking } from "./connection/session";
import { metricOf } from "./reading/inspect";
import { distanceOf } from "./reading/query";
import { vectorIndexes } from "./reading/search-effort";
import { literal, quoted } from "./tables/catalog";
import { type Layout, namespaceText, tableOf, typeOf } from "./tables/layout";
import type { PgvectorOptions } from "./tables/open-store";

/** How an application asks the collection, so that its index is used. */
export function sqlPlaceOf(layout: Layout, metric: Metric): SqlPlace {
  const { cast, operator } = distanceOf(layout, metric);
  const { schema, table, id, vector, metadata, namespace, within } = layout;
  return {
    ...{ schema, table: table.name, id: id.name, column: vector.name, metadata: metadata?.name ?? null },
    namespace: namespace !== null && "column" in namespace ? namespace.column.name : null,
    namespaceKey: namespace !== null && "key" in namespace ? namespace.key : null,
    within: within && { column: within.column.name, type: typeOf(within.column), value: within.value },
    ...{ cast, operator },
  };
}

/** By which Portage knows what it made, and drops nothing else. */
const mark = "Made by portage switch";

const grantsText = (acl: string) =>
  `(SELECT coalesce(json_agg(json_build_object('grantee', coalesce(r.rolname::text, 'PUBLIC'), 'privilege', a.privilege_type) ORDER BY r.rolname, a.privilege_type), '[]')
      FROM aclexplode(${acl}) a LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE r.rolname IS DISTINCT FROM current_user)`;

const standingSchema = z.object({
  comment: z.string().nullable(),
  options: z.array(z.string()),
  /** Whether somebody said who may use it: else a function is for everybody. */
  said: z.boolean(),
  grants: z.array(z.object({ grantee: z.string(), privilege: z.string() })),
});
type Standing = z.infer<typeof standingSchema>;

/** What stands under the name. @throws ServiceFailure `conflict` when Portage didn't make it */
async function standing(asking: Asking, query: string, schema: string, name: string): Promise<Standing | undefined> {
  const found = await asking.rows(standingSchema, query, [schema, name]);
  if (found.every(({ comment }) => comment === mark)) return found[0];
  throw refusal(
    "conflict",
    "facadeSteps",
    `${schema}.${name} stands already, and Portage didn't make it`,
    `Choose another name, or drop or rename ${name} first: Portage replaces only what bears the comment '${mark}'.`,
  );
}

const viewQuery = `SELECT obj_description(c.oid, 'pg_class') AS comment, coalesce(c.reloptions, '{}'::text[]) AS options, true AS said,
    ${grantsText("c.relacl")} AS grants
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`;
/** Whatever its parameters: a call could mean either. */
const functionQuery = `SELECT obj_description(p.oid, 'pg_proc') AS comment, '{}'::text[] AS options, p.proacl IS NOT NULL AS said,
    ${grantsText("p.proacl")} AS grants
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $1 AND p.proname = $2`;

/** What follows the making: who was allowed to use the old one, and nobody else. */
function rightsOf(what: string, old: Standing | undefined): string[] {
  if (old === undefined) return [];
  const everybody = old.grants.some(({ grantee }) => grantee === "PUBLIC");
  return [
    ...(old.said && !everybody ? [`REVOKE ALL ON ${what} FROM PUBLIC`] : []),
    ...old.grants.map(({ grantee, privilege }) => `GRANT ${privilege} ON ${what} TO ${role(grantee)}`),
  ];
}

const keptOptions = /^security_(invoker|barrier)=[a-z0-9]+$/i;

/**
 * The statements that lead a view, or a function as LangChain's and Supabase's applications call it (`match_documents`), to this collection. Another
 * dimension is another type of a view's column, which no `CREATE OR REPLACE` changes: each is dropped and made within one transaction, and who was
 * allowed to use it still is. Where something else is built upon it, the server refuses, and nothing has changed; what Portage didn't make is refused.
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
    const old = await standing(asking, viewQuery, options.schema, view);
    const kept = old?.options.filter((option) => keptOptions.test(option)) ?? [];
    statements.push(
      `DROP VIEW IF EXISTS ${name}`,
      `CREATE VIEW ${name}${kept.length > 0 ? ` WITH (${kept.join(", ")})` : ""} AS ${rowsText(layout, text)}`,
      `COMMENT ON VIEW ${name} IS ${literal(mark)}`,
      ...rightsOf(name, old),
    );
  }
  if (called !== null) {
    const scans = await iterativeScans(asking, layout);
    const vector = `${quoted(layout.vector.typeSchema)}.vector`;
    const name = `${quoted(options.schema)}.${quoted(called)}`;
    const signature = `${name}(${vector}, integer, jsonb, text)`;
    const old = await standing(asking, functionQuery, options.schema, called);
    statements.push(
      ...(scans.length > 0 ? [`SELECT '[1]'::${vector} /* loads pgvector, whose setting the function names */`] : []),
      `DROP FUNCTION IF EXISTS ${signature}`,
      functionText(layout, { name, vector, metric, text, scans }),
      `COMMENT ON FUNCTION ${signature} IS ${literal(mark)}`,
      ...rightsOf(`FUNCTION ${signature}`, old),
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
  of: { name: string; vector: string; metric: Metric; text: readonly string[]; scans: readonly string[] },
): string {
  const { name, vector, metric, text, scans } = of;
  const { text: distance } = distanceOf(layout, metric);
  const score = metric === "cosine" ? `1 - (${distance})` : `-(${distance})`;
  const { id } = layout;
  const body = `SELECT ${quoted(id.name)}, ${contentText(layout, text)}, ${metadataText(layout)}, (${score})::double precision FROM ${tableOf(layout)} WHERE ${conditionText(layout)} AND ${namespaceMatches(layout)} AND (coalesce($3, '{}'::jsonb) = '{}'::jsonb OR ${metadataText(layout)} @> $3) ORDER BY ${distance} LIMIT $2`;
  // Planned with what each call gives, so that a filter that is left out and a small LIMIT count as such, whoever calls it and however.
  const settings = ["plan_cache_mode = force_custom_plan", pageCost, ...scans].map((each) => `SET ${each}`).join(" ");
  // Names of columns are names of the result's, too: parameters stand by their numbers.
  return `CREATE FUNCTION ${name}(query_embedding ${vector}, match_count integer DEFAULT 10, filter jsonb DEFAULT '{}', namespace text DEFAULT '')
RETURNS TABLE (id ${id.type}, content text, metadata jsonb, similarity double precision)
LANGUAGE plpgsql STABLE ${settings} AS ${literal(`#variable_conflict use_column
BEGIN
  RETURN QUERY ${body};
END`)}`;
}

const versionSchema = z.object({ version: z.string() });

/** Settings by which an index goes on looking until enough rows have passed the filter, where pgvector has them (0.8). */
async function iterativeScans(asking: Asking, layout: Layout): Promise<string[]> {
  const found = await asking.rows(
    versionSchema,
    "SELECT extversion AS version FROM pg_extension WHERE extname = 'vector'",
  );
  const [major = 0, minor = 0] = (found[0]?.version ?? "").split(".").map(Number);
  if (major === 0 && minor < 8) return [];
  const methods = new Set(vectorIndexes(layout).map(({ method }) => method));
  return [
    ...(methods.has("hnsw") ? ["hnsw.iterative_scan = strict_order"] : []),
    ...(methods.has("ivfflat") ? ["ivfflat.iterative_scan = relaxed_order"] : []),
  ];
}

/** The rows of the namespace that is given, in words by which the server can tell how many they are. */
function namespaceMatches(layout: Layout): string {
  const given = "coalesce($4, '')";
  const { namespace } = layout;
  if (namespace === null) return `${given} = ''`;
  const held = namespaceText(layout);
  const always = "column" in namespace && namespace.column.required;
  return always ? `${held} = ${given}` : `((${held}) = ${given} OR (${held}) IS NULL AND ${given} = '')`;
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
