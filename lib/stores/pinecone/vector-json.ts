const comma = 44;
const minus = 45;
const dot = 46;
const zero = 48;
const open = 91;
const close = 93;
/** The longest number: a sign, 17 digits, a dot and an exponent ("-1.2345678901234567e-308"), and the comma before it. */
const bytesPerNumber = 25;
/** Decimal places that are tried: `n / 10 ** places` is the double nearest to that decimal, since both are integers that a double holds exactly. */
const fewPlaces = 1e9;
const manyPlaces = 1e12;

let scratch = new Uint8Array(3072 * bytesPerNumber);

/** The three digits of every number below 1,000, one after another: looking them up is faster than dividing. */
const digits = new Uint8Array(3000);
for (let number = 0; number < 1000; number++) {
  digits.set(
    [zero + Math.floor(number / 100), zero + (Math.floor(number / 10) % 10), zero + (number % 10)],
    number * 3,
  );
}

/** Three digits of a whole number below 1,000. */
function writeThree(out: Uint8Array, at: number, number: number): number {
  const from = number * 3;
  out[at] = digits[from] ?? zero;
  out[at + 1] = digits[from + 1] ?? zero;
  out[at + 2] = digits[from + 2] ?? zero;
  return at + 3;
}

/** Nine digits of a number below 1e9. */
function writeNine(out: Uint8Array, at: number, number: number): number {
  const whole = number | 0;
  const millions = (whole / 1e6) | 0;
  const rest = (whole - millions * 1e6) | 0;
  const thousands = (rest / 1e3) | 0;
  return writeThree(out, writeThree(out, writeThree(out, at, millions), thousands), (rest - thousands * 1e3) | 0);
}

function writeText(out: Uint8Array, at: number, text: string): number {
  for (let position = 0; position < text.length; position++) out[at + position] = text.charCodeAt(position);
  return at + text.length;
}

function writeNumber(out: Uint8Array, start: number, value: number): number {
  let at = start;
  if (value < 0 || (value === 0 && 1 / value < 0)) out[at++] = minus;
  const size = Math.abs(value);
  if (!(size < 1)) return writeText(out, at, String(size));
  const few = Math.round(size * fewPlaces);
  const short = few < fewPlaces && few / fewPlaces === size;
  const many = short ? 0 : Math.round(size * manyPlaces);
  if (!short && (many >= manyPlaces || many / manyPlaces !== size)) return writeText(out, at, String(size));
  out[at++] = zero;
  if (size === 0) return at;
  out[at++] = dot;
  if (short) at = writeNine(out, at, few);
  else {
    const front = Math.floor(many / 1e3);
    at = writeThree(out, writeNine(out, at, front), many - front * 1e3);
  }
  while (out[at - 1] === zero) at--;
  return at;
}

/**
 * A vector as JSON, in bytes: `JSON.parse` of it gives the same doubles, bit for bit, the sign of zero included. Writing embeddings
 * this way takes about a third of what `JSON.stringify` and encoding its string take; they are nine to twelve decimals below 1.
 * @param values number[dimension]
 * @returns `null` when a number isn't finite: JSON can't carry it
 */
export function vectorJson(values: readonly number[]): Uint8Array | null {
  const most = values.length * bytesPerNumber + 2;
  if (scratch.length < most) scratch = new Uint8Array(most);
  const out = scratch;
  out[0] = open;
  let at = 1;
  for (let position = 0; position < values.length; position++) {
    const value = values[position] ?? Number.NaN;
    if (!Number.isFinite(value)) return null;
    if (position > 0) out[at++] = comma;
    at = writeNumber(out, at, value);
  }
  out[at++] = close;
  return Buffer.from(out.subarray(0, at));
}
