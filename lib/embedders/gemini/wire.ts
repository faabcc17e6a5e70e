import { z } from "zod";
import { malformed, service } from "./failures";

/** A vector's numbers are checked one by one later; here it only has to be a list. An empty one is left out, as protobuf's JSON does. */
const values = z
  .custom<unknown[]>(Array.isArray, "not a list")
  .nullish()
  .transform((list) => list ?? []);

/** POST :batchEmbedContents. */
export const batchReply = z.object({ embeddings: z.array(z.object({ values })) });
/** POST :countTokens. */
export const countReply = z.object({ totalTokens: z.number().int().nonnegative() });

/** One text of a batch as it goes over the wire; the SDK's type lacks `outputDimensionality` and the newer task types. */
export type WireRequest = {
  content: { role: string; parts: { text?: string }[] };
  taskType?: string;
  outputDimensionality?: number;
};

/** Parses an answer; one that isn't as documented is a `malformed` failure that names where. */
export function parseWire<T>(schema: z.ZodType<T>, json: unknown, operation: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".");
  throw malformed(operation, `${service}'s answer isn't as documented${where ? ` at ${where}` : ""}`);
}
