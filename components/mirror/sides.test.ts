import { describe, expect, it } from "vitest";
import { documentRows, sideRows } from "./sides";

const change = { id: "a", namespace: "n", excluded: false } as const;

describe("the two sides of a record", () => {
  it("begin with what was reviewed, then the target's own keys, then what is unchanged", () => {
    const rows = sideRows({
      change: {
        ...change,
        kind: "update",
        differences: [
          { sign: "~", key: "title", source: "new", target: "old" },
          { sign: "-", key: "draft", target: true },
        ],
      },
      source: { page: 1, title: "new" },
      target: { page: 1, title: "old", draft: true, clearance_level: 3 },
      written: { page: 1, title: "new", clearance_level: 3 },
      drift: null,
    });
    expect(rows.map(({ sign, key, before, after }) => [sign, key, before, after])).toEqual([
      ["~", "title", "old", "new"],
      ["-", "draft", true, undefined],
      ["kept", "clearance_level", 3, 3],
      ["=", "page", 1, 1],
    ]);
  });

  it("of a create have nothing before, and after it what will be written and what Portage adds", () => {
    const rows = sideRows({
      change: { ...change, kind: "create" },
      source: { text: "t", tags: ["a", "b"] },
      target: null,
      written: { text: "t", tags: ["a", "b"], clearance_level: 1 },
      drift: null,
    });
    expect(rows).toEqual([
      { key: "text", sign: "+", before: undefined, after: "t" },
      { key: "tags", sign: "+", before: undefined, after: ["a", "b"] },
      { key: "clearance_level", sign: "set", before: undefined, after: 1 },
    ]);
  });

  it("of a record that only the target has are the same, and kept", () => {
    const rows = sideRows({
      change: { ...change, kind: "orphan" },
      source: null,
      target: { text: "t", level: 3 },
      written: null,
      drift: null,
    });
    expect(rows).toEqual([
      { key: "text", sign: "kept", before: "t", after: "t" },
      { key: "level", sign: "kept", before: 3, after: 3 },
    ]);
  });

  it("of a record that can't be migrated show the source that is the reason", () => {
    const rows = sideRows({
      change: { ...change, kind: "problem", reason: "text-not-a-string" },
      source: { text: 7, page: 1 },
      target: { text: "t", page: 1 },
      written: null,
      drift: null,
    });
    expect(rows).toEqual([
      { key: "text", sign: "source", before: "t", after: 7 },
      { key: "page", sign: "=", before: 1, after: 1 },
    ]);
  });

  it("never take an inherited name for a key", () => {
    const rows = sideRows({
      change: { ...change, kind: "update", differences: [{ sign: "+", key: "constructor", source: "x" }] },
      source: { constructor: "x" },
      target: {},
      written: null,
      drift: null,
    });
    expect(rows).toEqual([{ key: "constructor", sign: "+", before: undefined, after: "x" }]);
  });
});

describe("a document before and after", () => {
  it("shows what it has and gets, and that all else stays", () => {
    const detail = {
      change: {
        ...change,
        kind: "update",
        differences: [{ sign: "~", key: "level", source: 1, target: 3 }],
      },
      source: null,
      target: { title: "t", level: 3 },
      written: { title: "t", level: 1 },
      drift: null,
    } as const;
    expect(
      documentRows({ ...detail, change: { ...detail.change, differences: [...detail.change.differences] } }),
    ).toEqual([
      { key: "level", sign: "~", before: 3, after: 1 },
      { key: "title", sign: "=", before: "t", after: "t" },
    ]);
  });
});
