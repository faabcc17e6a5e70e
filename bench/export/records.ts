import type { ExportRecord } from "@/lib/formats/export-folder/record";

export const dimension = 1536;
const kinds = 64;

/** Vectors and metadata of the usual size, made before the clock starts. */
const vectors = Array.from({ length: kinds }, (_, kind) => {
  let state = kind + 1;
  return Float32Array.from({ length: dimension }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff - 0.5;
  });
});
const text = Array.from({ length: 160 }, (_, word) => `word${(word * 7919) % 1000}`).join(" ");

export function recordAt(number: number): ExportRecord {
  return {
    id: `document-${String(number).padStart(9, "0")}`,
    values: vectors[number % kinds] ?? null,
    metadata: JSON.stringify({ text, source: `manual/${number % 100}.md`, page: number % 300, clearance_level: 1 }),
    sparse: null,
  };
}
