/** Positions 0 to `size` - 1 of which some are marked, as base64; `""` stands for all of them. */
export function encodeBitmap(marked: readonly number[], size: number): string {
  if (marked.length === size) return "";
  const bytes = Buffer.alloc(Math.ceil(size / 8));
  for (const position of marked) bytes[position >> 3] = (bytes[position >> 3] ?? 0) | (1 << (position & 7));
  return bytes.toString("base64");
}

/** The opposite of {@link encodeBitmap}. */
export class Bitmap {
  private readonly bytes: Buffer | null;

  constructor(encoded: string) {
    this.bytes = encoded === "" ? null : Buffer.from(encoded, "base64");
  }

  has(position: number): boolean {
    return this.bytes === null || ((this.bytes[position >> 3] ?? 0) & (1 << (position & 7))) !== 0;
  }
}
