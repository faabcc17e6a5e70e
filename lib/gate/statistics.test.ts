import { describe, expect, it } from "vitest";
import { overlap, rankBiasedOverlap, recall, retrieval } from "./agreement";
import { intervalOf, quantiles, questionsToSettle, stands, tBound } from "./interval";
import { Reservoir, seeded } from "./random";

/** Overlaps of 10 hits as two healthy or sick indexes give them: each question has a share of its own around the true one. */
function simulated(truth: number, n: number, random: () => number): number[] {
  const spread = 0.08;
  return Array.from({ length: n }, () => {
    const own = Math.min(1, Math.max(0, truth + spread * (random() + random() + random() - 1.5)));
    let same = 0;
    for (let hit = 0; hit < 10; hit++) if (random() < own) same++;
    return same / 10;
  });
}

describe("the gate on simulated sides", () => {
  const goes = (truth: number, n: number, runs: number) => {
    const random = seeded(7 + Math.round(truth * 100));
    let go = 0;
    for (let run = 0; run < runs; run++) {
      const interval = intervalOf(simulated(truth, n, random), run + 1, 300);
      if (interval && stands(interval, 0.9) === "above") go++;
    }
    return go / runs;
  };

  it("passes a true overlap of 0.85 in less than one case of a hundred, and one of 0.95 in more than 98, with 200 questions", () => {
    expect(goes(0.85, 200, 1000)).toBeLessThan(0.01);
    expect(goes(0.95, 200, 1000)).toBeGreaterThan(0.98);
  });

  it("passes what is just at the threshold about as often as its bounds say, one in twenty", () => {
    expect(goes(0.9, 200, 1000)).toBeLessThan(0.1);
  });

  it("can't tell with 20 questions what it tells with 200", () => {
    expect(goes(0.93, 20, 400)).toBeLessThan(0.6);
    expect(goes(0.95, 20, 400)).toBeLessThan(0.9);
  });
});

describe("an interval", () => {
  it("is the same for the same seed, narrows with more questions, and is none without any", () => {
    const values = simulated(0.9, 200, seeded(3));
    expect(intervalOf(values, 5)).toEqual(intervalOf(values, 5));
    const [few, many] = [intervalOf(values.slice(0, 60), 5), intervalOf(values, 5)];
    expect((few?.high ?? 0) - (few?.low ?? 0)).toBeGreaterThan((many?.high ?? 0) - (many?.low ?? 0));
    expect(intervalOf([], 5)).toBeNull();
    expect(intervalOf([1], 5)).toMatchObject({ low: Number.NEGATIVE_INFINITY, method: "t" });
    expect(intervalOf([1, 1, 1], 5)).toMatchObject({ mean: 1, low: 1, high: 1, method: "t" });
  });

  it("takes Student's bounds below 50 questions", () => {
    for (const [degrees, bound] of [
      [1, 6.314],
      [3, 2.353],
      [9, 1.833],
      [19, 1.729],
      [48, 1.677],
    ] as const)
      expect(Math.abs(tBound(degrees) / bound - 1)).toBeLessThan(0.01);
  });

  it("says how many questions would settle it", () => {
    const values = Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? 1 : 0.84));
    expect(questionsToSettle(values, 0.9)).toBeGreaterThan(20);
    expect(questionsToSettle([0.9, 0.9], 0.9)).toBeNull();
  });
});

describe("agreement of two lists", () => {
  const scored = (...ids: string[]) => ids.map((id, at) => ({ id, score: 1 - at / 10 }));

  it("is a share of the longer list, so that a side which gives fewer rows loses", () => {
    expect(overlap(scored("a", "b", "c", "d"), ["a", "b"])).toBe(0.5);
    expect(overlap(scored("a", "b"), ["b", "a"])).toBe(1);
    expect(overlap([], [])).toBe(1);
    expect(overlap([], ["a"])).toBe(0);
  });

  it("takes one of several equals for another", () => {
    const alike = ["a", "b", "c"].map((id) => ({ id, score: 0.5 }));
    expect(overlap(alike, ["x", "y", "z"], () => 0.5)).toBe(1);
    expect(overlap(alike, ["x", "y", "z"], () => 0.4)).toBe(0);
    expect(recall(["x", "y"], alike.slice(0, 2), () => 0.5)).toBe(1);
    expect(recall(["x", "x"], alike.slice(0, 2), () => 0.5)).toBe(0.5);
    expect(recall(["gone"], alike, () => undefined)).toBe(0);
    expect(recall([], [], () => undefined)).toBeNull();
  });

  it("weighs the top most", () => {
    const list = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    expect(rankBiasedOverlap(list, list)).toBeCloseTo(1, 10);
    expect(
      rankBiasedOverlap(
        list,
        list.map((id) => `${id}2`),
      ),
    ).toBe(0);
    const atTop = rankBiasedOverlap(list, ["x", ...list.slice(1)]);
    const atEnd = rankBiasedOverlap(list, [...list.slice(0, 9), "x"]);
    expect(atTop).toBeLessThan(atEnd);
  });

  it("knows where what was expected stands", () => {
    expect(retrieval(["x", "a", "b"], new Set(["a"]), 10)).toEqual({
      recall1: 0,
      recallK: 1,
      reciprocalRank: 0.5,
      ndcg: 1 / Math.log2(3),
    });
    expect(retrieval(["a", "b"], new Set(["a", "b"]), 10)).toEqual({
      recall1: 1,
      recallK: 1,
      reciprocalRank: 1,
      ndcg: 1,
    });
    expect(retrieval(["x"], new Set(["a"]), 10)).toEqual({ recall1: 0, recallK: 0, reciprocalRank: 0, ndcg: 0 });
  });

  it("gives quantiles, and samples evenly by a seed", () => {
    expect(quantiles([3, 1, 2], [0, 0.5, 1])).toEqual([1, 2, 3]);
    const draw = (seed: number) => {
      const sample = new Reservoir<number>(10, seeded(seed));
      for (let at = 0; at < 1000; at++) sample.offer(at);
      return sample.kept;
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(new Set(draw(1)).size).toBe(10);
  });
});
