import { z } from "zod";

const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")]);
const dynamic = z
  .union([z.boolean().transform(String), z.string()])
  .pipe(z.enum(["true", "false", "strict", "runtime"]));

export type Property = {
  type?: string | undefined;
  dynamic?: "true" | "false" | "strict" | "runtime" | undefined;
  enabled?: boolean | undefined;
  index?: boolean | undefined;
  doc_values?: boolean | undefined;
  fielddata?: boolean | undefined;
  ignore_above?: number | undefined;
  ignore_malformed?: boolean | undefined;
  properties?: Record<string, Property> | undefined;
  fields?: Record<string, Property> | undefined;
};

export const propertySchema: z.ZodType<Property> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    dynamic: dynamic.optional(),
    enabled: flag.optional(),
    index: flag.optional(),
    doc_values: flag.optional(),
    fielddata: flag.optional(),
    ignore_above: z.number().optional(),
    ignore_malformed: flag.optional(),
    properties: z.record(z.string(), propertySchema).optional(),
    fields: z.record(z.string(), propertySchema).optional(),
  }),
);

export const mappingsSchema = z.object({
  dynamic: dynamic.optional(),
  enabled: flag.optional(),
  _source: z.object({ enabled: flag.optional() }).optional(),
  properties: z.record(z.string(), propertySchema).optional(),
  runtime: z.record(z.string(), z.object({ type: z.string() })).optional(),
});
export type Mappings = z.infer<typeof mappingsSchema>;

const blocks = z.object({
  read_only: z.boolean().optional(),
  read_only_allow_delete: z.boolean().optional(),
  read: z.boolean().optional(),
  write: z.boolean().optional(),
  metadata: z.boolean().optional(),
});
export type Blocks = z.infer<typeof blocks>;

const aliasSchema = z.object({ filter: z.unknown().optional(), is_write_index: z.boolean().optional() });

/** An index without its documents, as it is kept. */
export const definitionSchema = z.object({
  name: z.string(),
  /** Keys of its documents begin with it; no other index ever had it. */
  number: z.number(),
  uuid: z.string(),
  closed: z.boolean(),
  shards: z.number(),
  blocks,
  default_pipeline: z.string().optional(),
  final_pipeline: z.string().optional(),
  mappings: mappingsSchema,
  aliases: z.record(z.string(), aliasSchema),
  /** Of the next write. */
  seqNo: z.number(),
  /** Of the next new document. */
  nextDocument: z.number(),
});
export type Definition = z.infer<typeof definitionSchema>;
