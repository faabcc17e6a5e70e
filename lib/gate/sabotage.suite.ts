import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HashingEmbedder } from "@/lib/embedders/hashing/embedder";
import type { Metric, VectorRecord, VectorTarget } from "@/lib/stores/contract";
import { runGate } from "./run-gate";
import { documents, now, old, recordsBy } from "./run-gate-world.suite";

/** A store to try the gate on. `namespaces`: two that can be swapped, or the one that it has. */
export type SabotageHands = {
  store: VectorTarget;
  namespaces: readonly [string, string] | readonly [string];
  /** Called once a collection is filled. */
  finish?(name: string): Promise<void>;
  close(): Promise<void>;
};

type Filled = Record<string, VectorRecord[]>;

/** On a store's real index and its real answers: healthy targets pass, each sabotaged one is refused with its reason. */
export function testSabotage(store: string, open: () => Promise<SabotageHands>): void {
  describe(`the gate over ${store}`, () => {
    let hands: SabotageHands;
    let copies: Filled;
    let made = 0;
    beforeAll(async () => {
      hands = await open();
      copies = await by(old);
      await fill("gate-source", copies);
    });
    afterAll(() => hands?.close());

    const by = async (embedder: HashingEmbedder): Promise<Filled> => {
      const sets = [documents.a ?? [], documents.b ?? []];
      const each = await Promise.all(
        hands.namespaces.map(async (name, at) => [name, await recordsBy(embedder, sets[at] ?? [])] as const),
      );
      return Object.fromEntries(each);
    };
    const fill = async (name: string, records: Filled, metric: Metric = "cosine") => {
      const [first] = Object.values(records).flat();
      await hands.store.ensureIndex({ name, dimension: first?.values.length ?? 0, metric });
      const most = hands.store.can.limits.upsertRecords;
      for (const [namespace, all] of Object.entries(records))
        for (let at = 0; at < all.length; at += most)
          await hands.store.upsert({ index: name, namespace }, all.slice(at, at + most));
      await hands.finish?.(name);
    };
    const changed = (change: (record: VectorRecord, at: number, all: VectorRecord[]) => VectorRecord): Filled =>
      Object.fromEntries(Object.entries(copies).map(([name, all]) => [name, all.map(change)]));

    /** Checks a target that is made for it, and says why it isn't GO. */
    const checked = async (
      records: Filled,
      more: { source?: string; metric?: Metric; reembedded?: boolean } = {},
    ): Promise<[string, string[]]> => {
      const { source = "gate-source", metric, reembedded = false } = more;
      const name = `gate-target-${++made}`;
      await fill(name, records, metric);
      const side = async (index: string, embedder: HashingEmbedder) => {
        const shape = await hands.store.inspect(index);
        if (!shape) throw new Error(`There is no ${index}`);
        return { store: hands.store, shape, embedder };
      };
      const { result } = await runGate({
        source: await side(source, old),
        target: await side(name, reembedded ? now : old),
        copied: !reembedded,
        namespaces: hands.namespaces.map((namespace) => ({ source: namespace, target: namespace })),
        ...{ owned: [], text: { textKey: "text" }, given: [], brokenLines: 0 },
        explained: async () => new Set(),
        settings: {
          ...{ queries: reembedded ? "known-items" : "documents", n: 60, k: 10, threshold: 0.9, seed: 1, margin: 0.02 },
        },
      });
      return [result.verdict, result.reasons.filter(({ level }) => level !== "note").map(({ code }) => code)];
    };
    const refused = (...codes: string[]) => ["NO-GO", expect.arrayContaining(codes)];

    it("passes a healthy copy, and a healthy re-embedding by another model", async () => {
      expect(await checked(copies)).toEqual(["GO", []]);
      expect(await checked(await by(now), { reembedded: true })).toEqual(["GO", []]);
    });

    it("refuses shuffled vectors and truncated texts", async () => {
      const next = (at: number, all: VectorRecord[]) => all[(at + 1) % all.length]?.values ?? [];
      const shuffled = changed((record, at, all) => ({ ...record, values: next(at, all) }));
      expect(await checked(shuffled)).toEqual(refused("vectors-differ", "overlap"));
      const cut = changed((record) => ({
        ...record,
        metadata: { ...record.metadata, text: String(record.metadata.text).slice(0, 40) },
      }));
      expect(await checked(cut)).toEqual(refused("metadata-differs"));
    });

    it("refuses another model than was said", async () => {
      const salted = await by(new HashingEmbedder({ dimension: 128, salt: 9 }));
      expect(await checked(salted, { reembedded: true })).toEqual(refused("another-model", "worse-recall1"));
    });

    it("refuses a metric that ranks otherwise", async () => {
      const long = changed((record, at) => ({
        ...record,
        values: record.values.map((value) => Math.fround(value * (1 + (at % 7)))),
      }));
      await fill("gate-long", long);
      expect(await checked(long, { source: "gate-long", metric: "euclidean" })).toEqual(
        refused("another-metric", "overlap"),
      );
    });

    it("is never GO where records are missing", async () => {
      const [first] = hands.namespaces;
      const [verdict, why] = await checked({ ...copies, [first]: (copies[first] ?? []).slice(1) });
      expect([verdict, why]).toEqual(["INCONCLUSIVE", ["records-missing"]]);
    });

    it("refuses swapped namespaces, where there are any", async () => {
      const [one, other] = hands.namespaces;
      if (other === undefined) return;
      const swapped = { [one]: copies[other] ?? [], [other]: copies[one] ?? [] };
      expect(await checked(swapped)).toEqual(refused("metadata-differs"));
    });
  });
}
