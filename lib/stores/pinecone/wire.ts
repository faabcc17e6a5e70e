import { z } from "zod";
import { malformed, service } from "./failures";

/** Any JSON object, taken as it is: a key may have any name, `__proto__` too, and a million of them aren't copied. */
const object = z.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "not an object",
);
/** Counts arrive as numbers, or as strings where the service's own type is a 64-bit integer. */
const whole = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).pipe(z.number().int().nonnegative());

/** GET /indexes; the indexes are read one by one, so that one of a kind to come doesn't hide the others. */
export const indexList = z.object({ indexes: z.array(object).nullish() });
export const namedIndex = z.object({ name: z.string() });

/** POST /describe_index_stats. */
export const indexStats = z.object({ namespaces: object.nullish(), totalVectorCount: whole.nullish() });
export const namespaceStats = z.object({ vectorCount: whole.nullish() });

/** GET /namespaces. */
export const namespaceList = z.object({
  namespaces: z.array(z.object({ name: z.string(), record_count: whole.nullish() })).nullish(),
  pagination: z.object({ next: z.string().nullish() }).nullish(),
});
/** GET /namespaces/{name}. */
export const namespaceDescription = z.object({ record_count: whole.nullish() });

/** GET /vectors/list. */
export const idList = z.object({
  vectors: z.array(z.object({ id: z.string() })).nullish(),
  pagination: z.object({ next: z.string().nullish() }).nullish(),
});

/** GET /vectors/fetch; the records are checked one by one. */
export const fetchedVectors = z.object({ vectors: object.nullish() });

/** POST /query. */
export const queryReply = z.object({
  matches: z.array(z.object({ id: z.string(), score: z.number(), metadata: object.nullish() })).nullish(),
});

/** The same where scores don't matter; the matches are checked one by one. */
export const sweepReply = z.object({
  matches: z.array(z.unknown()).nullish(),
  usage: z.object({ readUnits: z.number().nonnegative() }).nullish().catch(null),
});
/** A match without metadata isn't one: whether the record has none isn't said by that. */
export const sweptMatch = z.object({ id: z.string(), metadata: object });

/** POST /vectors/upsert. */
export const upsertReply = z.object({ upsertedCount: whole.nullish() });

/** Parses an answer; one that isn't as documented is a `malformed` failure that names where. */
export function parseWire<T>(schema: z.ZodType<T>, json: unknown, operation: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".");
  throw malformed(operation, `${service}'s answer isn't as documented${where ? ` at ${where}` : ""}`, parsed.error);
}
