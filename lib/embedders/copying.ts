import type { Embedder } from "./contract";

/**
 * Stands where a route has no embedder, because its vectors are copied. Nothing asks it; if something did, that would be a fault of
 * Portage, and no vector may come of it.
 */
export function copyingEmbedder(from: string): Embedder {
  const refuse = async (): Promise<never> => {
    throw new Error("Vectors are copied on this route: there is nothing to embed with");
  };
  return {
    service: "no embedder",
    space: { model: from, dimension: 0, task: "copied", normalised: false },
    limits: { textsPerCall: Number.POSITIVE_INFINITY, tokensPerText: null },
    embed: refuse,
    countTokens: refuse,
    probe: refuse,
  };
}
