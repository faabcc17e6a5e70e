const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * A vector that stands as bytes: little-endian float32, or float64 where only that gives numbers as vectors have them. Reading doubles as
 * floats would give twice as many numbers, all of them wrong and none of them odd enough to be refused later.
 */
export function floatsOfBytes(bytes: Uint8Array): number[] {
  const floats = numbersIn(bytes, 4);
  if (bytes.length % 8 !== 0 || floats.every(isUsual)) return floats;
  const doubles = numbersIn(bytes, 8);
  return doubles.every(isUsual) ? doubles : floats;
}

/** A vector that stands as base64, as OpenAI's service answers it; `null` for a text that is none, a word for instance. */
export function floatsOfBase64(text: string): number[] | null {
  if (text.length % 4 !== 0 || !base64.test(text)) return null;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length < 8 || bytes.length % 4 !== 0) return null;
  const numbers = floatsOfBytes(bytes);
  return numbers.every(isUsual) ? numbers : null;
}

function numbersIn(bytes: Uint8Array, size: 4 | 8): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / size }, (_, at) =>
    size === 4 ? view.getFloat32(at * size, true) : view.getFloat64(at * size, true),
  );
}

/** Whether vectors have such numbers; what other bytes happen to say mostly lies far outside. */
function isUsual(value: number): boolean {
  const amount = Math.abs(value);
  return amount === 0 || (amount > 1e-12 && amount < 1e6);
}
