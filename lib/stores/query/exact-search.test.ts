import { describe, expect, it } from "vitest";
import type { Metric } from "../contract";
import { ExactSearch } from "./exact-search";

const vector = (seed: number, dimension: number) =>
  Array.from({ length: dimension }, (_, at) => Math.fround(Math.sin(seed * 12.9898 + at * 78.233) * (1 + (seed % 5))));

/** By the definition. */
function score(metric: Metric, a: readonly number[], b: readonly number[]): number {
  const sum = (of: (x: number, y: number) => number) => a.reduce((total, x, at) => total + of(x, b[at] ?? 0), 0);
  const product = sum((x, y) => x * y);
  if (metric === "dotproduct") return product;
  if (metric === "euclidean") return -Math.sqrt(sum((x, y) => (x - y) ** 2));
  return product / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
}

describe.each<Metric>(["cosine", "dotproduct", "euclidean"])("by %s", (metric) => {
  it("finds for each question what comparing one after the other finds", () => {
    const dimension = 17;
    const records = Array.from({ length: 333 }, (_, at) => ({ id: `r${at}`, values: vector(at, dimension) }));
    const questions = Array.from({ length: 7 }, (_, at) => vector(1000 + at, dimension));
    const search = new ExactSearch({ metric, dimension, questions, k: 10 });
    search.watch(3, ["r300", "gone"]);
    for (const { id, values } of records) search.add(id, values);
    for (const [at, question] of questions.entries()) {
      const wanted = records
        .map(({ id, values }) => ({ id, score: score(metric, question, values) }))
        .sort((a, b) => b.score - a.score)
        .slice(0, 10);
      const found = search.nearest(at);
      expect(found.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
      for (const [place, hit] of found.entries()) expect(hit.score).toBeCloseTo(wanted[place]?.score ?? Number.NaN, 5);
    }
    expect(search.compared).toBe(333);
    expect(search.scoreOf(3, "r300")).toBeCloseTo(score(metric, questions[3] ?? [], vector(300, dimension)), 5);
    expect([search.scoreOf(3, "gone"), search.scoreOf(2, "r300")]).toEqual([undefined, undefined]);
  });
});

it("leaves out the record that a question was taken from, and keeps fewer where there are fewer", () => {
  const questions = [vector(1, 4)];
  const search = new ExactSearch({ metric: "cosine", dimension: 4, questions, k: 10, without: ["a"] });
  search.add("a", vector(1, 4));
  search.add("b", vector(2, 4));
  search.add("of another length", [1, 2]);
  expect(search.nearest(0).map(({ id }) => id)).toEqual(["b"]);
});
