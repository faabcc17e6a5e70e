import { countTokens } from "@/lib/embedders/hashing/count-tokens";
import { hashText } from "@/lib/embedders/hashing/hash-text";
import { millionthsToJson } from "../values-json";

/** `gemini-embedding-001` as documented (Gemini API, "Embeddings" and "Models", read 2026-11). */
export const geminiModel = {
  name: "gemini-embedding-001",
  dimension: 3072,
  smallestDimension: 128,
  tokensPerText: 2048,
  textsPerCall: 100,
  requestBytes: 20 * 1024 * 1024,
} as const;

/** The resource as `models.get` answers it. */
export const modelResource = {
  name: `models/${geminiModel.name}`,
  version: "001",
  displayName: "Gemini Embedding 001",
  description: "Obtain a distributed representation of a text.",
  inputTokenLimit: geminiModel.tokensPerText,
  outputTokenLimit: 1,
  supportedGenerationMethods: ["embedContent", "countTextTokens", "countTokens", "asyncBatchEmbedContent"],
};

/** What is embedded of one text: the rest is cut off without a word, as the service does. */
export function readable(text: string): { read: string; tokens: number } {
  const { tokens, readUnits } = countTokens(text, geminiModel.tokensPerText);
  return { read: text.slice(0, readUnits), tokens: Math.min(tokens, geminiModel.tokensPerText) };
}

/** `{"values":[…]}`: of length 1 at full dimension; a shorter one is the beginning of it and isn't normalised. */
export function embeddingJson(read: string, dimension: number): Buffer {
  const vector = hashText(read, geminiModel.dimension);
  const values = millionthsToJson(dimension < vector.length ? vector.subarray(0, dimension) : vector);
  return Buffer.concat([Buffer.from('{"values":'), values, Buffer.from("}")]);
}
