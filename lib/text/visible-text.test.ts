import fc from "fast-check";
import { expect, it } from "vitest";
import { visible, visibleJson, visibleLines } from "./visible-text";

it("shows what hides, and leaves the rest alone", () => {
  expect(visible("a\u001b[2Jb\u202ec\u200bd\u0000e\u2028f")).toBe("a\\u001b[2Jb\\u202ec\\u200bd\\u0000e\\u2028f");
  expect(visible("日本 é 😀 עברית")).toBe("日本 é 😀 עברית");
  expect(visible("\u{e0041}")).toBe("\\u{e0041}");
  expect(visibleLines("one\n\ttwo\rthree\u009b31m")).toBe("one\n\ttwo\\u000dthree\\u009b31m");
});

it("keeps JSON's value, whatever it holds", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "\u202e", "\u{e0041}", "\u200d", "\u0007", '"', "\\", "\n", "😀"),
  });
  fc.assert(
    fc.property(text, (value) => {
      const json = visibleJson(JSON.stringify({ value }, null, 2));
      expect(JSON.parse(json)).toEqual({ value });
      expect(json).not.toMatch(/\p{Cf}/u);
    }),
  );
});
