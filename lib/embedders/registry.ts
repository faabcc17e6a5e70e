import type { Config } from "@/lib/config";
import type { Embedder } from "./contract";
import { openGemini } from "./gemini";
import { gemini } from "./gemini/kind";
import type { AnyEmbedderKind } from "./kind";
import { openai } from "./openai/kind";

/** Every kind of embedder, by the name under which connections keep it. A new kind is a folder and a line here. */
export const embedderKinds: ReadonlyMap<string, AnyEmbedderKind> = new Map(
  [gemini, openai].map((kind) => [kind.kind, kind]),
);

/** Opens the embedder that the configuration names. Asks nothing of it yet; a missing key fails each call with `auth`. */
export function openEmbedder({ gemini: settings }: Pick<Config, "gemini">): Embedder {
  return openGemini(settings);
}
