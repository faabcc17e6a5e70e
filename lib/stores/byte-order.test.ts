import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareBytes, findDisorder, sortedByBytes } from "./byte-order";

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: fc.constantFrom("a", "z", "é", "\uffff", "\ue000", "\ud83d", "\ude00", "😀", "日"), maxLength: 6 }),
);

describe("compareBytes", () => {
  it("orders like Buffer.compare of the UTF-8 bytes, lone surrogates included", () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 2000 },
    );
  });

  it("differs from UTF-16 order where surrogates meet the private use area", () => {
    expect("😀" < "\uffff").toBe(true);
    expect(compareBytes("😀", "\uffff")).toBeGreaterThan(0);
  });
});

describe("sortedByBytes", () => {
  it("sorts like Buffer.compare of the UTF-8 bytes, with surrogates and without", () => {
    const plain = fc.string({ unit: fc.constantFrom("a", "z", "é", "\uffff", "\ue000"), maxLength: 6 });
    fc.assert(
      fc.property(fc.oneof(fc.array(anyText), fc.array(plain)), (texts) => {
        const bytes = texts.map((text) => Buffer.from(text)).sort(Buffer.compare);
        expect(sortedByBytes([...texts]).map((text) => Buffer.from(text))).toEqual(bytes);
      }),
    );
  });
});

describe("findDisorder", () => {
  it("accepts ascending IDs and names the first pair that isn't", () => {
    expect(findDisorder(["A", "B", "a", "é"])).toBeNull();
    expect(findDisorder(["a", "B"])).toEqual({ before: "a", id: "B" });
    expect(findDisorder(["a", "a"])).toEqual({ before: "a", id: "a" });
  });

  it("looks across pages", () => {
    expect(findDisorder(["b"], "a")).toBeNull();
    expect(findDisorder(["b"], "b")).toEqual({ before: "b", id: "b" });
    expect(findDisorder([], "b")).toBeNull();
  });
});
