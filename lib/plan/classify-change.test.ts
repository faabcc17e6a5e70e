import fc from "fast-check";
import { expect, test } from "vitest";
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
