import { TokenMeter } from "./token-meter";

/**
 * Tokens that an embedding model will read of this text: an estimate without a request, in any script, a little above the truth. Linear, and without a copy of
 * the text. Ratios and their sources stand with {@link TokenMeter}.
 */
export function estimateTokens(text: string): number {
  const meter = new TokenMeter();
  for (let at = 0; at < text.length; at++) {
    const codePoint = text.codePointAt(at) ?? 0;
    if (codePoint > 0xffff) at++;
    meter.add(codePoint);
  }
  return Math.ceil(meter.tokens - slack);
}

/** Sums of binary fractions aren't exact: 0.4 + 0.6 mustn't round up to 2. */
const slack = 1e-6;
/** How much of the text may be given up to end between words. */
const wordEndWithin = 0.1;

/**
 * The longest beginning of the text that is estimated at `limit` tokens at most, cut between two characters, and between two words where one ends within its
 * last tenth. The text itself when it is short enough.
 */
export function truncateToTokens(text: string, limit: number): string {
  const meter = new TokenMeter();
  let wordEnd = 0;
  for (let at = 0; at < text.length; ) {
    const codePoint = text.codePointAt(at) ?? 0;
    const space = codePoint === 0x20 || (codePoint >= 0x09 && codePoint <= 0x0d) || codePoint === 0x3000;
    if (space) wordEnd = at;
    meter.add(codePoint);
    if (meter.tokens - slack > limit) {
      const end = wordEnd > 0 && wordEnd >= at * (1 - wordEndWithin) ? wordEnd : at;
      return text.slice(0, end);
    }
    at += codePoint > 0xffff ? 2 : 1;
  }
  return text;
}
