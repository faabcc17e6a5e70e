import { z } from "zod";

/** What one change costs to apply: tokens of the text that is embedded, 0 where none is, and bytes of the metadata that is written. */
export type Cost = { tokens: number; bytes: number };

/** The same of several changes. */
export const loadSchema = z.object({
  records: z.number(),
  texts: z.number(),
  tokens: z.number(),
  bytes: z.number(),
});
export type Load = z.infer<typeof loadSchema>;

export const noLoad: Load = { records: 0, texts: 0, tokens: 0, bytes: 0 };

export function addLoads(a: Load, b: Load, factor: 1 | -1 = 1): Load {
  return {
    records: a.records + factor * b.records,
    texts: a.texts + factor * b.texts,
    tokens: a.tokens + factor * b.tokens,
    bytes: a.bytes + factor * b.bytes,
  };
}

export function loadOf(costs: Iterable<Cost>): Load {
  const load = { ...noLoad };
  for (const { tokens, bytes } of costs) {
    load.records++;
    if (tokens > 0) load.texts++;
    load.tokens += tokens;
    load.bytes += bytes;
  }
  return load;
}

const bytesEach = 8;

/** Costs in their order as base64, eight bytes each: a thousand are read in a moment, as numbers of an array in SQL they aren't. */
export function packCosts(costs: readonly Cost[]): string {
  const packed = Buffer.alloc(costs.length * bytesEach);
  for (const [at, { tokens, bytes }] of costs.entries()) {
    packed.writeUInt32LE(tokens, at * bytesEach);
    packed.writeUInt32LE(bytes, at * bytesEach + 4);
  }
  return packed.toString("base64");
}

/** The sum of the costs at these positions; what isn't known counts as a record that costs nothing. */
export function loadAt(packed: string, positions: readonly number[]): Load {
  const costs = Buffer.from(packed, "base64");
  return loadOf(
    positions.map((position) => {
      const at = position * bytesEach;
      if (at + bytesEach > costs.length) return { tokens: 0, bytes: 0 };
      return { tokens: costs.readUInt32LE(at), bytes: costs.readUInt32LE(at + 4) };
    }),
  );
}
