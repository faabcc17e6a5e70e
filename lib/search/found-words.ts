/** A part of a text, and whether it is a word of the question. */
export type TextPart = { text: string; found: boolean };

const shownBefore = 60;
/** Words that stand everywhere tell nothing when they are found. */
const leastLetters = 3;

/** The words of a question by which a text is marked: in small letters, without the shortest. */
export function wordsOf(question: string): string[] {
  const words = question.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words.filter((word) => word.length >= leastLetters || /[^\x20-\x7e]/.test(word)))];
}

/** A passage of the text around the first word that was found, in parts. @param most characters of the passage */
export function passage(text: string, words: readonly string[], most: number): TextPart[] {
  const escaped = words.map((word) => {
    const literal = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    // Where words are parted by blanks, "run" isn't found in "truncate"; elsewhere they stand side by side.
    return /[^\x20-\x7e]/.test(word) ? literal : `(?<![\\p{L}\\p{N}])${literal}`;
  });
  const pattern = escaped.length === 0 ? null : new RegExp(`(${escaped.join("|")})`, "giu");
  const first = pattern ? text.search(pattern) : -1;
  const start = Math.max(0, first - shownBefore);
  const end = start + most;
  const shown = `${start > 0 ? "…" : ""}${text.slice(start, end).toWellFormed()}${end < text.length ? "…" : ""}`;
  if (pattern === null) return [{ text: shown, found: false }];
  return shown
    .split(pattern)
    .map((part, at) => ({ text: part, found: at % 2 === 1 }))
    .filter((part) => part.text !== "");
}
