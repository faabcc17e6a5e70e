import { expect, it } from "vitest";
import { binned, escaped, histogram } from "./plots";

it("counts every value in one bar, those at and beyond the ends too", () => {
  const bins = binned([-1, 0, 0.05, 0.5, 1, 2], 0, 1, 10);
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  expect([bins[0]?.count, bins[5]?.count, bins[9]?.count]).toEqual([3, 1, 2]);
});

it("lets no text of a record become HTML", () => {
  expect(escaped(`<img src=x onerror="alert('1')">&`)).toBe(
    "&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;&#38;",
  );
  expect(histogram("<b>", [{ name: "a", values: [1], colour: "red" }], String)).not.toContain("<b>");
  expect(histogram("none", [], String)).toBe("");
});
