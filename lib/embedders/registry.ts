import type { Config } from "@/lib/config";
import type { Embedder } from "./contract";
import { openGemini } from "./gemini";

/** Opens the embedder that the configuration names. Asks nothing of it yet; a missing key fails each call with `auth`. */
export function openEmbedder({ gemini }: Pick<Config, "gemini">): Embedder {
  return openGemini(gemini);
}
