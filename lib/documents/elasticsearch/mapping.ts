import type { estypes } from "@elastic/elasticsearch";
import { z } from "zod";
import type { FieldKind, FieldMapping, Target } from "../contract";
import type { Connection } from "./connection";
import { topKey } from "./held";

const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")]);
const dynamic = z
  .union([z.boolean().transform(String), z.string()])
  .pipe(z.enum(["true", "false", "strict", "runtime"]));

type Property = {
  type?: string | undefined;
  index?: boolean | undefined;
  doc_values?: boolean | undefined;
  enabled?: boolean | undefined;
  fielddata?: boolean | undefined;
  ignore_above?: number | undefined;
  dynamic?: FieldMapping["dynamic"] | undefined;
  properties?: Record<string, Property> | undefined;
  fields?: Record<string, Property> | undefined;
};

const property: z.ZodType<Property> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    index: flag.optional(),
    doc_values: flag.optional(),
    enabled: flag.optional(),
    fielddata: flag.optional(),
    ignore_above: z.number().optional(),
    dynamic: dynamic.optional(),
    properties: z.record(z.string(), property).optional(),
    fields: z.record(z.string(), property).optional(),
  }),
);

const rootMapping = z.object({
  dynamic: dynamic.optional(),
  enabled: flag.optional(),
  _source: z.object({ enabled: flag.optional(), mode: z.string().optional() }).optional(),
  properties: z.record(z.string(), property).optional(),
  runtime: z.record(z.string(), z.object({ type: z.string() })).optional(),
});
type RootMapping = z.infer<typeof rootMapping>;

const names = z.record(z.string(), z.unknown());
const mappings = z.record(z.string(), z.object({ mappings: rootMapping }));

/** Types whose values are in no columns by default, and so can't be counted. */
const columnless = new Set(["text", "match_only_text", "annotated_text", "object", "nested", "binary", "alias"]);

const isAggregatable = ({ type = "object", doc_values, fielddata }: Property) =>
  fielddata === true || (!columnless.has(type) && doc_values !== false);

function describe(name: string, found: Property): FieldMapping["field"] {
  const { type = "object", index, doc_values, enabled, ignore_above, fields = {} } = found;
  const subfields = Object.entries(fields).filter(([, inner]) => isAggregatable(inner));
  const holdsValues = type !== "object" && type !== "nested" && type !== "alias";
  return {
    type,
    runtime: false,
    searchable:
      holdsValues && enabled !== false && (index !== false || (doc_values !== false && !columnless.has(type))),
    aggregatable: isAggregatable(found),
    ignoreAbove: ignore_above ?? null,
    aggregatableSubfields: subfields.map(([inner]) => `${name}.${inner}`),
  };
}

/** Walks down to the field; what an object above it says holds for it as well. */
function mappingOf(index: string, root: RootMapping, name: string): FieldMapping {
  const mapping: FieldMapping = {
    index,
    dynamic: root.dynamic ?? "true",
    enabled: root.enabled !== false,
    source: root._source?.enabled === false ? "disabled" : root._source?.mode === "synthetic" ? "synthetic" : "stored",
    field: null,
  };
  const runtime = root.runtime?.[name];
  if (runtime) {
    const { type } = runtime;
    return {
      ...mapping,
      field: {
        type,
        runtime: true,
        searchable: true,
        aggregatable: true,
        ignoreAbove: null,
        aggregatableSubfields: [],
      },
    };
  }
  let level: Record<string, Property> | undefined = root.properties;
  const steps = name.split(".");
  for (const [depth, step] of steps.entries()) {
    const found: Property | undefined = level?.[step];
    if (found === undefined) return mapping;
    if (found.enabled === false) mapping.enabled = false;
    if (depth === steps.length - 1) return { ...mapping, field: describe(name, found) };
    if (found.dynamic !== undefined) mapping.dynamic = found.dynamic;
    level = found.properties ?? found.fields;
  }
  return mapping;
}

/** How each index of the target treats the field, by name of the index. */
export async function fieldMapping(
  connection: Connection,
  target: Target,
  field: string,
  signal?: AbortSignal,
): Promise<FieldMapping[]> {
  const call = { operation: "fieldMapping", signal };
  const index = [...target];
  // A filtered answer leaves out indexes that say nothing about the field, so the first request asks which there are.
  const all = await connection.call(call, names, (client, options) =>
    client.indices.getFieldMapping({ index, fields: field }, options),
  );
  const filter_path = [
    "*.mappings.dynamic",
    "*.mappings.enabled",
    "*.mappings._source",
    "*.mappings.runtime",
    `*.mappings.properties.${topKey(field)}`,
  ];
  const found = await connection.call(call, mappings, (client, options) =>
    client.indices.getMapping({ index, filter_path }, options),
  );
  return Object.keys(all)
    .sort()
    .map((name) => mappingOf(name, found[name]?.mappings ?? {}, field));
}

/** `{ access: { properties: { level: { type } } } }` for `access.level`. */
function propertiesFor(field: string, kind: FieldKind): Record<string, estypes.MappingProperty> {
  const [first = field, ...rest] = field.split(".");
  if (rest.length === 0) return { [first]: { type: kind } };
  return { [first]: { properties: propertiesFor(rest.join("."), kind) } };
}

/** Adds the field to the mapping of the indexes; a field of that type that is there already stays as it is. */
export async function putMapping(
  connection: Connection,
  indices: readonly string[],
  field: string,
  kind: FieldKind,
  signal?: AbortSignal,
): Promise<void> {
  for (const index of indices) {
    await connection.call({ operation: "putMapping", signal }, z.unknown(), (client, options) =>
      client.indices.putMapping({ index, properties: propertiesFor(field, kind) }, options),
    );
  }
}
