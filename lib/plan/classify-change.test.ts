import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Metadata } from "@/lib/stores/contract";
import { type ChangeRules, classifyChange } from "./classify-change";
import { compareMetadata } from "./differences";
import { targetMetadata } from "./target-metadata";
import { anyMetadata } from "./testing";
import { textOf } from "./text";

const rules: ChangeRules = {
  textKey: "text",
  targetOwnedKeys: ["clearance_level"],
  clearanceLevel: 1,
  updatePolicy: "when-text-changed",
};
const capacity = { limits: { metadataBytes: 200, idLength: 20 }, sparse: false };
const classify = (source: Metadata, target: Metadata | null, other: Partial<ChangeRules> = {}) =>
  classifyChange({ id: "a", metadata: source }, target, { ...rules, ...other }, capacity);

test("equal metadata is unchanged, whatever its text", () => {
  expect(classify({ page: 1 }, { page: 1, clearance_level: 3 })).toEqual({ kind: "unchanged" });
  const long = { text: "x".repeat(300) };
  expect(classify(long, long, { updatePolicy: "always" })).toEqual({ kind: "unchanged" });
});

test("the same text, or none on both sides, is an update of metadata alone", () => {
  expect(classify({ text: "a", page: 2 }, { text: "a", page: 1 })).toMatchObject({ kind: "update", text: null });
  expect(classify({ page: 2 }, { page: 1 })).toMatchObject({ kind: "update", text: null, textChanged: false });
  expect(classify({ text: " ", page: 2 }, { page: 1 })).toMatchObject({ kind: "update", text: null });
});

test("the policy `always` embeds the same text again, and keeps the vector where there is none", () => {
  const always = { updatePolicy: "always" } as const;
  expect(classify({ text: "a", page: 2 }, { text: "a" }, always)).toMatchObject({ text: "a", textChanged: false });
  expect(classify({ page: 2 }, { page: 1 }, always)).toMatchObject({ kind: "update", text: null });
});

test("what needs an embedding and has no text is a problem", () => {
  expect(classify({ page: 1 }, null)).toMatchObject({ kind: "problem", reason: "no-text" });
  expect(classify({ text: 7 }, null)).toMatchObject({ kind: "problem", reason: "text-not-a-string" });
  expect(classify({ text: "" }, { text: "a" })).toMatchObject({ kind: "problem", reason: "empty-text" });
});

test("metadata over the limit after merging is a problem, the target's own keys counted", () => {
  const source = { text: "a", note: "x".repeat(120) };
  expect(classify(source, { text: "b" })).toMatchObject({ kind: "update" });
  const owned = { targetOwnedKeys: ["clearance_level", "audit"] };
  const target = { text: "a", audit: "y".repeat(80) };
  expect(classify(source, target, owned)).toMatchObject({ kind: "problem", reason: "metadata-too-large" });
});

test("the rules hold in their order for any two records", () => {
  const policies = fc.constantFrom("when-text-changed" as const, "always" as const);
  fc.assert(
    fc.property(anyMetadata, fc.option(anyMetadata), policies, (source, target, updatePolicy) => {
      const result = classify(source, target, { updatePolicy });
      const differs = target === null || compareMetadata(source, target, rules.targetOwnedKeys).length > 0;
      expect(result.kind === "unchanged").toBe(!differs);
      if (result.kind === "create") expect(target).toBeNull();
      if (result.kind === "update" || result.kind === "create") {
        expect(result.metadata).toEqual(targetMetadata(source, target, rules));
        expect(result.metadataBytes).toBeLessThanOrEqual(capacity.limits.metadataBytes);
        if (result.text !== null) expect(textOf(source, "text")).toMatchObject({ usable: true, text: result.text });
      }
      if (result.kind === "update" && result.text === null && target !== null) {
        const [left, right] = [textOf(source, "text"), textOf(target, "text")];
        expect(left.usable && right.usable ? left.text === right.text : left.usable === right.usable).toBe(true);
      }
    }),
  );
});

describe("with a key for the model's name", () => {
  const marked = {
    modelKey: "made_by",
    embedder: { model: "gemini-embedding-001", dimension: 3072 },
    targetOwnedKeys: ["clearance_level", "made_by"],
  };
  const mark = "gemini-embedding-001/3072";

  test("what is embedded gets it, what keeps its vector keeps what the target has", () => {
    expect(classify({ text: "a" }, null, marked)).toMatchObject({ kind: "create", metadata: { made_by: mark } });
    const edited = classify({ text: "b" }, { text: "a" }, marked);
    expect(edited).toMatchObject({ kind: "update", text: "b", metadata: { made_by: mark } });
    const kept = classify({ text: "a", page: 2 }, { text: "a", page: 1 }, marked);
    expect(kept).toMatchObject({ kind: "update", text: null, metadata: { text: "a", page: 2, clearance_level: 1 } });
    expect(kept).not.toMatchObject({ metadata: { made_by: expect.anything() } });
  });

  test("it is no difference, there or not, unless it names another model: then the vector is made again", () => {
    expect(classify({ text: "a" }, { text: "a", made_by: mark }, marked)).toEqual({ kind: "unchanged" });
    expect(classify({ text: "a" }, { text: "a" }, marked)).toEqual({ kind: "unchanged" });
    expect(classify({ text: "a" }, { text: "a", made_by: "gemini-embedding-2/3072" }, marked)).toMatchObject({
      kind: "update",
      text: "a",
      textChanged: true,
      differences: [{ sign: "~", key: "made_by", source: mark, target: "gemini-embedding-2/3072", model: true }],
      metadata: { text: "a", made_by: mark },
    });
  });

  test("a key that a record has of its own is a problem, never overwritten; another Portage's mark is not its own", () => {
    const own = classify({ text: "a", made_by: "Ann" }, null, marked);
    expect(own).toMatchObject({
      kind: "problem",
      reason: "key-taken",
      detail: expect.stringContaining("PORTAGE_MODEL_KEY"),
    });
    expect(classify({ text: "a", made_by: "Ann" }, { text: "a" }, marked)).toMatchObject({ kind: "problem" });
    expect(classify({ text: "b" }, { text: "a", made_by: "Ann" }, marked)).toMatchObject({ reason: "key-taken" });
    const kept = classify({ text: "a", page: 1 }, { text: "a", made_by: "Ann" }, marked);
    expect(kept).toMatchObject({ kind: "update", text: null, metadata: { made_by: "Ann" } });
    const copied = classify({ text: "a", made_by: "gemini-embedding-2/768" }, null, marked);
    expect(copied).toMatchObject({ kind: "create", metadata: { made_by: mark } });
  });
});
