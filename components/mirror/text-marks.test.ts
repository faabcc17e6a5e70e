import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareEnds, compareItems, compareWords, differByComposition, foldAlike, glyphsOf } from "./text-marks";

const join = (pieces: readonly { text: string }[]) => pieces.map(({ text }) => text).join("");

describe("texts side by side", () => {
  it("mark the words that stand on one side only", () => {
    const { source, target } = compareWords("the new title", "the old title");
    expect(source.filter((piece) => piece.only).map((piece) => piece.text)).toEqual(["new"]);
    expect(target.filter((piece) => piece.only).map((piece) => piece.text)).toEqual(["old"]);
  });

  it("show both texts whole, whatever they hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        for (const compare of [compareWords, compareEnds]) {
          const { source, target } = compare(a, b);
          expect([join(source), join(target)]).toEqual([a, b]);
        }
      }),
    );
  });

  it("answer in time for long texts that have nothing in common", () => {
    const words = (seed: number) =>
      Array.from({ length: 8000 }, (_, at) => ((at * seed) % 7919).toString(36)).join(" ");
    const started = performance.now();
    const { source } = compareWords(words(31), words(37));
    expect(join(source)).toBe(words(31));
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("show what differs even where it stands behind forty thousand characters that don't", () => {
    const alike = "Lorem ipsum dolor. ".repeat(2200);
    const folded = foldAlike(compareWords(`${alike}new end`, `${alike}old end`).source);
    const shown = folded.map((piece) => ("omitted" in piece ? piece.omitted : piece.text.length));
    expect(shown.reduce((sum, length) => sum + length, 0)).toBe(alike.length + "new end".length);
    expect(folded.some((piece) => "text" in piece && piece.only && piece.text.includes("new"))).toBe(true);
    expect(folded.every((piece) => "omitted" in piece || piece.text.length < 300)).toBe(true);
  });

  it("compare lists in order", () => {
    const { source, target } = compareItems(["a", "b", "c"], ["a", "c"]);
    expect(source).toEqual([
      { text: "a", only: false },
      { text: "b", only: true },
      { text: "c", only: false },
    ]);
    expect(target.every((piece) => !piece.only)).toBe(true);
  });
});

describe("what the eye can't see", () => {
  it("is named by its code point", () => {
    expect(glyphsOf("a\u200bb\u202ec")).toEqual([
      { text: "a", shown: "plain" },
      { text: "", shown: "code", code: "U+200B" },
      { text: "b", shown: "plain" },
      { text: "", shown: "code", code: "U+202E" },
      { text: "c", shown: "plain" },
    ]);
  });

  it("leaves newlines, letters of every script and joined emoji as they are", () => {
    for (const text of ["line\nline", "नमस्ते", "e\u0301", "👩‍👩‍👧", ""])
      expect(glyphsOf(text).every((glyph) => glyph.shown === "plain")).toBe(true);
  });

  it("tells composed from decomposed letters where that is the difference", () => {
    expect(differByComposition("caf\u00e9", "cafe\u0301")).toBe(true);
    expect(differByComposition("cafe", "caf\u00e9")).toBe(false);
    expect(glyphsOf("caf\u00e9", true).at(-1)).toMatchObject({ code: "U+00E9" });
    expect(glyphsOf("cafe\u0301", true).at(-1)).toMatchObject({ code: "U+0065 U+0301" });
  });
});
