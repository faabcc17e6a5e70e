/**
 * What characters cost in tokens, a little above what a vocabulary of some 256,000 pieces (Gemini's and Gemma's are of that size) needs for them.
 *
 * Fixed points: "a token is equivalent to about 4 characters. 100 tokens is equal to about 60-80 English words", and 10 tokens for
 * "The quick brown fox jumps over the lazy dog." (ai.google.dev, "Understand and count tokens" and "Counting tokens"); Gemma's tokenizer splits
 * every digit off and falls back to bytes for what it doesn't know (Gemma technical reports). The ratios between scripts follow the measurements of
 * Petrov et al., "Language Model Tokenizers Introduce Unfairness Between Languages" (NeurIPS 2023), and the project's rule of one token a
 * Japanese character. They are estimates: near a model's limit the service is asked.
 */

const scripts: readonly [last: number, tokens: number][] = [
  [0x00ff, 0.5], // Latin-1 beyond ASCII: the letter breaks a word's usual pieces
  [0x024f, 0.6], // Latin Extended
  [0x02ff, 1.5], // phonetic
  [0x036f, 1], // combining marks
  [0x03ff, 0.55], // Greek
  [0x052f, 0.4], // Cyrillic
  [0x058f, 0.8], // Armenian
  [0x05ff, 0.6], // Hebrew
  [0x077f, 0.5], // Arabic
  [0x08ff, 1.5], // Syriac, Thaana, N'Ko, Arabic Extended
  [0x097f, 0.6], // Devanagari
  [0x0dff, 0.8], // Bengali to Sinhala
  [0x0e7f, 0.7], // Thai
  [0x0fff, 1.2], // Lao, Tibetan
  [0x109f, 1.2], // Myanmar
  [0x10ff, 0.8], // Georgian
  [0x11ff, 2], // Hangul Jamo
  [0x139f, 1.5], // Ethiopic
  [0x177f, 2.5], // Cherokee to Tagbanwa
  [0x17ff, 1.2], // Khmer
  [0x1dff, 2.5], // Mongolian to phonetic extensions
  [0x1eff, 0.7], // Latin Extended Additional: Vietnamese
  [0x1fff, 1.5], // polytonic Greek
  [0x206f, 1], // general punctuation
  [0x2bff, 1.5], // symbols, arrows, box drawing
  [0x2fff, 3], // rare scripts and radicals
  [0x30ff, 1], // Japanese punctuation, Hiragana, Katakana
  [0x33ff, 2], // Bopomofo, enclosed letters
  [0x4dbf, 3], // rare ideographs
  [0x9fff, 1], // ideographs
  [0xabff, 2.5], // Yi, Vai, ...
  [0xd7ff, 1], // Hangul
  [0xdfff, 1], // half a surrogate pair: becomes U+FFFD on the way
  [0xf8ff, 3], // private use
  [0xfaff, 2], // compatibility ideographs
  [0xfdff, 1], // Arabic presentation forms
  [0xfeff, 1], // variation selectors, small forms
  [0xffff, 1], // full-width forms
  [0x1f0ff, 4], // rare scripts, musical and mathematical signs
  [0x1faff, 2], // emoji
  [0x10ffff, 4], // rare ideographs, as bytes
];

const scriptOf = (codePoint: number): number => {
  for (const [last, tokens] of scripts) if (codePoint <= last) return tokens;
  return 4;
};

const blocks = 0x10000 >> 4;
/** The table above, unfolded: every range of the first plane ends at a multiple of 16. */
const costByBlock = Float32Array.from({ length: blocks }, (_, block) => scriptOf(block << 4));

enum Last {
  Nothing,
  Lower,
  Upper,
  Digit,
  Mark,
  Other,
}

/**
 * Adds up a text's tokens, a code point at a time. What is behind can't be made cheaper by what follows, so the tokens of a text's beginning never
 * exceed those of the whole.
 */
export class TokenMeter {
  tokens = 0;
  private last = Last.Nothing;
  private lastCode = 0;
  /** Letters since the piece began, and capitals inside the run of letters and digits. */
  private letters = 0;
  private humps = 0;

  add(codePoint: number): void {
    this.tokens += codePoint < 0x80 ? this.ascii(codePoint) : this.other(codePoint);
    this.lastCode = codePoint;
  }

  private ascii(code: number): number {
    if (code >= 0x61 && code <= 0x7a) return this.lower();
    if (code >= 0x41 && code <= 0x5a) return this.upper();
    if (code >= 0x30 && code <= 0x39) {
      this.last = Last.Digit;
      this.letters = 0;
      return 1;
    }
    const before = this.last;
    this.endRun();
    if (code === 0x20) {
      const again = this.lastCode === 0x20;
      this.last = Last.Nothing;
      // One space belongs to the word behind it; more of them make pieces of their own.
      return again ? 0.25 : 0;
    }
    if (code < 0x20 || code === 0x7f) {
      this.last = Last.Nothing;
      return this.lastCode === code ? 0.5 : 1;
    }
    this.last = Last.Mark;
    if (before !== Last.Mark) return 1;
    return this.lastCode === code ? 0.4 : 0.8;
  }

  /** A word's first letters are one piece with the space before; long words have more pieces, random letters have many. */
  private lower(): number {
    const before = this.last;
    this.last = Last.Lower;
    this.letters++;
    if (this.letters === 1) return 1;
    if (this.humps >= 2) return before === Last.Upper ? 0.5 : 0.4;
    if (this.letters <= 4) return 0;
    return this.letters <= 24 ? 0.25 : 0.5;
  }

  private upper(): number {
    const before = this.last;
    this.last = Last.Upper;
    if (before === Last.Lower) {
      this.humps++;
      this.letters = 1;
      return 1;
    }
    this.letters++;
    return this.letters === 1 ? 1 : 0.4;
  }

  private other(codePoint: number): number {
    const cost = codePoint > 0xffff ? scriptOf(codePoint) : (costByBlock[codePoint >> 4] ?? 1);
    // A Latin letter with an accent goes on with its word; other scripts are counted by the character.
    if (codePoint >= 0xc0 && codePoint <= 0x24f) {
      this.last = Last.Lower;
      this.letters++;
      return this.letters === 1 ? 1 : cost;
    }
    this.endRun();
    this.last = Last.Other;
    return cost;
  }

  private endRun(): void {
    this.letters = 0;
    this.humps = 0;
  }
}
