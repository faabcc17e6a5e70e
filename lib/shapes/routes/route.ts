import { z } from "zod";
import { defaultRoute } from "../names";
import { indexFieldsSchema } from "./index-fields";

/** Names of connections and routes: what a person types after `--route`. */
export const routeName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "lower-case letters, digits, dots, dashes and underscores, at most 63");

export { defaultRoute };

/** The connections that the environment sets; like its route, they can't be changed or removed. */
export const defaultConnections = { source: "source", target: "target", embedder: "gemini" } as const;

/** One end of a route: a collection in a store. */
export const routeEndSchema = z.object({
  /** The connection's name. */
  connection: routeName,
  /** Pinecone index, Chroma collection, PostgreSQL table; `""` for a store that holds one. */
  collection: z.string().max(512),
});
export type RouteEnd = z.infer<typeof routeEndSchema>;

/** The text that is embedded: the first of several metadata keys that holds one, or keys put together by a template. */
export const textRuleSchema = z.union([
  z.strictObject({ keys: z.array(z.string().min(1)).min(1).max(20) }),
  z.strictObject({ template: z.string().min(1).max(10_000) }),
]);
export type TextRule = z.infer<typeof textRuleSchema>;

/** Where vectors come from: copied from the source as they are, or made of the text by an embedder. */
export const vectorRuleSchema = z.discriminatedUnion("from", [
  z.strictObject({ from: z.literal("source") }),
  z.strictObject({
    from: z.literal("text"),
    /** The embedder's connection. */
    embedder: routeName.default(defaultConnections.embedder),
    text: textRuleSchema,
    longText: z.enum(["truncate", "skip"]).default("truncate"),
    updates: z.enum(["when-text-changed", "always"]).default("when-text-changed"),
  }),
]);
export type VectorRule = z.infer<typeof vectorRuleSchema>;

/** Where a namespace's records go. */
export const renamingSchema = z.union([
  z.strictObject({ into: z.string().max(512) }),
  z.strictObject({ pairs: z.record(z.string(), z.string()) }),
]);
export const namespaceRuleSchema = z.union([z.strictObject({ keep: z.literal(true) }), renamingSchema]);
export type NamespaceRule = z.infer<typeof namespaceRuleSchema>;

/** Under which ID a record is written; `{id}`, `{namespace}` and keys of metadata stand in a template. */
export const idRuleSchema = z.union([
  z.strictObject({ keep: z.literal(true) }),
  /** Kept, but for characters that the target refuses. */
  z.strictObject({ encode: z.literal(true) }),
  z.strictObject({ prefix: z.string().min(1).max(200) }),
  z.strictObject({
    template: z
      .string()
      .min(1)
      .max(1000)
      .regex(/\{[^{}]+\}/, "a name in braces, such as {id}"),
  }),
]);
export type IdRule = z.infer<typeof idRuleSchema>;

/** What becomes of one key of metadata. */
export const fieldRuleSchema = z.union([
  z.strictObject({ rename: z.string().min(1).max(200), to: z.string().min(1).max(200) }),
  z.strictObject({ drop: z.string().min(1).max(200) }),
  z.strictObject({
    set: z.string().min(1).max(200),
    value: z.union([z.string().max(10_000), z.number(), z.boolean()]),
  }),
]);
export type FieldRule = z.infer<typeof fieldRuleSchema>;

/** A table of PostgreSQL that gets the whole metadata of each record; at the vector stays some of it. */
export const overflowSchema = z.strictObject({
  /** The connection to PostgreSQL. */
  connection: routeName,
  table: z.string().min(1).max(63).default("vector_metadata"),
  /** Keys that stay at the vector; `fits`: as many as its store takes, smallest first. Keys that the target owns stay there anyway. */
  keep: z.union([z.literal("fits"), z.array(z.string().min(1).max(200)).max(200)]).default("fits"),
  /** Keeps beside it, for other tools, how far a move is: `collections_config` and `migration_status`. Left out: no. */
  status: z.boolean().exactOptional(),
});
export type OverflowRule = z.infer<typeof overflowSchema>;

export const duplicateRules = ["keep", "first-of-same-text"] as const;

/** From a collection to a collection, with the rules of what becomes of a record on the way. */
export const routeDefinitionSchema = z.strictObject({
  source: routeEndSchema,
  target: routeEndSchema,
  namespaces: namespaceRuleSchema.default({ keep: true }),
  vectors: vectorRuleSchema,
  ids: idRuleSchema.default({ keep: true }),
  /** Applied one after the other, before metadata is made flat. */
  fields: z.array(fieldRuleSchema).max(100).default([]),
  /** `first-of-same-text`: of records with the same text and metadata only the first is written. */
  duplicates: z.enum(duplicateRules).default("keep"),
  /** Where the whole metadata goes that the target's vectors can't hold; left out: nowhere else. */
  overflow: overflowSchema.optional(),
  /** Named fields of the target's index, where it has such; left out: as its connection is set. */
  targetFields: indexFieldsSchema.optional(),
  /** What becomes of metadata that the target can't hold: lists of numbers, nested objects, null. */
  nested: z.enum(["problem", "as-json-text", "flatten"]).default("problem"),
  /** Metadata keys whose values the target owns. */
  owned: z.array(z.string()).default([]),
  /** `null`: no level is added. */
  clearanceLevel: z.number().int().min(0).nullable().default(null),
});
export type RouteDefinition = z.infer<typeof routeDefinitionSchema>;

export const routeSchema = z.object({
  name: routeName,
  /** Counts its changes: a plan names the one that it was made under. */
  revision: z.number().int(),
  /** Set by the environment: read only. */
  fixed: z.boolean(),
  definition: routeDefinitionSchema,
  /** `Re-embed with gemini-embedding-001`, `Copy vectors`. */
  words: z.string(),
});
export type Route = z.infer<typeof routeSchema>;

/** Which route something was made on, as it stood then. */
export const onRouteSchema = z.object({ id: z.string(), name: z.string(), revision: z.number().int() });
export type OnRoute = z.infer<typeof onRouteSchema>;

/** The same of what settings hold; those of the environment's route name none. */
export const onRouteOf = (route: { name: string; revision: number } | null | undefined): OnRoute => {
  const { name, revision } = route ?? { name: defaultRoute, revision: 0 };
  return { id: name, name, revision };
};

export const connectionRoles = ["store", "embedder"] as const;

/** A named store or embedder as it may be shown: no secret in it. */
export const connectionSchema = z.object({
  name: routeName,
  role: z.enum(connectionRoles),
  /** `pinecone`, `chroma-folder`, `gemini`, ... */
  kind: z.string(),
  /** The kind in words: `Pinecone`. */
  service: z.string(),
  revision: z.number().int(),
  fixed: z.boolean(),
  /** Its settings; of secrets the last four characters, or the variable's name. */
  settings: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      value: z.string().nullable(),
      secret: z.boolean(),
      origin: z.string(),
    }),
  ),
  reads: z.boolean(),
  writes: z.boolean(),
  /** Whether its collections hold vectors and texts in fields that a route names. */
  namedFields: z.boolean(),
  /** Plans, schedules and routes that need it. */
  usedBy: z.array(z.string()),
  /** Why it can't be opened as things stand: its secret was sealed by another key, a variable isn't set. */
  problem: z.string().nullable(),
});
export type Connection = z.infer<typeof connectionSchema>;
