import { describe, expect, it } from "vitest";
import { documentRows, sideRows } from "./sides";

const change = { id: "a", namespace: "n", excluded: false } as const;

describe("the two sides of a record", () => {
  it("begin with what was reviewed, then the target's own keys, then what is alike", () => {
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
    expect(rows.map(({ sign, key }) => `${sign} ${key}`)).toEqual([
      "~ title",
      "- draft",
      "kept clearance_level",
      "= page",
    ]);
  });

  it("of a create show what will be written and what Portage adds", () => {
    const rows = sideRows({
      change: { ...change, kind: "create" },
      source: { text: "t", tags: ["a", "b"] },
      target: null,
      written: { text: "t", tags: ["a", "b"], clearance_level: 1 },
      drift: null,
    });
    expect(rows).toEqual([
      { key: "clearance_level", sign: "set", source: undefined, target: 1 },
      { key: "text", sign: "=", source: "t", target: "t" },
      { key: "tags", sign: "=", source: ["a", "b"], target: ["a", "b"] },
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
    expect(rows).toEqual([{ key: "constructor", sign: "+", source: "x", target: undefined }]);
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
      { key: "level", sign: "~", source: 3, target: 1 },
      { key: "title", sign: "=", source: "t", target: "t" },
    ]);
  });
});
