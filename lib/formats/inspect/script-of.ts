/** The writing systems that are told apart. Anything else is `Other`. */
const scripts = [
  "Han",
  "Hiragana",
  "Katakana",
  "Hangul",
  "Cyrillic",
  "Arabic",
  "Hebrew",
  "Greek",
  "Devanagari",
  "Thai",
] as const;
const patterns = scripts.map((script) => ({ script, pattern: new RegExp(`\\p{Script=${script}}`, "u") }));

/** The first writing system of a text that isn't Latin, else `Latin`; `Digits and signs` for a text without letters. */
export function scriptOf(text: string): string {
  for (const { script, pattern } of patterns) if (pattern.test(text)) return script;
  if (/\p{Script=Latin}/u.test(text)) return "Latin";
  return /\p{L}/u.test(text) ? "Other" : "Digits and signs";
}
