import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isServiceFailure } from "@/lib/failures";
import type { Embedded, Embedder } from "./contract";

export type EmbedderUnderTest = { embedder: Embedder; close(): Promise<void> };

const words = (at: number) => `Text number ${at} about ${["rivers", "engines", "bread", "stars"][at % 4]}, 日本語も。`;

/** Whatever an embedder is made of, this is what the rest of Portage builds on. */
export function describeEmbedderContract(name: string, make: () => Promise<EmbedderUnderTest>): void {
  describe(`${name} keeps the contract of an embedder`, () => {
    let under: EmbedderUnderTest;
    beforeAll(async () => {
      under = await make();
    });
    afterAll(() => under.close());

    const vectorsOf = (outcomes: Embedded[]): number[][] =>
      outcomes.map((outcome) => {
        if (!outcome.ok) throw new Error(outcome.detail);
        return outcome.values;
      });
    const embed = async (texts: string[]) => vectorsOf(await under.embedder.embed(texts));
    const lengthOf = (vector: readonly number[]) => Math.hypot(...vector);
    const codeOf = async (call: Promise<unknown>): Promise<string> => {
      try {
        await call;
      } catch (error) {
        if (isServiceFailure(error)) return error.code;
        throw error;
      }
      return "no failure";
    };

    it("gives one vector a text, of the space's dimension and of length 1 if the space says so", async () => {
      const { dimension, normalised } = under.embedder.space;
      const vectors = await embed([words(0), words(1), words(2)]);
      expect(vectors).toHaveLength(3);
      for (const vector of vectors) {
        expect(vector).toHaveLength(dimension);
        expect(vector.every(Number.isFinite)).toBe(true);
        if (normalised) expect(lengthOf(vector)).toBeCloseTo(1, 4);
      }
    });

    it("keeps the texts' order, and gives the same text the same vector", async () => {
      const [a, b] = await embed([words(0), words(1)]);
      const [b2, a2] = await embed([words(1), words(0)]);
      expect(a2).toEqual(a);
      expect(b2).toEqual(b);
      expect(a).not.toEqual(b);
    });

    it("takes as many texts as it says, and no text at all", async () => {
      const { textsPerCall } = under.embedder.limits;
      const texts = Array.from({ length: textsPerCall }, (_, at) => words(at));
      expect(await embed(texts)).toHaveLength(textsPerCall);
      expect(await under.embedder.embed([])).toEqual([]);
    });

    it("refuses more texts than it says, and an empty one", async () => {
      const { textsPerCall } = under.embedder.limits;
      const texts = Array.from({ length: textsPerCall + 1 }, (_, at) => words(at));
      expect(await codeOf(under.embedder.embed(texts))).toBe("invalid");
      expect(await codeOf(under.embedder.embed([words(0), ""]))).toBe("invalid");
    });

    it("counts a text's tokens", async () => {
      const short = await under.embedder.countTokens("A few words");
      expect(short).toBeGreaterThanOrEqual(2);
      expect(short).toBeLessThanOrEqual(8);
      expect(await under.embedder.countTokens("A few words, many times. ".repeat(100))).toBeGreaterThan(100 * 4);
    });

    it("proves key, model and dimension by one call", async () => {
      const { dimension, latencyMs } = await under.embedder.probe();
      expect(dimension).toBe(under.embedder.space.dimension);
      expect(latencyMs).toBeGreaterThanOrEqual(0);
    });

    it("makes no call for somebody who has cancelled already", async () => {
      const signal = AbortSignal.abort();
      expect(await codeOf(under.embedder.embed([words(0)], { signal }))).toBe("aborted");
      expect(await codeOf(under.embedder.countTokens(words(0), { signal }))).toBe("aborted");
      expect(await codeOf(under.embedder.probe({ signal }))).toBe("aborted");
    });
  });
}
