/** Control characters, direction marks, zero-width and other characters that show nothing, and line ends that aren't. */
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
/** The same but for what text of several lines is made of. */
const unseenInLines = /(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

const escaped = (character: string) => {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
};

/** A text from outside, with what can't be seen, or moves what can, written as escapes: `\u202e`. */
export function visible(text: string): string {
  return text.replace(unseen, escaped);
}

/** The same of text of several lines, as logs and exports have it. */
export function visibleLines(text: string): string {
  return text.replace(unseenInLines, escaped);
}

/** JSON that shows nothing else than it holds: the same value to whatever parses it. */
export function visibleJson(json: string): string {
  return json.replace(unseenInLines, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
