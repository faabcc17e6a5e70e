/**
 * Vectors as JSON, written digit by digit: formatting floats is most of what a stand-in would otherwise do, and benchmarks
 * measure the tool, not this. Values that are whole millionths are written as short decimals, others as JavaScript does.
 */

/** Bytes that the longest number and its comma take (`-1.2345678901234567e-38,`). */
const bytesPerValue = 26;
const zero = 48;

let scratch = Buffer.allocUnsafe(3072 * bytesPerValue + 2);

/** Writes `millionths` (between -999,999 and 999,999) as a decimal at `at`; answers where it ends. */
function writeDecimal(bytes: Buffer, at: number, millionths: number): number {
  let left = millionths;
  let end = at;
  if (left === 0) {
    bytes[end] = zero;
    return end + 1;
  }
  if (left < 0) {
    bytes[end++] = 45;
    left = -left;
  }
  bytes[end++] = zero;
  bytes[end++] = 46;
  let unit = 100_000;
  while (left > 0) {
    const digit = (left / unit) | 0;
    bytes[end++] = zero + digit;
    left -= digit * unit;
    unit = (unit / 10) | 0;
  }
  return end;
}

function begin(length: number): Buffer {
  const needed = length * bytesPerValue + 2;
  if (scratch.length < needed) scratch = Buffer.allocUnsafe(needed);
  scratch[0] = 91;
  return scratch;
}

function finish(bytes: Buffer, end: number): Buffer {
  bytes[end] = 93;
  return Buffer.from(bytes.subarray(0, end + 1));
}

/** A JSON array of whole millionths. */
export function millionthsToJson(millionths: Int32Array): Buffer {
  const bytes = begin(millionths.length);
  let end = 1;
  for (let index = 0; index < millionths.length; index++) {
    if (index > 0) bytes[end++] = 44;
    const value = millionths[index] ?? 0;
    if (value > -1_000_000 && value < 1_000_000) end = writeDecimal(bytes, end, value);
    else end += bytes.write(String(value / 1e6), end, "latin1");
  }
  return finish(bytes, end);
}

/** A JSON array of float32 values: short where the value is the float32 nearest to whole millionths, as a double elsewhere. */
export function floatsToJson(values: Float32Array): Buffer {
  const bytes = begin(values.length);
  let end = 1;
  for (let index = 0; index < values.length; index++) {
    if (index > 0) bytes[end++] = 44;
    const value = values[index] ?? 0;
    const millionths = Math.round(value * 1e6);
    if (millionths > -1_000_000 && millionths < 1_000_000 && Math.fround(millionths / 1e6) === value) {
      end = writeDecimal(bytes, end, millionths);
    } else end += bytes.write(String(value), end, "latin1");
  }
  return finish(bytes, end);
}

/** Float32 values as they are stored: little-endian bytes. */
export function floatsToBytes(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** The opposite of {@link floatsToBytes}; copies, because stored bytes may begin anywhere. */
export function bytesToFloats(bytes: Buffer): Float32Array {
  const values = new Float32Array(bytes.length / 4);
  Buffer.from(values.buffer).set(bytes);
  return values;
}
