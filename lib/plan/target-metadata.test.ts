import { expect, test } from "vitest";
import { sameMetadata, targetMetadata } from "./target-metadata";

const settings = { clearanceLevel: 1, targetOwnedKeys: ["clearance_level"] };

test("a new record gets the configured level as an integer and keeps all other metadata", () => {
  const source = { text: "hello", page: 3, tags: ["a", "b"], draft: false };
  expect(targetMetadata(source, null, settings)).toEqual({ ...source, clearance_level: 1 });
});

test("a new record gets the configured level whatever the source says", () => {
  expect(targetMetadata({ clearance_level: "secret" }, null, settings)).toEqual({ clearance_level: 1 });
});

test.each([1, 2, 3, "three"])("a level %s in the target stays as it is", (level) => {
  expect(targetMetadata({ text: "new" }, { text: "old", clearance_level: level }, settings)).toEqual({
    text: "new",
    clearance_level: level,
  });
});

test("a target record without a level gets the configured one", () => {
  expect(targetMetadata({ text: "new" }, { text: "old" }, settings)).toEqual({ text: "new", clearance_level: 1 });
});

test("keys that the target owns are the target's, present or absent", () => {
  const owned = { clearanceLevel: 1, targetOwnedKeys: ["clearance_level", "reviewed_by"] };
  expect(targetMetadata({ reviewed_by: "source" }, { clearance_level: 2 }, owned)).toEqual({ clearance_level: 2 });
});

test("equality ignores the order of keys and minds that of lists", () => {
  expect(sameMetadata({ a: 1, b: ["x", "y"] }, { b: ["x", "y"], a: 1 })).toBe(true);
  expect(sameMetadata({ b: ["x", "y"] }, { b: ["y", "x"] })).toBe(false);
  expect(sameMetadata({ a: "1" }, { a: 1 })).toBe(false);
  expect(sameMetadata({ a: 1 }, { a: 1, b: 1 })).toBe(false);
});

test("keys named like those of every object are compared as keys", () => {
  expect(sameMetadata({ toString: "a" }, { other: "a" })).toBe(false);
});
