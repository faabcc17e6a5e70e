import type { GateSweep } from "@/lib/shapes/cut-over/gate-sweep";
import type { VectorRecord, VectorSource } from "@/lib/stores/contract";
import { runGate } from "./run-gate";

/** Records whose vectors lie in no order, of lengths that differ: metrics rank them differently. */
export function spreadRecords(count: number, dimension: number): VectorRecord[] {
  return Array.from({ length: count }, (_, row) => ({
    id: `r${row}`,
    values: Array.from({ length: dimension }, (_each, column) =>
      Math.fround(Math.sin(row * 12.9898 + column * 78.233 + row * column) * (1 + (row % 5))),
    ),
    metadata: { text: `text ${row}`, page: row },
  }));
}

/** Checks a target that holds copies, by 50 of its documents, and says why it isn't GO. */
export async function checkCopies(
  source: VectorSource,
  target: VectorSource,
  indexes: { source: string; target: string },
): Promise<{ verdict: string; why: string[]; notes: string[]; uses: unknown; sweep: GateSweep | null | undefined }> {
  const shapeOf = async (store: VectorSource, index: string) => {
    const shape = await store.inspect(index);
    if (!shape) throw new Error(`There is no ${index}`);
    return { store, shape, embedder: null };
  };
  const { result } = await runGate({
    source: await shapeOf(source, indexes.source),
    target: await shapeOf(target, indexes.target),
    copied: true,
    namespaces: [{ source: "", target: "" }],
    ...{ owned: [], text: { textKey: "text" }, given: [], brokenLines: 0 },
    explained: async () => new Set(),
    settings: { queries: "documents", n: 50, k: 10, threshold: 0.9, seed: 1, margin: 0.02 },
  });
  const why = result.reasons.filter(({ level }) => level !== "note").map(({ code }) => code);
  const notes = result.reasons.filter(({ level }) => level === "note").map(({ words }) => words);
  return { verdict: result.verdict, why, notes, uses: result.target.uses, sweep: result.target.sweep };
}
