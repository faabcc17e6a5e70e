import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Held, Scalar } from "../contract";
import { checkPass, type Pass } from "./convergence";
import { decide, writes } from "./decide";
import { type ClearanceRequest, clearanceRequestSchema, selectionsOf } from "./request";
import { otherValuesInWords, summarise, toPlanCounts } from "./summary";

const request = (more: object = {}): ClearanceRequest => clearanceRequestSchema.parse({ value: 1, ...more });
const every = (overwrite: boolean) => request({ documents: "every", overwrite });
const value = (held: Scalar): Held => ({ state: "value", value: held });

describe("a request", () => {
  it("is an integer under clearance_level of documents without one, unless it says more", () => {
    expect(request()).toEqual({
      field: "clearance_level",
      kind: "integer",
      value: 1,
      namespaceField: "namespace",
      namespaces: "all",
      documents: "missing",
      overwrite: false,
      unindexed: false,
    });
  });

  it.each([
    { value: 1.5 },
    { value: 2 ** 31 },
    { value: -(2 ** 31) - 1 },
    { value: "1" },
    { value: Number.NaN },
    { value: 2 ** 53, kind: "long" },
    { value: "", kind: "keyword" },
    { value: 1, kind: "boolean" },
    { value: true, kind: "double" },
    { value: 1, field: "_id" },
    { value: 1, field: "a..b" },
    { value: 1, field: "a*" },
    { value: 1, field: "" },
    { value: 1, namespaces: [] },
    { value: 1, overwrite: true },
  ])("refuses %j", (given) => {
    expect(clearanceRequestSchema.safeParse(given).success).toBe(false);
  });

  it.each([
    { value: -(2 ** 31) },
    { value: 2 ** 31 - 1 },
    { value: 0.5, kind: "double" },
    { value: "secret", kind: "keyword", field: "access.class" },
    { value: false, kind: "boolean" },
  ])("takes %j", (given) => {
    expect(clearanceRequestSchema.safeParse(given).success).toBe(true);
  });

  it("works on documents without a value, and on all that lack the right one only when it may overwrite", () => {
    expect(selectionsOf(request({ namespaces: ["a"] })).work).toEqual({
      field: "clearance_level",
      namespaceField: "namespace",
      namespaces: ["a"],
      where: "missing",
    });
    expect(selectionsOf(every(false)).work.where).toBe("missing");
    expect(selectionsOf(every(true)).work.where).toEqual({ lacks: 1 });
  });
});

describe("deciding on a document", () => {
  it("sets what is absent, whatever is wanted", () => {
    for (const one of [request(), every(false), every(true)])
      expect(decide(one, { state: "absent" }, false)).toBe("set");
  });

  it("leaves the right value, a number in quotes included, and writes it again where searches didn't find it", () => {
    expect(decide(request(), value(1), true)).toBe("right");
    expect(decide(request(), value("1"), true)).toBe("right");
    expect(decide(request(), value(1), false)).toBe("rewrite");
  });

  it("keeps a value that somebody set, also one set meanwhile, unless overwriting was allowed", () => {
    expect(decide(request(), value(3), true)).toBe("kept");
    expect(decide(every(false), value(3), true)).toBe("kept");
    expect(decide(every(true), value(3), true)).toBe("overwrite");
  });

  it("tells a value that searches don't find from one that was set, and overwrites it where that was asked for", () => {
    for (const held of ["", "secret", 99_999_999_999]) {
      expect(decide(request(), value(held), false)).toBe("unindexed");
      expect(decide(every(false), value(held), false)).toBe("unindexed");
      expect(decide(request({ unindexed: true }), value(held), false)).toBe("overwrite");
      expect(decide(every(true), value(held), false)).toBe("overwrite");
      expect(decide(request({ unindexed: true }), value(held), true)).toBe("kept");
    }
  });

  it("never writes over lists and objects", () => {
    const held: Held = { state: "other", words: "it is a list" };
    for (const one of [request(), every(true)]) expect(writes[decide(one, held, true)]).toBe(false);
  });

  it("never changes another value without leave, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.string(), fc.boolean()), fc.boolean(), (held, found) => {
        const decision = decide(request(), value(held), found);
        expect(["right", "rewrite", "kept", "unindexed"]).toContain(decision);
        if (writes[decision] || decision === "right") expect(Number(held)).toBe(1);
      }),
    );
  });
});

describe("a summary", () => {
  const overview = {
    total: 100,
    with: 40,
    without: 60,
    values: [
      { value: 1, count: 30 },
      { value: 3, count: 8 },
      { value: 2, count: 2 },
    ],
    otherValues: 0,
  };

  it("spares other values, or names each of them loudly", () => {
    const spared = summarise(request(), overview, 30);
    expect(spared).toMatchObject({ set: 60, right: 30, overwritten: 0, kept: 10 });
    expect(otherValuesInWords(spared)).toBe("10 documents have another value and would be kept: 3 in 8, 2 in 2.");
    const over = summarise(every(true), overview, 30);
    expect(over).toMatchObject({ overwritten: 10, kept: 0 });
    expect(otherValuesInWords(over)).toBe("10 documents have another value and would be overwritten: 3 in 8, 2 in 2.");
    expect(otherValuesInWords(summarise(request(), { ...overview, with: 30, values: [] }, 30))).toBeNull();
  });

  it("adds up to the total", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), fc.boolean(), (without, right, other, overwrite) => {
        const all = { total: without + right + other, with: right + other, without, values: null, otherValues: 0 };
        const counts = toPlanCounts(summarise(every(overwrite), all, right));
        expect(counts.create + counts.update + counts.unchanged).toBe(counts.total);
      }),
    );
  });
});

describe("going on after a pass", () => {
  const pass = (more: Partial<Pass>): Pass => ({ set: 0, rewritten: 0, again: 0, left: 0, remaining: 0, ...more });

  it("ends when nothing is left, or only what has a finding", () => {
    expect(checkPass(pass({ set: 5 }), null)).toEqual({ state: "done" });
    expect(checkPass(pass({ left: 2, remaining: 2 }), pass({ set: 5, left: 2, remaining: 2 }))).toEqual({
      state: "done",
    });
  });

  it("goes on while documents are set, changed meanwhile, or came in", () => {
    expect(checkPass(pass({ set: 5, remaining: 2 }), null)).toEqual({ state: "again" });
    expect(checkPass(pass({ again: 1, remaining: 1 }), pass({ remaining: 1 }))).toEqual({ state: "again" });
    expect(checkPass(pass({ remaining: 3 }), pass({ set: 5, remaining: 0 }))).toEqual({ state: "again" });
  });

  it("writes again once what searches don't find, and stops when that doesn't help", () => {
    const first = pass({ set: 9, remaining: 9 });
    const second = pass({ rewritten: 9, remaining: 9 });
    expect(checkPass(first, null)).toEqual({ state: "again" });
    expect(checkPass(second, first)).toEqual({ state: "again" });
    expect(checkPass(second, second)).toMatchObject({ state: "stuck", words: expect.stringContaining("9 documents") });
    expect(checkPass(pass({ rewritten: 4, remaining: 4 }), second)).toEqual({ state: "again" });
  });

  it("comes to an end on an index that never finds what is written", () => {
    let before: Pass | null = null;
    const passes = [
      pass({ set: 7, remaining: 7 }),
      ...Array.from({ length: 5 }, () => pass({ rewritten: 7, remaining: 7 })),
    ];
    const verdicts = passes.map((one) => {
      const { state } = checkPass(one, before);
      before = one;
      return state;
    });
    expect(verdicts.indexOf("stuck")).toBe(2);
  });
});
