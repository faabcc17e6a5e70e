import fc from "fast-check";
import { expect, test } from "vitest";
import { compareMetadata } from "./differences";
import { fingerprint, fingerprintLength, movedBetween } from "./fingerprint";
import { anyMetadata, throughJson } from "./testing";

test("equal for equal metadata, in any order of keys and after a journey through JSON; different otherwise", () => {
  fc.assert(
    fc.property(anyMetadata, anyMetadata, (a, b) => {
      const reversed = Object.fromEntries(Object.entries(throughJson(a)).reverse());
      expect(fingerprint(reversed, "text")).toBe(fingerprint(a, "text"));
      expect(fingerprint(a, "text")).toHaveLength(fingerprintLength);
      expect(fingerprint(a, "text") === fingerprint(b, "text")).toBe(compareMetadata(a, b, []).length === 0);
    }),
  );
});

test("tells an edited text from other edits, and ignored keys from both", () => {
  const before = fingerprint({ text: "a", page: 1, clearance_level: 1 }, "text", ["clearance_level"]);
  const now = (metadata: Record<string, string | number>) => fingerprint(metadata, "text", ["clearance_level"]);
  expect(movedBetween(before, now({ text: "b", page: 1 }))).toBe("text");
  expect(movedBetween(before, now({ text: "a", page: 2 }))).toBe("metadata");
  expect(movedBetween(before, now({ page: 1, text: "a", clearance_level: 3 }))).toBe("nothing");
});
