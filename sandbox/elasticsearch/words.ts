import type { StoredDocument } from "./document";

const wordsIn = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** From here on a word that stands once more counts little: `k1` and `b` as BM25 has them. */
const saturation = 1.2;
const lengthWeight = 0.75;
/** Words of a passage, about. */
const usualLength = 150;

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) yield* textsIn(inner);
}

/** How well a document's texts hold a question's words: the best of its fields, as BM25 without the rareness of words. 0: none of them. */
export function scoreOfWords(question: string): (document: StoredDocument) => number {
  const wanted = new Set(wordsIn(question));
  return (document) => {
    let best = 0;
    for (const text of textsIn(document.source())) {
      const words = wordsIn(text);
      const counts = new Map<string, number>();
      for (const word of words) if (wanted.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
      const length = 1 - lengthWeight + (lengthWeight * words.length) / usualLength;
      // Long words tell more than "the" and "of".
      const scores = [...counts].map(
        ([word, count]) => (Math.min(word.length, 8) * count) / (count + saturation * length),
      );
      best = Math.max(
        best,
        scores.reduce((sum, score) => sum + score, 0),
      );
    }
    return best;
  };
}
