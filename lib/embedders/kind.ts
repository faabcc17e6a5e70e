import type { z } from "zod";
import type { Embedder } from "./contract";

export { field, fieldsOf, secretText } from "@/lib/described";

/** What a key allows, and what it costs. */
export type EmbedderRates = {
  requestsPerMinute: number;
  tokensPerMinute: number;
  /** `null`: no daily limit. */
  requestsPerDay: number | null;
  /** Left out where the kind doesn't know it. */
  usdPerMillionTokens?: number;
};

/** All that the rest of Portage knows of a kind of embedder; one a folder, in its `kind.ts`, listed in `registry.ts`. */
export type EmbedderKind<Settings extends z.ZodObject = z.ZodObject> = {
  /** Stored: `gemini`. */
  kind: string;
  /** Shown: `Gemini`. */
  service: string;
  /** Each property described by `field`. */
  settings: Settings;
  rates(settings: z.infer<Settings>): EmbedderRates;
  /** Asks nothing before the first call. */
  open(settings: z.infer<Settings>): Embedder;
};

/** A kind as the registry holds it: it takes settings as they were stored or typed, and refuses what it doesn't know. */
export type AnyEmbedderKind = Omit<EmbedderKind, "rates" | "open"> & {
  rates(settings: unknown): EmbedderRates;
  open(settings: unknown): Embedder;
};

/** Makes a kind ready for the registry. Settings that don't parse throw a `ZodError`: they are checked where they come in. */
export function embedderKind<Settings extends z.ZodObject>(kind: EmbedderKind<Settings>): AnyEmbedderKind {
  const read = (settings: unknown): z.infer<Settings> => kind.settings.parse(settings);
  return {
    kind: kind.kind,
    service: kind.service,
    settings: kind.settings,
    rates: (settings) => kind.rates(read(settings)),
    open: (settings) => kind.open(read(settings)),
  };
}
