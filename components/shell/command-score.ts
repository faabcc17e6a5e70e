/**
 * How well a command fits what is typed, for the palette: every word that is typed has to begin a word of the title (better) or one of the
 * command's other words. Letters that merely occur in this order somewhere fit nothing: they would stand before what was looked for.
 */
export function commandScore(title: string, typed: string, words: readonly string[] = []): number {
  const asked = wordsOf(typed);
  const inTitle = asked.every((part) => begins(wordsOf(title), part));
  if (inTitle) return 1;
  const known = [...wordsOf(title), ...words.flatMap(wordsOf)];
  return asked.every((part) => begins(known, part)) ? 0.5 : 0;
}

const begins = (words: readonly string[], part: string) => words.some((word) => word.startsWith(part));

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}$.]+/u)
    .filter((word) => word !== "");
}
