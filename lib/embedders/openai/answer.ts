import { z } from "zod";
import type { FailureCode } from "@/lib/failures";
import { knownOpenAiModel } from "./models";

/** A vector's numbers are checked one by one later; here it only has to be a list. */
const list = z.custom<unknown[]>(Array.isArray, "not a list");
const answerSchema = z.object({
  data: z.array(z.object({ index: z.number().int().optional(), embedding: z.union([list, z.string()]) })),
  model: z.string().optional().catch(undefined),
  usage: z.object({ prompt_tokens: z.number().int().nonnegative() }).nullish().catch(null),
});

export type Vectors = { vectors: unknown[][] /** Read of all texts; `null`: not told. */; tokens: number | null };

/**
 * The vectors of an answer in the order of the texts, which is that of `index` where it is given. What doesn't fit is said with its code: what another attempt
 * may better is `malformed`, what lies in the server or its settings `conflict`.
 */
export function vectorsIn(json: unknown, count: number, asked: string): Vectors | { wrong: string; code: FailureCode } {
  const parsed = answerSchema.safeParse(json);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join(".");
    return { code: "malformed", wrong: `gave an answer that isn't as documented${where ? ` at ${where}` : ""}` };
  }
  const { data, model, usage } = parsed.data;
  if (data.length !== count) return { code: "malformed", wrong: `answered ${data.length} vectors for ${count} texts` };
  if (model !== undefined && model !== asked && knownOpenAiModel(model) !== null && knownOpenAiModel(asked) !== null)
    return { code: "conflict", wrong: `answered with vectors of ${model}, not of ${asked}` };
  const vectors: unknown[][] = [];
  for (const [position, { index = position, embedding }] of data.entries()) {
    if (typeof embedding === "string")
      return { code: "conflict", wrong: "answers vectors as text (base64), though numbers were asked for" };
    if (index < 0 || index >= count || vectors[index] !== undefined)
      return { code: "malformed", wrong: "numbers its vectors in a way that doesn't tell which belongs to which text" };
    vectors[index] = embedding;
  }
  return { vectors, tokens: usage?.prompt_tokens ?? null };
}
