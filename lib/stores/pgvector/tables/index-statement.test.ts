import { expect, it } from "vitest";
import type { TableIndex } from "./catalog";
import { isOver } from "./index-statement";

const index = (definition: string): TableIndex => ({
  name: "i",
  method: "hnsw",
  columns: [],
  operators: "vector_cosine_ops",
  unique: false,
  primary: false,
  valid: true,
  special: false,
  definition,
});

it.each([
  [
    "CREATE INDEX embeddings_embedding_idx ON public.embeddings USING hnsw (embedding_ada vector_cosine_ops)",
    "embedding",
    false,
  ],
  ["CREATE INDEX i ON public.embedding USING hnsw (vectors vector_cosine_ops)", "embedding", false],
  ["CREATE INDEX i ON public.t USING hnsw (embedding vector_cosine_ops) WITH (m='16')", "embedding", true],
  ["CREATE INDEX i ON public.t USING hnsw (((embedding)::halfvec(3072)) halfvec_cosine_ops)", "embedding", true],
  ["CREATE INDEX i ON public.t USING hnsw (((embedding)::halfvec(3072)) halfvec_cosine_ops)", "halfvec", false],
  ['CREATE INDEX i ON public.t USING hnsw ("Embedding ""2""" vector_cosine_ops)', 'Embedding "2"', true],
  ["CREATE INDEX i ON public.t USING hnsw (other vector_cosine_ops) WHERE (embedding IS NOT NULL)", "embedding", false],
])("%s is over %s: %s", (definition, column, over) => {
  expect(isOver(index(definition), column)).toBe(over);
});
