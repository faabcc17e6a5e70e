import { z } from "zod";

/**
 * A document's version as it was reviewed: the fence of the write that a plan stands for. `index` is its place among the plan's indexes,
 * `routing` is `null` where the document has none of its own.
 */
export type Print = { index: number; seqNo: number; primaryTerm: number; routing: string | null };

const printSchema = z.tuple([z.number().int(), z.number().int(), z.number().int()]).rest(z.string());

/** One line of text, without a line break whatever the routing holds. */
export function encodePrint({ index, seqNo, primaryTerm, routing }: Print): string {
  const parts = [index, seqNo, primaryTerm, ...(routing === null ? [] : [routing])];
  return JSON.stringify(parts).slice(1, -1);
}

/** Throws for a line that {@link encodePrint} didn't write. */
export function decodePrint(line: string): Print {
  const [index, seqNo, primaryTerm, routing = null] = printSchema.parse(JSON.parse(`[${line}]`));
  return { index, seqNo, primaryTerm, routing };
}

export const encodePrints = (prints: readonly Print[]) => prints.map(encodePrint).join("\n");

/** The prints of a chunk's creates, in their order. */
export function decodePrints(text: string): Print[] {
  return text === "" ? [] : text.split("\n").map(decodePrint);
}
