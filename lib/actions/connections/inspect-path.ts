import path from "node:path";
import type { Config } from "@/lib/config";
import { openEmbedder } from "@/lib/embedders/registry";
import { FormatError } from "@/lib/formats/format-error";
import { inspectPath as inspect } from "@/lib/formats/inspect/inspect-path";
import { OperatorError } from "@/lib/operator-error";
import { estimateTokens } from "@/lib/plan/tokens";
import type { Inspection } from "@/lib/shapes/inspection";

/**
 * What stores of vectors lie below a path of this machine, what they hold, and what embedding them again would cost with the configured
 * model. Opens no connection and needs no key; writes nothing, executes nothing.
 * @throws OperatorError `nothing-there` when the path can't be looked at
 */
export async function inspectPath(config: Config, root: string, signal?: AbortSignal): Promise<Inspection> {
  const meter = {
    model: config.gemini.model,
    tokens: estimateTokens,
    limit: openEmbedder(config).limits.tokensPerText,
    usdPerMillionTokens: config.prices.perMillionTokens,
  };
  try {
    return await inspect(path.resolve(root), meter, signal);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new OperatorError({
      kind: "usage",
      code: "nothing-there",
      what: error.message,
      notLost: "Nothing was changed.",
      next: "Name a folder or a file of a store: a Chroma folder, a FAISS index, pickles, JSON lines, CSV or Parquet.",
      cause: error,
    });
  }
}
