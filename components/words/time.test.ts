import { expect, it } from "vitest";
import { spanWords } from "./time";

const at = (text: string) => new Date(text).toISOString();

it("tells the ends of an axis apart, by seconds where nothing else does", () => {
  expect(spanWords(at("2026-11-20T03:00:00"), at("2026-11-21T03:00:00"))).toEqual(["20 Nov, 03:00", "21 Nov, 03:00"]);
  expect(spanWords(at("2026-11-21T03:00:02"), at("2026-11-21T03:00:59"))).toEqual([
    "21 Nov, 03:00:02",
    "21 Nov, 03:00:59",
  ]);
  expect(spanWords(at("2026-11-21T03:00:02.100"), at("2026-11-21T03:00:02.900"))).toEqual(["21 Nov, 03:00:02", ""]);
});
