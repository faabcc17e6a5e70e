import { z } from "zod";
import type { ServiceFailure } from "@/lib/failures";
import { service } from "./failures";

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

/** Parses an answer; of one that isn't as documented, the failure says where. */
export function parseWire<T>(schema: z.ZodType<T>, json: unknown, failure: (message: string) => ServiceFailure): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".");
  throw failure(`${service}'s answer isn't as documented${where ? ` at ${where}` : ""}`);
}
