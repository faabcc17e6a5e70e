/** What is known of a model. Of others nothing is: their server's answers and the connection's settings say it. */
export type OpenAiModel = {
  name: string;
  /** Tokens of one text; a longer one is refused, not cut. */
  tokensPerText: number;
  /** Length of its vectors where no other is asked for, and whether a shorter one may be. */
  dimension: number;
  shortens: boolean;
  /** US dollars. */
  perMillionTokens: number;
  /** When limits and price were read. */
  readOn: string;
};

/**
 * OpenAI's embedding models. Sources: its API reference, "Create embeddings" (8,192 tokens a text, of which one is kept in reserve here; `dimensions` for the third
 * generation only), its model pages and price list (standard processing).
 */
export const openAiModels: readonly OpenAiModel[] = [
  {
    name: "text-embedding-3-small",
    tokensPerText: 8191,
    dimension: 1536,
    shortens: true,
    perMillionTokens: 0.02,
    readOn: "2026-11",
  },
  {
    name: "text-embedding-3-large",
    tokensPerText: 8191,
    dimension: 3072,
    shortens: true,
    perMillionTokens: 0.13,
    readOn: "2026-11",
  },
  {
    name: "text-embedding-ada-002",
    tokensPerText: 8191,
    dimension: 1536,
    shortens: false,
    perMillionTokens: 0.1,
    readOn: "2026-11",
  },
];

export function knownOpenAiModel(name: string): OpenAiModel | null {
  return openAiModels.find((model) => model.name === name) ?? null;
}

/** "all embedding models enforce a maximum of 300,000 tokens summed across all inputs in a single request" (API reference); estimates are allowed to be a tenth below. */
export const tokensPerCall = 270_000;
