import fc from "fast-check";
import { expect, test } from "vitest";
import { compareMetadata } from "./differences";
import { sameMetadata, targetMetadata } from "./target-metadata";
import { anyMetadata, throughJson } from "./testing";

const owned = ["clearance_level"];

test("names what is only in the source, only in the target, and what differs, with both values, sorted by key", () => {
  const source = { b: 1, a: "x", same: ["p", "q"], list: ["p", "q"] };
  const target = { a: "y", same: ["p", "q"], list: ["q", "p"], z: true, clearance_level: 3 };
  expect(compareMetadata(source, target, owned)).toEqual([
    { sign: "~", key: "a", source: "x", target: "y" },
    { sign: "+", key: "b", source: 1 },
    { sign: "~", key: "list", source: ["p", "q"], target: ["q", "p"] },
    { sign: "-", key: "z", target: true },
  ]);
});

test("numbers are compared by value, strings exactly, types apart", () => {
  expect(compareMetadata({ a: 1 }, JSON.parse('{"a": 1.0}'), [])).toEqual([]);
  expect(compareMetadata({ a: 0 }, { a: -0 }, [])).toEqual([]);
  expect(compareMetadata({ a: 1 }, { a: "1" }, [])).toHaveLength(1);
  expect(compareMetadata({ a: "é" }, { a: "e\u0301" }, [])).toHaveLength(1);
  expect(compareMetadata({ a: true }, { a: "true" }, [])).toHaveLength(1);
  expect(compareMetadata({ a: "" }, {}, [])).toHaveLength(1);
});

test("no difference exactly when the metadata without the owned keys is equal", () => {
  fc.assert(
    fc.property(anyMetadata, anyMetadata, (source, target) => {
      const without = (metadata: typeof source) =>
        Object.fromEntries(Object.entries(metadata).filter(([key]) => !owned.includes(key)));
      expect(compareMetadata(source, target, owned).length === 0).toBe(sameMetadata(without(source), without(target)));
    }),
  );
});

test("the other way round, plus becomes minus and values change sides", () => {
  fc.assert(
    fc.property(anyMetadata, anyMetadata, (source, target) => {
      const mirrored = compareMetadata(target, source, owned).map(({ sign, key, ...values }) => ({
        sign: sign === "+" ? "-" : sign === "-" ? "+" : sign,
        key,
        ...("target" in values ? { source: values.target } : {}),
        ...("source" in values ? { target: values.source } : {}),
      }));
      expect(compareMetadata(source, target, owned)).toEqual(mirrored);
    }),
  );
});

test("what JSON can't tell apart is no difference", () => {
  fc.assert(fc.property(anyMetadata, (metadata) => compareMetadata(metadata, throughJson(metadata), []).length === 0));
});

test("what is written leaves nothing to be written, and the target's own keys as they were", () => {
  fc.assert(
    fc.property(anyMetadata, fc.option(anyMetadata), (source, target) => {
      const written = targetMetadata(source, target, { clearanceLevel: 1, targetOwnedKeys: owned });
      expect(compareMetadata(source, written, owned)).toEqual([]);
      const level = target && Object.hasOwn(target, "clearance_level") ? target.clearance_level : 1;
      expect(written.clearance_level).toEqual(level);
    }),
  );
});
