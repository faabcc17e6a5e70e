/** OpenAI's embedding models as documented (API reference, "Create embeddings", read 2026-11): what a text may hold, and what a vector is. */
export const openAiModels = [
  { name: "text-embedding-3-small", tokensPerText: 8192, dimension: 1536, shortens: true },
  { name: "text-embedding-3-large", tokensPerText: 8192, dimension: 3072, shortens: true },
  { name: "text-embedding-ada-002", tokensPerText: 8192, dimension: 1536, shortens: false },
] as const;
