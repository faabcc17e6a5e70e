import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HashingEmbedder } from "@/lib/embedders/hashing/embedder";
import type { Metric, VectorRecord, VectorTarget } from "@/lib/stores/contract";
import { runGate } from "./run-gate";
import { documents, now, old, recordsBy } from "./run-gate-world.suite";

/** A store to try the gate on. `namespaces`: two that can be swapped, or the one that it has. */
export type SabotageHands = {
  /** What is asked for a collection of that name, and how it is called there: a folder is one collection, which has none. */
  at(name: string): { store: VectorTarget; index: string };
  /** Writes these vectors over those of the same records behind Portage's back. Rejects where the service itself takes none such. */
  behind?(name: string, namespace: string, records: readonly VectorRecord[]): Promise<void>;
  /** Whether Portage writes a vector of nothing but zeros there. */
  zeros: boolean;
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
      const { store, index } = hands.at(name);
      const [first] = Object.values(records).flat();
      await store.ensureIndex({ name: index, dimension: first?.values.length ?? 0, metric });
      const most = store.can.limits.upsertRecords;
      for (const [namespace, all] of Object.entries(records))
        for (let at = 0; at < all.length; at += most)
          await store.upsert({ index, namespace }, all.slice(at, at + most));
      await hands.finish?.(name);
    };
    const changed = (
      change: (record: VectorRecord, at: number, all: VectorRecord[]) => VectorRecord,
      of: Filled = copies,
    ): Filled => Object.fromEntries(Object.entries(of).map(([name, all]) => [name, all.map(change)]));
    /** A tenth of the records has these numbers instead of its own. */
    const tenth = (of: Filled, values: (record: VectorRecord, at: number) => number[]): Filled =>
      changed((record, at) => (at % 10 === 4 ? { ...record, values: values(record, at) } : record), of);

    /** Checks a target that is made for it, and says why it isn't GO. */
    const checked = async (
      records: Filled,
      more: { source?: string; metric?: Metric; reembedded?: boolean; behind?: Filled; n?: number } = {},
    ): Promise<[string, string[], string[]]> => {
      const { source = "gate-source", metric, reembedded = false, behind = {}, n = 60 } = more;
      const name = `gate-target-${++made}`;
      await fill(name, records, metric);
      for (const [namespace, all] of Object.entries(behind))
        await hands.behind?.(
          name,
          namespace,
          all.filter((_, at) => at % 10 === 4),
        );
      const side = async (called: string, embedder: HashingEmbedder) => {
        const { store, index } = hands.at(called);
        const shape = await store.inspect(index);
        if (!shape) throw new Error(`There is no ${called}`);
        return { store, shape, embedder };
      };
      const { result } = await runGate({
        source: await side(source, old),
        target: await side(name, reembedded ? now : old),
        copied: !reembedded,
        namespaces: hands.namespaces.map((namespace) => ({ source: namespace, target: namespace })),
        ...{ owned: [], text: { textKey: "text" }, given: [], brokenLines: 0 },
        explained: async () => new Set(),
        settings: {
          ...{ queries: reembedded ? "known-items" : "documents", n, k: 10, threshold: 0.9, seed: 1, margin: 0.02 },
        },
      });
      const against = result.reasons.filter(({ level }) => level !== "note");
      return [result.verdict, against.map(({ code }) => code), against.map(({ words }) => words)];
    };
    const passed = ["GO", [], []];
    const refused = (...codes: string[]) => ["NO-GO", expect.arrayContaining(codes), expect.anything()];

    it("passes a healthy copy, and a healthy re-embedding by another model", async () => {
      expect(await checked(copies)).toEqual(passed);
      expect(await checked(await by(now), { reembedded: true })).toEqual(passed);
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

    it("refuses a namespace or a tenth of the vectors that another model made, or that is the same for all", async () => {
      const salted = await by(new HashingEmbedder({ dimension: 128, salt: 9 }));
      const other = Object.fromEntries(
        Object.entries(salted).map(([name, all]) => [name, all.map((one) => one.values)]),
      );
      const remade = await by(now);
      const [first, last = first] = hands.namespaces;
      const half = { ...remade, [last]: salted[last] ?? [] };
      expect(await checked(half, { reembedded: true })).toEqual(refused("another-model"));
      const mixed = { ...remade, [first]: tenth(remade, (_, at) => other[first]?.[at] ?? [])[first] ?? [] };
      // Fewer than the texts that are embedded again may meet: their questions are lost, too.
      expect(await checked(mixed, { reembedded: true, n: 200 })).toEqual(refused("worse-recall1"));
      const same = (record: VectorRecord) => record.values.map(() => Math.fround(1 / Math.sqrt(record.values.length)));
      expect(await checked(tenth(copies, same))).toEqual(refused("vectors-differ"));
      expect(await checked(tenth(remade, same), { reembedded: true, n: 200 })).toEqual(refused("worse-recall1"));
    });

    it("refuses a tenth of vectors of nothing but zeros, whoever wrote them", async () => {
      const zeros = (of: Filled) => tenth(of, ({ values }) => values.map(() => 0));
      const remade = await by(now);
      const copied = refused("vectors-differ");
      if (hands.zeros) {
        expect(await checked(zeros(copies))).toEqual(copied);
        expect(await checked(zeros(remade), { reembedded: true, n: 200 })).toEqual(refused("worse-recall1"));
        return;
      }
      await expect(fill(`gate-target-${++made}`, zeros(copies))).rejects.toThrow(/zero/);
      if (!hands.behind) return;
      expect(await checked(copies, { behind: zeros(copies) })).toEqual(copied);
      const zeroed = { behind: zeros(remade), reembedded: true, n: 200 };
      expect(await checked(remade, zeroed)).toEqual(refused("worse-recall1"));
    });

    it("takes no vector with NaN, and is never GO where somebody else wrote a tenth of them, and says which", async () => {
      const spoiled = (of: Filled) => tenth(of, ({ values }) => values.with(0, Number.NaN));
      await expect(fill(`gate-target-${++made}`, spoiled(copies))).rejects.toMatchObject({ code: "invalid" });
      if (!hands.behind) return;
      const found = await checked(copies, { behind: spoiled(copies) }).catch((error: Error) => error.message);
      if (typeof found === "string") return expect(found).toMatch(/NaN not allowed/);
      const why = /^\d+ records couldn't be read, and were not compared\. doc-\d*4 of the target: .*finite/;
      const told = (verdict: string) => [
        verdict,
        expect.arrayContaining(["unreadable"]),
        expect.arrayContaining([expect.stringMatching(why)]),
      ];
      expect(found).toEqual(told("INCONCLUSIVE"));
      const remade = await by(now);
      // Questions that those records would answer are lost, too.
      expect(await checked(remade, { behind: spoiled(remade), reembedded: true, n: 200 })).toEqual(told("NO-GO"));
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
