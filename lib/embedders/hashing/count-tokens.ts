/** Kinds of characters that a subword tokenizer treats alike, with the tokens that one character of each takes. */
const tokensPerLetter = 0.24;
const tokensPerOtherLetter = 0.45;

const isIdeographic = (unit: number) =>
  (unit >= 0x2e80 && unit <= 0x9fff) || (unit >= 0xac00 && unit <= 0xd7af) || (unit >= 0xf900 && unit <= 0xffef);

export type TokenCount = {
  tokens: number;
  /** UTF-16 units of the text that the first `limit` tokens take; the text's length when it has no more. */
  readUnits: number;
};

/**
 * Counts tokens by rule: a Latin word takes one token for each four letters, a digit or a mark one, an ideograph, kana or
 * hangul one, a surrogate pair two, blanks none. It is the stand-in's own tokenizer, so its answers are exact for it.
 * @param limit where to stop remembering: `readUnits` says how much of the text fits
 */
export function countTokens(text: string, limit = Number.POSITIVE_INFINITY): TokenCount {
  let tokens = 0;
  let word = 0;
  let readUnits = text.length;
  let full = false;
  const close = () => {
    tokens += Math.ceil(word);
    word = 0;
  };
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if ((unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90)) word += tokensPerLetter;
    else if (unit <= 32) close();
    else if (unit < 128 || isIdeographic(unit) || (unit >= 0xd800 && unit <= 0xdfff)) {
      close();
      tokens += 1;
    } else word += tokensPerOtherLetter;
    if (!full && tokens + Math.ceil(word) > limit) {
      readUnits = at;
      full = true;
    }
  }
  close();
  return { tokens, readUnits };
}
