/** Turns texts into vectors. Thin like a store's connector: one call, one request; retries and pacing belong to the engine. */

/** Vectors of different spaces can't be compared with one another. */
export type EmbeddingSpace = { model: string; dimension: number; task: string; normalised: boolean };

export type EmbedderLimits = {
  /** Texts in one call. */
  textsPerCall: number;
  /** Tokens that the model reads of one text; what is beyond is cut off. `null`: not known, so nothing is cut here. */
  tokensPerText: number | null;
  /** Tokens of all texts of one call together; left out where only their number is limited. */
  tokensPerCall?: number;
};

/** One outcome per text, in the order given. `invalid`: the vector has a wrong length, isn't finite or is all zeros. */
export type Embedded =
  | { ok: true; values: number[] }
  | { ok: false; reason: "rejected-by-embedder" | "vector-invalid"; detail: string };

/** `as: "query"`: texts to search with; a model that tells queries from documents makes them so that they find these. */
export type EmbedOptions = { signal?: AbortSignal; as?: "query" };

export interface Embedder {
  readonly service: string;
  readonly space: EmbeddingSpace;
  readonly limits: EmbedderLimits;
  /**
   * `texts` is `string[count]` with `count <= limits.textsPerCall`; answers `Embedded[count]`. A call refused for its content
   * throws `ServiceFailure("invalid")`: the engine bisects until the bad text stands alone.
   */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Embedded[]>;
  /** The exact number of tokens of one text by the model's own tokenizer: one request. */
  countTokens(text: string, options?: { signal?: AbortSignal }): Promise<number>;
  /** One cheap request that proves key, model and dimension. Answers the vector's length. */
  probe(options?: { signal?: AbortSignal }): Promise<{ dimension: number; latencyMs: number }>;
}
