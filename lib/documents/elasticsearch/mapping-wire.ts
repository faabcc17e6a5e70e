import { z } from "zod";
import type { FieldMapping } from "../target-shape";

const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")]);
const dynamic = z
  .union([z.boolean().transform(String), z.string()])
  .pipe(z.enum(["true", "false", "strict", "runtime"]));
const oneOrMore = z.union([z.string().transform((name) => [name]), z.array(z.string())]);

/** A field or an object of a mapping, as far as it matters to setting one field. */
export type Property = {
  type?: string | undefined;
  index?: boolean | undefined;
  doc_values?: boolean | undefined;
  store?: boolean | undefined;
  enabled?: boolean | undefined;
  fielddata?: boolean | undefined;
  ignore_above?: number | undefined;
  dynamic?: FieldMapping["dynamic"] | undefined;
  subobjects?: string | boolean | undefined;
  /** Of an alias: the field it stands for. */
  path?: string | undefined;
  script?: unknown;
  copy_to?: string[] | undefined;
  properties?: Record<string, Property> | undefined;
  fields?: Record<string, Property> | undefined;
};

export const property: z.ZodType<Property> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    index: flag.optional(),
    doc_values: flag.optional(),
    store: flag.optional(),
    enabled: flag.optional(),
    fielddata: flag.optional(),
    ignore_above: z.number().optional(),
    dynamic: dynamic.optional(),
    subobjects: z.union([z.string(), z.boolean()]).optional(),
    // Some types have a `path` or a `script` of other forms.
    path: z.string().optional().catch(undefined),
    script: z.unknown().optional(),
    copy_to: oneOrMore.optional(),
    properties: z.record(z.string(), property).optional(),
    fields: z.record(z.string(), property).optional(),
  }),
);

/** `match` is the name's pattern; the template's own mapping may hold placeholders such as `{dynamic_type}`. */
const templateSchema = z.object({
  match: oneOrMore.optional(),
  unmatch: oneOrMore.optional(),
  path_match: oneOrMore.optional(),
  path_unmatch: oneOrMore.optional(),
  match_mapping_type: oneOrMore.optional(),
  unmatch_mapping_type: oneOrMore.optional(),
  match_pattern: z.string().optional(),
  mapping: property.optional(),
  runtime: z.object({ type: z.string().optional(), script: z.unknown().optional() }).optional(),
});
export type DynamicTemplate = z.infer<typeof templateSchema>;

export const rootMapping = z.object({
  dynamic: dynamic.optional(),
  enabled: flag.optional(),
  subobjects: z.union([z.string(), z.boolean()]).optional(),
  _source: z
    .object({
      enabled: flag.optional(),
      mode: z.string().optional(),
      includes: oneOrMore.optional(),
      excludes: oneOrMore.optional(),
    })
    .optional(),
  dynamic_templates: z.array(z.record(z.string(), templateSchema)).optional(),
  properties: z.record(z.string(), property).optional(),
  runtime: z
    .record(
      z.string(),
      z.object({
        type: z.string(),
        script: z.unknown().optional(),
        fields: z.record(z.string(), z.object({ type: z.string() })).optional(),
      }),
    )
    .optional(),
});
export type RootMapping = z.infer<typeof rootMapping>;

export const mappings = z.record(z.string(), z.object({ mappings: rootMapping.default({}) }));

const someSettings = z.object({
  index: z
    .object({
      mode: z.string().optional(),
      mapping: z
        .object({
          source: z.object({ mode: z.string().optional() }).optional(),
          total_fields: z.object({ limit: z.coerce.number().optional() }).optional(),
          exclude_source_vectors: flag.optional(),
        })
        .optional(),
    })
    .optional(),
});
/** What was set for an index, and what holds by default. */
export const mappingSettings = z.record(
  z.string(),
  z.object({ settings: someSettings.default({}), defaults: someSettings.default({}) }),
);
export type MappingSettings = z.infer<typeof mappingSettings>[string];
