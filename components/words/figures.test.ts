import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  aboutMoneyWords,
  bytesWords,
  durationWords,
  manyWords,
  moneyWords,
  percentWords,
  sharesWords,
} from "./figures";

describe("figures in words", () => {
  it("says about of an amount, and not of less than one", () => {
    expect([0, 0.00001, 0.19].map(aboutMoneyWords)).toEqual(["$0", "less than $0.0001", "about $0.19"]);
  });

  it("writes money to two significant digits and never rounds a cost to nothing", () => {
    expect([0, 0.00001, 0.0042, 0.19, 0.5, 4.2, 12.34, 120, 1234].map(moneyWords)).toEqual([
      "$0",
      "less than $0.0001",
      "$0.0042",
      "$0.19",
      "$0.50",
      "$4.20",
      "$12",
      "$120",
      "$1,200",
    ]);
    fc.assert(fc.property(fc.double({ min: 1e-9, max: 1e6, noNaN: true }), (usd) => moneyWords(usd) !== "$0"));
  });

  it("writes time spans in their two largest units", () => {
    expect([0, 0.2, 18, 60, 250, 7500, 273_600].map(durationWords)).toEqual([
      "0 s",
      "200 ms",
      "18 s",
      "1 min",
      "4 min 10 s",
      "2 h 5 min",
      "3 d 4 h",
    ]);
  });

  it("says 100% only of the whole, and 0% only of nothing", () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: 1, max: 1e6 }), (part, whole) => {
        const words = percentWords(part, whole);
        return (words === "100%") === part >= whole && (words === "0%") === (part === 0);
      }),
    );
    expect(percentWords(9999, 10_000)).toBe("99%");
  });

  it("gives shares that add up to 100%, and says of none that it is nothing", () => {
    expect(sharesWords([1, 1, 1])).toEqual(["34%", "33%", "33%"]);
    expect(sharesWords([7036, 3, 0])).toEqual(["100%", "<1%", "0%"]);
    fc.assert(
      fc.property(fc.array(fc.nat(1e6), { minLength: 1 }), (parts) => {
        const words = sharesWords(parts);
        const sum = words.reduce((all, each) => all + (each === "<1%" ? 0 : Number.parseInt(each, 10)), 0);
        return (
          sum === (parts.some((part) => part > 0) ? 100 : 0) &&
          words.every((each, at) => (each === "0%") === (parts[at] === 0))
        );
      }),
    );
  });

  it("writes bytes, and plurals", () => {
    expect([0, 512, 4_210_000, 3.2e9].map(bytesWords)).toEqual(["0 bytes", "512 bytes", "4.21 MB", "3.20 GB"]);
    expect([manyWords(1, "record"), manyWords(1204, "record")]).toEqual(["1 record", "1,204 records"]);
  });
});
