import type { Embedder } from "@/lib/embedders/contract";
import { ServiceFailure } from "@/lib/failures";

/** Makes vectors of questions, in as many calls as the model needs. `number[texts.length][dimension]`; throws for a text that it refuses. */
export async function embedQuestions(
  embedder: Embedder,
  texts: readonly string[],
  options: { signal?: AbortSignal } = {},
): Promise<number[][]> {
  const vectors: number[][] = [];
  for (let start = 0; start < texts.length; start += embedder.limits.textsPerCall) {
    const part = texts.slice(start, start + embedder.limits.textsPerCall);
    for (const embedded of await embedder.embed(part, { ...options, as: "query" })) {
      if (embedded.ok) vectors.push(embedded.values);
      else
        throw new ServiceFailure({
          code: "invalid",
          service: embedder.service,
          operation: "embed",
          message: `A question can't be embedded: ${embedded.detail}`,
        });
    }
  }
  return vectors;
}
