import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareEnds,
  compareItems,
  compareWords,
  differByComposition,
  foldAlike,
  foldItems,
  glyphsOf,
} from "./text-marks";

const join = (pieces: readonly { text: string }[]) => pieces.map(({ text }) => text).join("");

describe("texts side by side", () => {
  it("mark the words that stand on one side only", () => {
    const { before, after } = compareWords("the old title", "the new title");
    expect(after.filter((piece) => piece.only).map((piece) => piece.text)).toEqual(["new"]);
    expect(before.filter((piece) => piece.only).map((piece) => piece.text)).toEqual(["old"]);
  });

  it("show both texts whole, whatever they hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        for (const compare of [compareWords, compareEnds]) {
          const { before, after } = compare(a, b);
          expect([join(before), join(after)]).toEqual([a, b]);
        }
      }),
    );
  });

  it("answer in time for long texts that have nothing in common", () => {
    const words = (seed: number) =>
      Array.from({ length: 8000 }, (_, at) => ((at * seed) % 7919).toString(36)).join(" ");
    const started = performance.now();
    const { before } = compareWords(words(31), words(37));
    expect(join(before)).toBe(words(31));
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("show what differs even where it stands behind forty thousand characters that don't", () => {
    const alike = "Lorem ipsum dolor. ".repeat(2200);
    const folded = foldAlike(compareWords(`${alike}old end`, `${alike}new end`).after);
    const shown = folded.map((piece) => ("omitted" in piece ? piece.omitted : piece.text.length));
    expect(shown.reduce((sum, length) => sum + length, 0)).toBe(alike.length + "new end".length);
    expect(folded.some((piece) => "text" in piece && piece.only && piece.text.includes("new"))).toBe(true);
    expect(folded.every((piece) => "omitted" in piece || piece.text.length < 300)).toBe(true);
  });

  it("compare lists in order", () => {
    const { before, after } = compareItems(["a", "c"], ["a", "b", "c"]);
    expect(after).toEqual([
      { text: "a", only: false, at: 0 },
      { text: "b", only: true, at: 1 },
      { text: "c", only: false, at: 2 },
    ]);
    expect(before.every((piece) => !piece.only)).toBe(true);
  });

  it("show the one item of five hundred that differs, and how many don't", () => {
    const tags = Array.from({ length: 500 }, (_, at) => `tag-${at.toString()}`);
    const { before, after } = compareItems(tags, tags.toSpliced(250, 1));
    expect(foldItems(before).map((item) => ("omitted" in item ? item.omitted : item.text))).toEqual([
      248,
      "tag-248",
      "tag-249",
      "tag-250",
      "tag-251",
      "tag-252",
      247,
    ]);
    expect(foldItems(after)).toEqual([{ omitted: 499 }]);
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
