import fc from "fast-check";
import { expect, test } from "vitest";
import { compareBytes } from "./byte-order";

const wellFormed = fc.string({ unit: "binary" });

test("orders any two strings as their UTF-8 bytes are ordered", () => {
  fc.assert(
    fc.property(wellFormed, wellFormed, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 2000 },
  );
});

test("puts a code point above U+FFFF behind one below, where UTF-16 order doesn't", () => {
  expect("\u{1F600}" < "\uFF5E").toBe(true);
  expect(compareBytes("\u{1F600}", "\uFF5E")).toBeGreaterThan(0);
});
