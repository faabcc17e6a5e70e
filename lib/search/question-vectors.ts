import { LRUCache } from "lru-cache";
import type { Embedder } from "@/lib/embedders/contract";
import { embedQuestions } from "./embed-question";

/** Bytes that vectors of questions take in a process. */
const most = 32_000_000;
const slot = Symbol.for("portage.questionVectors");
type Holder = { [slot]?: LRUCache<string, number[]> };

/** Pages and commands are bundled apart, and share what was made. */
function vectors(): LRUCache<string, number[]> {
  const holder: Holder & typeof globalThis = globalThis;
  holder[slot] ??= new LRUCache({
    maxSize: most,
    sizeCalculation: (values, key) => values.length * 8 + key.length * 2,
  });
  return holder[slot];
}

/**
 * The vector of a question, made once in a process: a model makes the same of the same text, whatever was written to a store since.
 * @param by which connection's model it is, as it stands
 * @returns with `made: false` where it was there already
 */
export async function questionVector(
  embedder: Embedder,
  text: string,
  by: string,
  options: { signal?: AbortSignal } = {},
): Promise<{ values: readonly number[]; made: boolean }> {
  const key = JSON.stringify([by, embedder.space, text]);
  const known = vectors().get(key);
  if (known) return { values: known, made: false };
  const [values = []] = await embedQuestions(embedder, [text], options);
  vectors().set(key, values);
  return { values, made: true };
}
