/** Numbers of one length, as a range of the key. */
export type Range = {
  from: string;
  to: string /** Of negative ones the larger comes first as a text. */;
  descending: boolean;
};

const bounds = { int2: 2n ** 15n, int4: 2n ** 31n, int8: 2n ** 63n };

/**
 * The ranges in which whole numbers stand that come, written as texts and compared by their bytes, behind `after` and begin with `prefix`. Within a
 * range they are sorted alike as numbers and as texts, downwards where `descending`.
 */
export function integerRanges(
  type: keyof typeof bounds,
  { after, prefix }: { after: string | null; prefix: string },
): Range[] {
  const bound = bounds[type];
  const longest = bound.toString().length;
  const ranges: Range[] = [];
  // "-" stands before all digits.
  for (const sign of ["-", ""]) {
    const negative = sign === "-";
    const start = within(prefix, sign);
    const behind = after === null ? "" : within(after, sign);
    // A positive cursor is behind all negative numbers, a negative one before all others.
    if (start === null || (behind === null && negative)) continue;
    const most = negative ? bound : bound - 1n;
    for (let length = 1; length <= longest; length++) {
      const part = digitsFrom(length, start, behind ?? "", most, negative);
      if (part === null) continue;
      const [low, high] = part;
      ranges.push(
        negative
          ? { from: `-${high}`, to: `-${low}`, descending: true }
          : { from: `${low}`, to: `${high}`, descending: false },
      );
    }
  }
  return ranges;
}

/** What follows the sign, or `null` for a text of the other sign. */
function within(text: string, sign: string): string | null {
  if (text === "") return "";
  if (text.startsWith("-") !== (sign === "-")) return null;
  return text.slice(sign.length);
}

/** The smallest and largest number of so many digits that begin with `prefix` and come behind `after` as texts. */
function digitsFrom(
  length: number,
  prefix: string,
  after: string,
  most: bigint,
  negative: boolean,
): [bigint, bigint] | null {
  if (!/^\d*$/.test(prefix) || prefix.length > length) return null;
  // Zero has one digit; all others begin with another.
  const least = length === 1 ? (negative ? 1n : 0n) : 10n ** BigInt(length - 1);
  const padded = (text: string, digit: string) => BigInt(text.padEnd(length, digit));
  let low = prefix === "" ? least : padded(prefix, "0");
  let high = prefix === "" ? 10n ** BigInt(length) - 1n : padded(prefix, "9");
  if (after !== "") {
    const next = after.length >= length ? BigInt(after.slice(0, length)) + 1n : padded(after, "0");
    if (next > low) low = next;
  }
  if (low < least) low = least;
  if (high > most) high = most;
  return low > high ? null : [low, high];
}
