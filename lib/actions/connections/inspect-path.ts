import path from "node:path";
import { FormatError } from "@/lib/formats/format-error";
import type { TextMeter } from "@/lib/formats/inspect/tally";
import { OperatorError } from "@/lib/operator-error";
import type { Inspection } from "@/lib/shapes/routes/inspection";

/** Which kind of connection opens what was found. */
const kinds: Record<string, string> = {
  "chroma-folder": "chroma-folder",
  "faiss-folder": "faiss-folder",
  "langchain-faiss": "faiss-folder",
  "llama-index": "faiss-folder",
  pickle: "faiss-folder",
  jsonl: "table-file",
  json: "table-file",
  csv: "table-file",
  parquet: "table-file",
  "export-folder": "export-folder",
};

function opening(root: string, { kind, path: found }: Inspection["stores"][number]) {
  const known = kinds[kind];
  if (known === undefined) return null;
  // A path that is a file itself is found by its name.
  return { kind: known, settings: { path: path.basename(root) === found ? root : path.join(root, found) } };
}

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
    const whole = path.resolve(root);
    // The readers of every form of file: only a look at files needs them.
    const { inspectPath: inspect } = await import("@/lib/formats/inspect/inspect-path");
    const inspection = await inspect(whole, meter, options);
    const stores = inspection.stores.map((store) => ({ ...store, opens: opening(whole, store) }));
    return { ...inspection, stores };
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
