import { z } from "zod";
import type { Metadata, MetadataValue } from "../contract";

const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof scalarSchema>;

/** A condition on one metadata key. A list meets it when one of its members does. */
export type Condition =
  | { key: string; is: "eq" | "ne"; value: Scalar }
  | { key: string; is: "gt" | "gte" | "lt" | "lte"; value: number }
  | { key: string; is: "in" | "nin"; value: Scalar[] }
  | { key: string; is: "exists"; value: boolean };

/** Which records a question is about. Every store is asked in its own words. */
export type MetadataFilter = { all: MetadataFilter[] } | { any: MetadataFilter[] } | Condition;

const wrong = (what: string) => ({ wrong: what });
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isWrong = (read: MetadataFilter | { wrong: string }): read is { wrong: string } => "wrong" in read;

/**
 * A filter as operators write it, in the notation that Pinecone and Chroma share: `{"year": {"$gte": 2020}, "topic": "ai"}`, with `$eq`, `$ne`, `$gt`,
 * `$gte`, `$lt`, `$lte`, `$in`, `$nin`, `$exists`, `$and` and `$or`. Answers what is wrong with one that can't be read.
 */
export function readFilter(given: unknown): MetadataFilter | { wrong: string } {
  if (!isObject(given)) return wrong("a filter is a JSON object");
  const parts = Object.entries(given).flatMap(([key, value]) => readEntry(key, value));
  const bad = parts.find(isWrong);
  if (bad) return bad;
  const read = parts.filter((part): part is MetadataFilter => !isWrong(part));
  if (read.length === 0) return wrong("a filter names at least one key");
  return read.length === 1 && read[0] ? read[0] : { all: read };
}

function readEntry(key: string, value: unknown): (MetadataFilter | { wrong: string })[] {
  if (key === "$and" || key === "$or") {
    if (!Array.isArray(value) || value.length === 0) return [wrong(`${key} takes a list of filters`)];
    const parts = value.map(readFilter);
    const bad = parts.find(isWrong);
    if (bad) return [bad];
    const read = parts.filter((part): part is MetadataFilter => !isWrong(part));
    return [key === "$and" ? { all: read } : { any: read }];
  }
  if (key.startsWith("$")) return [wrong(`${key} stands where a metadata key is expected`)];
  const scalar = scalarSchema.safeParse(value);
  if (scalar.success) return [{ key, is: "eq", value: scalar.data }];
  if (!isObject(value) || Object.keys(value).length === 0)
    return [wrong(`"${key}" takes a value or an operator such as {"$gte": 1}`)];
  return Object.entries(value).map(([operator, operand]) => readOperator(key, operator, operand));
}

const comparisons: Record<string, "gt" | "gte" | "lt" | "lte"> = { $gt: "gt", $gte: "gte", $lt: "lt", $lte: "lte" };

function readOperator(key: string, operator: string, operand: unknown): Condition | { wrong: string } {
  const compare = comparisons[operator];
  if (compare)
    return typeof operand === "number" && Number.isFinite(operand)
      ? { key, is: compare, value: operand }
      : wrong(`${operator} of "${key}" takes a number`);
  if (operator === "$eq" || operator === "$ne") {
    const value = scalarSchema.safeParse(operand);
    return value.success
      ? { key, is: operator === "$eq" ? "eq" : "ne", value: value.data }
      : wrong(`${operator} of "${key}" takes a string, a number or true or false`);
  }
  if (operator === "$in" || operator === "$nin") {
    const value = z.array(scalarSchema).min(1).safeParse(operand);
    return value.success
      ? { key, is: operator === "$in" ? "in" : "nin", value: value.data }
      : wrong(`${operator} of "${key}" takes a list of values`);
  }
  if (operator === "$exists" && typeof operand === "boolean") return { key, is: "exists", value: operand };
  return wrong(`${operator} is no operator of a filter`);
}

/** Whether a record meets the filter. What isn't there meets `$ne` and `$nin`, as in the services. */
export function meets(filter: MetadataFilter, metadata: Metadata): boolean {
  if ("all" in filter) return filter.all.every((part) => meets(part, metadata));
  if ("any" in filter) return filter.any.some((part) => meets(part, metadata));
  const held = Object.hasOwn(metadata, filter.key) ? metadata[filter.key] : undefined;
  const some = (test: (value: MetadataValue) => boolean): boolean =>
    held !== undefined && (Array.isArray(held) ? held.some(test) : test(held));
  const number = (test: (value: number) => boolean) => some((value) => typeof value === "number" && test(value));
  switch (filter.is) {
    case "eq":
      return some((value) => value === filter.value);
    case "ne":
      return !some((value) => value === filter.value);
    case "in":
      return some((value) => filter.value.some((wanted) => wanted === value));
    case "nin":
      return !some((value) => filter.value.some((wanted) => wanted === value));
    case "exists":
      return (held !== undefined) === filter.value;
    case "gt":
      return number((value) => value > filter.value);
    case "gte":
      return number((value) => value >= filter.value);
    case "lt":
      return number((value) => value < filter.value);
    case "lte":
      return number((value) => value <= filter.value);
  }
}

/** The filter in the notation that Pinecone and Chroma share; with one key in each object, as Chroma wants it. */
export function asJsonFilter(filter: MetadataFilter): Record<string, unknown> {
  if ("all" in filter) return joined("$and", filter.all);
  if ("any" in filter) return joined("$or", filter.any);
  return { [filter.key]: { [`$${filter.is}`]: filter.value } };
}

function joined(operator: "$and" | "$or", parts: readonly MetadataFilter[]): Record<string, unknown> {
  const [only] = parts;
  return parts.length === 1 && only ? asJsonFilter(only) : { [operator]: parts.map(asJsonFilter) };
}

/** The filter in the words that {@link readFilter} reads. */
export function writtenFilter(filter: MetadataFilter): Record<string, unknown> {
  if ("all" in filter) return { $and: filter.all.map(writtenFilter) };
  if ("any" in filter) return { $or: filter.any.map(writtenFilter) };
  return { [filter.key]: { [`$${filter.is}`]: filter.value } };
}
