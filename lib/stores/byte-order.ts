const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;

/**
 * Compares two IDs by the bytes of their UTF-8, as Pinecone's listings are sorted ("bitwise C collation"). Negative, zero or
 * positive like `Buffer.compare`, without making buffers unless surrogates differ (there UTF-16 order is another one).
 */
export function compareBytes(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    if (isSurrogate(left) || isSurrogate(right)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
    return left - right;
  }
  // A longer string that goes on with a low surrogate may change how the shared end is encoded.
  if (a.length !== b.length && shared > 0 && isSurrogate(a.charCodeAt(shared - 1))) {
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return a.length - b.length;
}

/**
 * Sorts as {@link compareBytes} has it, in place. Without surrogates that is the order of UTF-16, which JavaScript sorts by in a tenth of the time.
 */
export function sortedByBytes(texts: string[]): string[] {
  return texts.some((text) => /[\ud800-\udfff]/.test(text)) ? texts.sort(compareBytes) : texts.sort();
}

/**
 * The first place where a page breaks strictly ascending byte order, or `null`.
 * @param after the last ID of the page before, when it is known.
 */
export function findDisorder(ids: readonly string[], after?: string): { before: string; id: string } | null {
  let before = after;
  for (const id of ids) {
    if (before !== undefined && compareBytes(before, id) >= 0) return { before, id };
    before = id;
  }
  return null;
}
