import { expect } from "vitest";
import { HashingEmbedder } from "@/lib/embedders/hashing/embedder";
import { type GateSettings, gateResultSchema } from "@/lib/shapes/cut-over/gate";
import type { Metric, VectorRecord, VectorTarget } from "@/lib/stores/contract";
import { createMemoryStore } from "@/lib/stores/memory/index";
import type { MemoryStoreOptions } from "@/lib/stores/memory/options";
import { runGate } from "./run-gate";
import type { GateInput } from "./sides";

/** Two namespaces of documents, embedded by one model and again by another, and a gate over stores that hold them. */
export const dimension = 96;
export const old = new HashingEmbedder({ dimension, salt: 5 });
export const now = new HashingEmbedder({ dimension: 128 });
const matters = [
  "invoices",
  "sailing",
  "bread",
  "orbits",
  "violins",
  "glaciers",
  "contracts",
  "bees",
  "tunnels",
  "vaccines",
];
const deeds = ["measured", "explained", "repaired", "described", "taught", "weighed", "compared", "collected"];

export type Document = { id: string; text: string };
export const documents: Record<string, Document[]> = Object.fromEntries(
  [
    ["a", 150],
    ["b", 60],
  ].map(([namespace, count]) => [
    namespace,
    Array.from({ length: Number(count) }, (_, at) => {
      const word = (step: number, of: readonly string[]) => of[(at * step + 3) % of.length] ?? "";
      const names = `n${at * 7919} k${at * 104729} z${(at * 15485863) % 9973}`;
      return {
        id: `doc-${at}`,
        text: `In ${namespace} volume ${at} the ${word(1, matters)} were ${word(3, deeds)} beside ${word(7, matters)} by ${names}; later ${word(5, deeds)} again with ${word(9, matters)} of item${at * 31}.`,
      };
    }),
  ]),
);

export async function recordsBy(embedder: HashingEmbedder, all: readonly Document[]): Promise<VectorRecord[]> {
  const records: VectorRecord[] = [];
  for (let start = 0; start < all.length; start += 100) {
    const part = all.slice(start, start + 100);
    const vectors = await embedder.embed(part.map(({ text }) => text));
    for (const [at, { id, text }] of part.entries()) {
      const made = vectors[at];
      if (made?.ok) records.push({ id, values: made.values, metadata: { text, volume: at } });
    }
  }
  return records;
}

export type Namespaces = Record<string, VectorRecord[]>;
export const all = async (embedder: HashingEmbedder): Promise<Namespaces> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(documents).map(async ([name, of]) => [name, await recordsBy(embedder, of)] as const),
    ),
  );
export const copies = await all(old);
export const remade = await all(now);

export const store = (name: string, namespaces: Namespaces, options: MemoryStoreOptions & { metric?: Metric } = {}) => {
  const { metric = "cosine", ...rest } = options;
  const [first] = Object.values(namespaces).flat();
  return createMemoryStore({
    indexes: { [name]: { dimension: first?.values.length ?? dimension, metric, namespaces } },
    ...rest,
  });
};
const settings: GateSettings = { queries: "documents", n: 70, k: 10, threshold: 0.9, seed: 1, margin: 0.02 };

export async function gate(
  target: VectorTarget,
  given: Partial<GateInput> & { reembedded?: boolean; sourceStore?: VectorTarget; set?: Partial<GateSettings> } = {},
) {
  const { reembedded = false, sourceStore = store("source", copies), set = {}, ...more } = given;
  const shapeOf = async (side: VectorTarget, name: string) => {
    const shape = await side.inspect(name);
    if (!shape) throw new Error(`There is no ${name}`);
    return shape;
  };
  const { result, questions } = await runGate({
    source: { store: sourceStore, shape: await shapeOf(sourceStore, "source"), embedder: old },
    target: { store: target, shape: await shapeOf(target, "target"), embedder: reembedded ? now : old },
    copied: !reembedded,
    namespaces: [
      { source: "a", target: "a" },
      { source: "b", target: "b" },
    ],
    ...{ owned: [], text: { textKey: "text" }, given: [], brokenLines: 0 },
    explained: async () => new Set(),
    settings: { ...settings, queries: reembedded ? "known-items" : "documents", ...set },
    ...more,
  });
  expect(gateResultSchema.parse(result)).toEqual(result);
  const why = result.reasons.filter(({ level }) => level !== "note").map(({ code }) => code);
  return { verdict: result.verdict, why, result, questions };
}

export const changed = (
  change: (record: VectorRecord, at: number, all: VectorRecord[]) => VectorRecord,
  of = copies,
): Namespaces => Object.fromEntries(Object.entries(of).map(([name, records]) => [name, records.map(change)]));

/** A store whose index answers otherwise than by its records. */
export function withAnswers(
  real: VectorTarget,
  change: (hits: { id: string; score: number }[], call: number) => { id: string; score: number }[],
): VectorTarget {
  let calls = 0;
  return { ...real, query: async (...given) => change((await real.query?.(...given)) ?? [], calls++) };
}
