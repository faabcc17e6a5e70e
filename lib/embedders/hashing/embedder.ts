import type { Embedded, Embedder, EmbedderLimits, EmbeddingSpace } from "@/lib/embedders/contract";
import { ServiceFailure } from "@/lib/failures";
import { countTokens } from "./count-tokens";
import { hashText, toValues } from "./hash-text";

export type HashingOptions = { dimension?: number; salt?: number; tokensPerText?: number; textsPerCall?: number };

/** A deterministic embedder without a service, for tests: same limits and refusals as a real one, no network. */
export class HashingEmbedder implements Embedder {
  readonly service = "Hashing";
  readonly space: EmbeddingSpace;
  readonly limits: EmbedderLimits;
  readonly #salt: number;

  constructor(options: HashingOptions = {}) {
    this.space = { model: "hashing", dimension: options.dimension ?? 3072, task: "none", normalised: true };
    this.limits = { textsPerCall: options.textsPerCall ?? 100, tokensPerText: options.tokensPerText ?? 2048 };
    this.#salt = options.salt ?? 0;
  }

  /** Refuses an empty text for the whole call, as embedding services do. What is beyond the model's limit isn't read. */
  async embed(texts: readonly string[], options: { signal?: AbortSignal } = {}): Promise<Embedded[]> {
    this.#check(options.signal);
    if (texts.length > this.limits.textsPerCall) throw this.#refusal(`more than ${this.limits.textsPerCall} texts`);
    if (texts.some((text) => text === "")) throw this.#refusal("an empty text");
    return texts.map((text) => {
      const read = text.slice(0, countTokens(text, this.limits.tokensPerText ?? undefined).readUnits);
      return { ok: true, values: toValues(hashText(read, this.space.dimension, this.#salt)) };
    });
  }

  async countTokens(text: string, options: { signal?: AbortSignal } = {}): Promise<number> {
    this.#check(options.signal);
    return countTokens(text).tokens;
  }

  async probe(options: { signal?: AbortSignal } = {}): Promise<{ dimension: number; latencyMs: number }> {
    this.#check(options.signal);
    return { dimension: this.space.dimension, latencyMs: 0 };
  }

  #refusal(what: string): ServiceFailure {
    return new ServiceFailure({
      code: "invalid",
      service: this.service,
      operation: "embed",
      message: `The call holds ${what}.`,
      status: 400,
    });
  }

  #check(signal: AbortSignal | undefined): void {
    if (!signal?.aborted) return;
    throw new ServiceFailure({ code: "aborted", service: this.service, operation: "embed", message: "Cancelled." });
  }
}
