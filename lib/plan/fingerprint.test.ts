import fc from "fast-check";
import { expect, test } from "vitest";
import type { Metadata } from "@/lib/stores/contract";
import { compareMetadata } from "./differences";
import { fingerprint, fingerprintLength, movedBetween } from "./fingerprint";
import { anyMetadata, throughJson } from "./testing";

const print = (metadata: Metadata, ignored: string[] = []) =>
  fingerprint({ id: "a", metadata }, { textKey: "text" }, ignored);

test("equal for equal metadata, in any order of keys and after a journey through JSON; different otherwise", () => {
  fc.assert(
    fc.property(anyMetadata, anyMetadata, (a, b) => {
      const reversed = Object.fromEntries(Object.entries(throughJson(a)).reverse());
      expect(print(reversed)).toBe(print(a));
      expect(print(a)).toHaveLength(fingerprintLength);
      expect(print(a) === print(b)).toBe(compareMetadata(a, b, []).length === 0);
    }),
  );
});

test("tells an edited text from other edits, and ignored keys from both", () => {
  const before = print({ text: "a", page: 1, clearance_level: 1 }, ["clearance_level"]);
  const now = (metadata: Record<string, string | number>) => print(metadata, ["clearance_level"]);
  expect(movedBetween(before, now({ text: "b", page: 1 }))).toBe("text");
  expect(movedBetween(before, now({ text: "a", page: 2 }))).toBe("metadata");
  expect(movedBetween(before, now({ page: 1, text: "a", clearance_level: 3 }))).toBe("nothing");
});

test("tells a copied vector that was edited, whatever its metadata says", () => {
  const print = (values: number[], page = 1) =>
    fingerprint({ id: "a", metadata: { text: "a", page }, values }, { textKey: "text", vectors: "source" });
  expect(movedBetween(print([1, 0.1]), print([1, Math.fround(0.1)]))).toBe("nothing");
  expect(movedBetween(print([1, 2]), print([1, 3]))).toBe("text");
  expect(movedBetween(print([1, 2]), print([1, 2], 2))).toBe("metadata");
});
