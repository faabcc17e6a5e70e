import type { Mappings, Property } from "./definition";
import { leaves, type Scalar, type Source } from "./document";
import { Problem } from "./problems";

const wholeNumbers: Record<string, number> = { byte: 2 ** 7, short: 2 ** 15, integer: 2 ** 31, long: 2 ** 63 };
const decimals = new Set(["float", "double", "half_float", "scaled_float"]);

type Place = {
  dynamic: NonNullable<Mappings["dynamic"]>;
  enabled: boolean;
  found: Property | null;
  parent: Record<string, Property> | null;
};

/** Where a path leads in a mapping. `parent`: where it would be added. Makes objects on the way when asked to. */
export function findPlace(mappings: Mappings, path: string, make = false): Place {
  let dynamic = mappings.dynamic ?? "true";
  let enabled = mappings.enabled !== false;
  if (make) mappings.properties ??= {};
  let level: Record<string, Property> | undefined = mappings.properties;
  const steps = path.split(".");
  for (const [depth, step] of steps.entries()) {
    const found: Property | undefined = level?.[step];
    if (found?.enabled === false) enabled = false;
    if (depth === steps.length - 1) return { dynamic, enabled, found: found ?? null, parent: level ?? null };
    if (found === undefined) {
      if (!make || level === undefined) return { dynamic, enabled, found: null, parent: null };
      const made: Property = { properties: {} };
      level[step] = made;
      level = made.properties;
    } else {
      if (!enabled) return { dynamic, enabled, found, parent: null };
      dynamic = found.dynamic ?? dynamic;
      if (make && found.type === undefined) found.properties ??= {};
      level = found.properties ?? found.fields;
    }
  }
  return { dynamic, enabled, found: null, parent: null };
}

const isDate = (value: string) => /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/.test(value);

/** The type that the server gives a new field by its first value. */
function guess(value: Scalar): Property {
  if (typeof value === "boolean") return { type: "boolean" };
  if (typeof value === "number") return { type: Number.isInteger(value) ? "long" : "float" };
  if (isDate(value)) return { type: "date" };
  return { type: "text", fields: { keyword: { type: "keyword", ignore_above: 256 } } };
}

/** Why a value doesn't fit a type, or `null`. */
function misfit(type: string, value: Scalar): string | null {
  const bound = wholeNumbers[type];
  if (bound !== undefined || decimals.has(type)) {
    const number = typeof value === "boolean" || value === "" ? Number.NaN : Number(value);
    if (!Number.isFinite(number)) return `For input string: "${value}"`;
    if (bound !== undefined && (number >= bound || number < -bound))
      return `Value [${value}] is out of range for a ${type}`;
    return null;
  }
  if (type === "boolean") {
    return ["true", "false", ""].includes(String(value))
      ? null
      : `Failed to parse value [${value}] as only [true] or [false] are allowed.`;
  }
  if (type === "date")
    return typeof value === "number" || isDate(String(value)) ? null : `failed to parse date field [${value}]`;
  if (type === "object" || type === "nested") return "tried to parse field as object, but found a concrete value";
  return null;
}

const keepsValue = ({ index, doc_values, type }: Property) =>
  index !== false || (doc_values !== false && type !== "text");

/** Whether the value gets indexed by the field. Throws when it doesn't fit. */
function takes(property: Property, path: string, id: string, value: Scalar): boolean {
  const type = property.type ?? "object";
  const why = misfit(type, value);
  if (why !== null) {
    if (property.ignore_malformed) return false;
    const reason = `[1:1] failed to parse field [${path}] of type [${type}] in document with id '${id}': ${why}`;
    throw new Problem(400, "document_parsing_exception", reason);
  }
  if (typeof value === "string" && type === "keyword" && value.length > (property.ignore_above ?? Infinity))
    return false;
  return keepsValue(property);
}

/**
 * Takes a document in as the mapping says: adds fields that it doesn't know where it is dynamic, and answers the paths whose values
 * aren't indexed. Throws when a value doesn't fit, or the mapping is strict. Changes `mappings`.
 */
export function admit(mappings: Mappings, id: string, source: Source): string[] {
  const unindexed = new Set<string>();
  for (const [path, value] of leaves(source)) {
    const place = findPlace(mappings, path);
    if (!place.enabled) unindexed.add(path);
    else if (place.found) {
      if (!takes(place.found, path, id, value)) unindexed.add(path);
    } else if (mappings.runtime?.[path]) {
      // Read from the document when it is asked for.
    } else if (place.dynamic === "strict") {
      const reason = `[1:1] mapping set to strict, dynamic introduction of [${path}] within [_doc] is not allowed`;
      throw new Problem(400, "strict_dynamic_mapping_exception", reason);
    } else if (place.dynamic === "false") unindexed.add(path);
    else if (place.dynamic === "runtime") {
      mappings.runtime = { ...mappings.runtime, [path]: { type: guess(value).type ?? "keyword" } };
    } else {
      const { parent } = findPlace(mappings, path, true);
      const name = path.split(".").at(-1);
      if (parent && name !== undefined) parent[name] = guess(value);
    }
  }
  return [...unindexed];
}
