/** What is known of a model: tokens that it reads of one text, the vector lengths it can make, and whether its vectors come at length 1. */
export type GeminiModel = {
  name: RegExp;
  tokensPerText: number;
  dimensions: { least: number; most: number };
  /** Lengths at which the service answers vectors of length 1; the others are brought to it here. */
  normalisedAt: readonly number[];
  /** `field`: a request names its task; `text`: the task would be part of the text. */
  task: "field" | "text";
};

/**
 * Models by name, the first that fits. Sources, all read in November 2026: the Gemini API's "Embeddings" page and model pages (001: 2,048 tokens,
 * 128 to 3,072 numbers, normalised at 3,072 only); the model page of Gemini Embedding 2, for `gemini-embedding-2` and
 * `gemini-embedding-2-preview` alike (8,192 tokens, up to 3,072 numbers). The older ones are no longer served by the vendor; proxies may.
 */
export const geminiModels: readonly GeminiModel[] = [
  {
    name: /^gemini-embedding-2(-preview)?(-[\d-]+)?$/,
    tokensPerText: 8192,
    dimensions: { least: 128, most: 3072 },
    normalisedAt: [3072],
    task: "text",
  },
  {
    name: /^gemini-embedding-exp-03-07$/,
    tokensPerText: 8192,
    dimensions: { least: 1, most: 3072 },
    normalisedAt: [3072],
    task: "field",
  },
  {
    name: /^gemini-embedding-001$/,
    tokensPerText: 2048,
    dimensions: { least: 128, most: 3072 },
    normalisedAt: [3072],
    task: "field",
  },
  {
    name: /^(text-embedding-004|embedding-001)$/,
    tokensPerText: 2048,
    dimensions: { least: 1, most: 768 },
    normalisedAt: [768],
    task: "field",
  },
];

/** What is known of the model of that name, with or without `models/` before it; `null`: nothing is. */
export function knownModel(name: string): GeminiModel | null {
  const plain = name.replace(/^models\//, "");
  return geminiModels.find((model) => model.name.test(plain)) ?? null;
}
