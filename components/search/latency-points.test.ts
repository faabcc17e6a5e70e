import { expect, it } from "vitest";
import { latencyLines } from "./latency-points";

it("puts a day's searches where they were asked, not where the day begins, and a gate of that day before or after them", () => {
  const day = { at: "2026-11-30T00:00:00.000Z", n: 2, from: "searches" as const };
  const searches = { ...day, first: "2026-11-30T14:00:00.000Z", last: "2026-11-30T16:00:00.000Z" };
  const ended = "2026-11-30T10:00:00.000Z";
  const gate = { at: ended, first: ended, last: ended, n: 50, from: "gate" as const };
  const of = (p50: number) => ({ p50, p95: 2 * p50 });
  expect(
    latencyLines([
      { ...searches, source: of(3), target: null },
      { ...gate, source: of(1), target: of(5) },
    ]),
  ).toEqual([
    [Date.parse(ended) / 1000, Date.parse("2026-11-30T15:00:00.000Z") / 1000],
    [1, 3],
    [2, 6],
    [5, null],
    [10, null],
  ]);
});
