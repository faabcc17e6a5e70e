import { expect, test } from "vitest";
import { flatMetadata } from "./nested";

const nested = {
  text: "a",
  page: 1,
  none: null,
  tags: ["x"],
  numbers: [1, 2],
  meta: { deep: { a: 1 }, list: [{ b: 2 }] },
};

test("what a flat store can't hold becomes JSON text, or keys of its own", () => {
  expect(flatMetadata(nested, "as-json-text")).toEqual({
    metadata: { text: "a", page: 1, tags: ["x"], numbers: "[1,2]", meta: '{"deep":{"a":1},"list":[{"b":2}]}' },
  });
  expect(flatMetadata(nested, "flatten")).toEqual({
    metadata: { text: "a", page: 1, tags: ["x"], numbers: "[1,2]", "meta.deep.a": 1, "meta.list": '[{"b":2}]' },
  });
});

test("two values never become one", () => {
  expect(flatMetadata({ "a.b": 1, a: { b: 2 } }, "flatten")).toMatchObject({ wrong: expect.stringContaining('"a.b"') });
  expect(flatMetadata({ "a.b": 1, a: { b: 2 } }, "as-json-text")).toMatchObject({ metadata: { "a.b": 1 } });
});

test("a key that JavaScript would take for the prototype is a key like any other", () => {
  const flat = flatMetadata(JSON.parse('{"__proto__":{"x":1},"a":"b"}'), "flatten");
  expect("metadata" in flat && Object.entries(flat.metadata)).toEqual([
    ["__proto__.x", 1],
    ["a", "b"],
  ]);
});
