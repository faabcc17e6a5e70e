import { z } from "zod";
import type { Hit, Metric, QueryPlan, VectorQuery } from "../../contract";
import type { Condition as Filtered, MetadataFilter } from "../../query/filter";
import { refusal } from "../connection/failures";
import { configuredPageCost } from "../connection/page-cost";
import type { Asking } from "../connection/session";
import { literal, quoted } from "../tables/catalog";
import { indexStatement } from "../tables/index-statement";
import { type Layout, type Rows, rowsOf, tableOf } from "../tables/layout";
import { costAdvice } from "./cost-advice";
import { columnsText, readMetadata } from "./metadata";
import { setEffort, vectorIndexes } from "./search-effort";

const operation = "query";
const signs: Record<Metric, string> = { cosine: "<=>", dotproduct: "<#>", euclidean: "<->" };

/** The operators give distances: 1 minus the cosine, minus the inner product, and the Euclidean one itself. A vector of zeros has no cosine. */
function scoreOf(metric: Metric, distance: number): number {
  if (Number.isNaN(distance)) return 0;
  return metric === "cosine" ? 1 - distance : -distance;
}

const rowSchema = z.object({
  id: z.string(),
  distance: z.union([z.number(), z.nan()]),
  metadata: z.string().nullable(),
  columns: z.string().nullable(),
});

type Wanted = { rows: Rows; namespace: string; metric: Metric };

/**
 * The nearest rows, by the operator of the metric and in the words that the table's index serves. With an effort or a filter it needs a transaction: a
 * filter is asked by the server's own costs, since the index, which filters only what it has found, would give fewer hits than the application gets.
 */
export async function queryRows(asking: Asking, layout: Layout, wanted: Wanted, question: VectorQuery): Promise<Hit[]> {
  const statement = queryStatement(layout, wanted, question);
  if (statement === null) return [];
  if (question.effort !== undefined) await setEffort(asking, layout, question.effort);
  if (question.filter !== undefined) await asking.run(configuredPageCost);
  const rows = await asking.rows(rowSchema, statement.text, statement.values);
  return rows.map(({ id, distance, metadata, columns }): Hit => {
    const hit = { id, score: scoreOf(wanted.metric, distance) };
    if (question.metadata !== true) return hit;
    const read = readMetadata(layout, metadata, columns);
    return { ...hit, metadata: "wrong" in read ? {} : read.value };
  });
}

const planSchema = z.object({ "QUERY PLAN": z.json() });

/** Has the server explain the same statement, by Portage's costs and by those that it is set to. Needs a transaction. */
export async function explainRows(
  asking: Asking,
  layout: Layout,
  wanted: Wanted & { database: string },
  question: VectorQuery,
): Promise<QueryPlan> {
  const indexes = vectorIndexes(layout).map(({ name, valid }) => ({ name, valid }));
  const statement = queryStatement(layout, wanted, question);
  if (statement === null) return { index: null, indexes };
  const usedNow = async () => {
    const explain = `EXPLAIN (FORMAT JSON) ${statement.text}`;
    const plan = JSON.stringify(await asking.rows(planSchema, explain, statement.values));
    return indexes.find(({ name }) => plan.includes(`"Index Name":${JSON.stringify(name)}`))?.name ?? null;
  };
  const index = await usedNow();
  await asking.run(configuredPageCost);
  const configured = { index: await usedNow(), advice: costAdvice(layout, wanted.metric, wanted.database) };
  return { index, indexes, configured };
}

/** `null`: there can be no such rows. */
function queryStatement(
  layout: Layout,
  { rows, namespace, metric }: Wanted,
  { values, k, filter, metadata = false }: VectorQuery,
): { text: string; values: string[] } | null {
  const condition = rowsOf(layout, namespace, rows, { from: 2 });
  if (condition === null) return null;
  const given = [JSON.stringify(values), ...condition.values];
  const parameter = (value: string) => `$${given.push(value)}`;
  const vector = quoted(layout.vector.name);
  const where = [
    condition.text,
    `${vector} IS NOT NULL`,
    ...(filter ? [filterText(layout, filter, parameter)] : []),
  ].join(" AND ");
  const distance = distanceOf(layout, metric).text;
  const id = `${quoted(layout.id.name)}::text`;
  const held = layout.metadata ? `${quoted(layout.metadata.name)}::text` : "NULL::text";
  return {
    text: `SELECT ${id} AS id, (${distance})::float8 AS distance, ${metadata ? held : "NULL::text"} AS metadata, ${metadata ? columnsText(layout) : "NULL::text"} AS columns
       FROM ${tableOf(layout)} WHERE ${where} ORDER BY ${distance} LIMIT ${k}`,
    values: given,
  };
}

/** As the index has it, with its cast to half precision where it is over that; else by the numbers as they stand. `cast: null`: as they stand. */
export function distanceOf(layout: Layout, metric: Metric): { text: string; cast: string | null; operator: string } {
  const settings = {
    rows: 0,
    index: "hnsw" as const,
    m: 16,
    efConstruction: 64,
    lists: undefined,
    indexMemoryMb: undefined,
  };
  const plan = indexStatement(layout, { ...settings, metric });
  const serves = (operators: string) => !("none" in plan) && operators.includes(plan.operatorClass);
  if (!("none" in plan) && vectorIndexes(layout).some(({ valid, operators }) => valid && serves(operators)))
    return {
      text: plan.distance,
      cast: plan.note === null ? null : plan.cast.slice(plan.cast.lastIndexOf(".") + 1),
      operator: signs[metric],
    };
  const { typeSchema, base, name } = layout.vector;
  return {
    text: `${quoted(name)} OPERATOR(${quoted(typeSchema)}.${signs[metric]}) $1::${quoted(typeSchema)}.${quoted(base)}`,
    cast: null,
    operator: signs[metric],
  };
}

function filterText(layout: Layout, filter: MetadataFilter, parameter: (value: string) => string): string {
  if ("all" in filter) return `(${filter.all.map((part) => filterText(layout, part, parameter)).join(" AND ")})`;
  if ("any" in filter) return `(${filter.any.map((part) => filterText(layout, part, parameter)).join(" OR ")})`;
  return conditionText(heldText(layout, filter.key), filter, parameter);
}

/** What a record holds under a key, as jsonb: a column of its own, or a part of the metadata. */
function heldText({ columns, metadata }: Layout, key: string): string {
  const own = columns.find((column) => column.key === key);
  if (own) return `to_jsonb(${quoted(own.column.name)})`;
  if (metadata) return `(${quoted(metadata.name)}::jsonb -> ${literal(key)})`;
  throw refusal("invalid", operation, `The table has no metadata: it can't be filtered by ${key}`);
}

const signsOf = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

function conditionText(held: string, filter: Filtered, parameter: (value: string) => string): string {
  // Containment meets a value itself and a list that has it among its members.
  const holds = (value: string | number | boolean) =>
    `coalesce(${held} @> ${parameter(JSON.stringify(value))}::jsonb, false)`;
  switch (filter.is) {
    case "eq":
      return holds(filter.value);
    case "ne":
      return `NOT ${holds(filter.value)}`;
    case "in":
      return `(${filter.value.map(holds).join(" OR ")})`;
    case "nin":
      return `NOT (${filter.value.map(holds).join(" OR ")})`;
    case "exists":
      return `(${held} IS ${filter.value ? "NOT " : ""}NULL)`;
    default:
      return `coalesce(jsonb_path_exists(${held}, ${literal(`$ ? (@ ${signsOf[filter.is]} $bound)`)}, jsonb_build_object('bound', ${parameter(String(filter.value))}::numeric)), false)`;
  }
}
