import path from "node:path";
import { FormatError } from "@/lib/formats/format-error";
import { inspectPath as inspect } from "@/lib/formats/inspect/inspect-path";
import type { TextMeter } from "@/lib/formats/inspect/tally";
import { OperatorError } from "@/lib/operator-error";
import type { Inspection } from "@/lib/shapes/inspection";

/**
 * What stores of vectors lie below a path of this machine, what they hold, and what a move of them would cost. Opens no connection and
 * needs no key; writes nothing, executes nothing.
 * @throws OperatorError `nothing-there` when the path can't be looked at
 */
export async function inspectPath(
  root: string,
  meter: TextMeter,
  options: { limit?: number; signal?: AbortSignal } = {},
): Promise<Inspection> {
  try {
    return await inspect(path.resolve(root), meter, options);
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
