import { z } from "zod";
import { type IndexRow, metrics } from "../../indexes";
import { limits } from "../../limits";

const description = z.string().max(256).nullish();
const dense = z.strictObject({
  type: z.literal("dense_vector"),
  dimension: z.number().int().min(1).max(limits.dimensions),
  metric: z.enum(metrics),
  description,
});
const sparse = z.strictObject({ type: z.literal("sparse_vector"), description });
const text = z.strictObject({
  type: z.literal("string"),
  full_text_search: z.strictObject({
    language: z.string().default("en"),
    stemming: z.boolean().default(false),
    stop_words: z.boolean().default(false),
  }),
  description,
});
const bodySchema = z.object({
  name: z.string(),
  schema: z.object({ fields: z.record(z.string(), z.unknown()) }),
  deployment: z
    .object({
      deployment_type: z.literal("managed"),
      cloud: z.enum(["aws", "gcp", "azure"]),
      region: z.string(),
    })
    .default({ deployment_type: "managed", cloud: "aws", region: "us-east-1" }),
  deletion_protection: z.enum(["enabled", "disabled"]).default("disabled"),
  tags: z.record(z.string(), z.string()).default({}),
});

type Refused = { status: number; code: string; wrong: string };
const refused = (wrong: string): Refused => ({ status: 400, code: "INVALID_ARGUMENT", wrong });

const reserved = new Set(["_values", "_sparse_values"]);

/**
 * The body of POST /indexes since API 2026-07. Reserved names alone make a classic index; declared are fields for search only, never
 * metadata; of each kind of vector there is one at most.
 */
export function readSchema(body: unknown): Omit<IndexRow, "createdAt" | "salt"> | Refused {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) return { status: 422, code: "UNPROCESSABLE_ENTITY", wrong: z.prettifyError(parsed.error) };
  const { name, schema, deployment, deletion_protection, tags } = parsed.data;
  const { cloud, region } = deployment;
  const fields: Record<string, unknown> = {};
  let shape: { dimension: number; metric: IndexRow["metric"] } | null = null;
  let sparseFields = 0;
  const names = Object.keys(schema.fields);
  if (names.length === 0) return refused("A schema must declare at least one field");
  const own = names.filter((field) => !reserved.has(field));
  if (own.length > 0 && own.length < names.length) return refused("Reserved and other field names can't be mixed");
  for (const [field, declared] of Object.entries(schema.fields)) {
    if (
      !reserved.has(field) &&
      (/^[_$]/.test(field) || field === "" || Buffer.byteLength(field) > limits.fieldNameBytes)
    )
      return refused(`Field name '${field}' must be 1 to ${limits.fieldNameBytes} bytes and not begin with '_' or '$'`);
    const vector = dense.safeParse(declared);
    if (vector.success) {
      if (shape !== null) return refused("A schema has one dense vector field at most");
      shape = { dimension: vector.data.dimension, metric: vector.data.metric };
      fields[field] = vector.data;
      continue;
    }
    if (sparse.safeParse(declared).success) sparseFields++;
    else if (!text.safeParse(declared).success)
      return refused(`Field '${field}': a schema only accepts fields used for search`);
    fields[field] = sparse.safeParse(declared).data ?? text.parse(declared);
  }
  if (sparseFields > 1) return refused("A schema has one sparse vector field at most");
  return {
    name,
    dimension: shape?.dimension ?? null,
    metric: shape?.metric ?? "dotproduct",
    cloud,
    region,
    deletionProtection: deletion_protection,
    tags,
    fields: own.length === 0 ? null : fields,
  };
}
