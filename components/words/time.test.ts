import { expect, it } from "vitest";
import { axisWords, daysOf, spanWords } from "./time";

const at = (text: string) => new Date(text).toISOString();

it("tells the ends of an axis apart, by seconds where nothing else does", () => {
  expect(spanWords(at("2026-11-20T03:00:00"), at("2026-11-21T03:00:00"))).toEqual(["20 Nov, 03:00", "21 Nov, 03:00"]);
  expect(spanWords(at("2026-11-21T03:00:02"), at("2026-11-21T03:00:59"))).toEqual([
    "21 Nov, 03:00:02",
    "21 Nov, 03:00:59",
  ]);
  expect(spanWords(at("2026-11-21T03:00:02.100"), at("2026-11-21T03:00:02.900"))).toEqual(["21 Nov, 03:00:02", ""]);
});

it("labels an axis of time by days, and by hours within a day", () => {
  const of = (...texts: string[]) => axisWords(texts.map((text) => Date.parse(at(text)) / 1000));
  expect(of("2026-11-29T00:00:00", "2026-11-30T00:00:00")).toEqual(["29 Nov", "30 Nov"]);
  expect(of("2026-11-30T02:00:00", "2026-11-30T04:00:00")).toEqual(["30 Nov, 02:00", "30 Nov, 04:00"]);
  expect(of()).toEqual([]);
});

it("shows a single moment in the middle of its day, and more of them from the first to the last", () => {
  expect(daysOf([100_000], [100_000, 86_500_000])).toEqual([56_800, 143_200]);
  expect(daysOf([1, 2], [1, 2])).toEqual([1, 2]);
  expect(daysOf([], [0, 1])).toEqual([0, 1]);
});
