import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Metadata, RecordHead } from "@/lib/stores/contract";
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
  embedder: { model: "a-model", dimension: 2 },
};
const capacity = { limits: { metadataBytes: 200, idLength: 20 }, sparse: false, metadata: "flat" } as const;
const classify = (source: Metadata, target: Metadata | null, other: Partial<ChangeRules> = {}) =>
  classifyChange(
    { id: "a", metadata: source },
    target && { id: "a", metadata: target },
    { ...rules, ...other },
    capacity,
  );
const kept = { vector: { from: "target" } };
const made = (text: string) => ({ vector: { from: "text", text } });

test("equal metadata is unchanged, whatever its text", () => {
  expect(classify({ page: 1 }, { page: 1, clearance_level: 3 })).toEqual({ kind: "unchanged" });
  const long = { text: "x".repeat(300) };
  expect(classify(long, long, { updatePolicy: "always" })).toEqual({ kind: "unchanged" });
});

test("the same text, or none on both sides, is an update of metadata alone", () => {
  expect(classify({ text: "a", page: 2 }, { text: "a", page: 1 })).toMatchObject({ kind: "update", ...kept });
  expect(classify({ page: 2 }, { page: 1 })).toMatchObject({ kind: "update", ...kept, textChanged: false });
  expect(classify({ text: " ", page: 2 }, { page: 1 })).toMatchObject({ kind: "update", ...kept });
});

test("the policy `always` embeds the same text again, and keeps the vector where there is none", () => {
  const always = { updatePolicy: "always" } as const;
  expect(classify({ text: "a", page: 2 }, { text: "a" }, always)).toMatchObject({ ...made("a"), textChanged: false });
  expect(classify({ page: 2 }, { page: 1 }, always)).toMatchObject({ kind: "update", ...kept });
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

test("an ID that the target doesn't take is a problem before anything is paid, and the limit on metadata holds beside it", () => {
  const ascii = { ...capacity, ids: "printable-ascii" } as const;
  const told = (id: string, metadata: Metadata = { text: "a" }) => classifyChange({ id, metadata }, null, rules, ascii);
  for (const id of ["größe", "a\0b", "日本"])
    expect(told(id)).toMatchObject({
      kind: "problem",
      reason: "rejected-by-target",
      detail: expect.stringContaining("--ids encode"),
    });
  expect(told("plain id#1\n")).toMatchObject({ kind: "create" });
  expect(told("a", { text: "x".repeat(300) })).toMatchObject({ reason: "metadata-too-large" });
  expect(classifyChange({ id: "größe", metadata: { text: "a" } }, null, rules, capacity)).toMatchObject({
    kind: "create",
  });
});

test("an index that says itself what it can't take is asked with the sparse values that would be written", () => {
  const refuses = ({ sparseValues }: RecordHead) => (sparseValues ? "It has no field for them." : null);
  const source = { id: "a", metadata: { text: "a", page: 2 }, sparseValues: { indices: [1], values: [1] } };
  const asked = (target: Metadata | null) =>
    classifyChange(source, target && { id: "a", metadata: target }, rules, { ...capacity, sparse: true, refuses });
  expect(asked(null)).toMatchObject({ kind: "problem", reason: "rejected-by-target", detail: refuses(source) });
  // Its vector is the target's, and so are the sparse values beside it.
  expect(asked({ text: "a", page: 1 })).toMatchObject({ kind: "update", ...kept });
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
        if (result.vector.from === "text")
          expect(textOf(source, rules)).toMatchObject({ usable: true, text: result.vector.text });
      }
      if (result.kind === "update" && result.vector.from === "target" && target !== null) {
        const [left, right] = [textOf(source, rules), textOf(target, rules)];
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
    expect(edited).toMatchObject({ kind: "update", ...made("b"), metadata: { made_by: mark } });
    const held = classify({ text: "a", page: 2 }, { text: "a", page: 1 }, marked);
    expect(held).toMatchObject({ kind: "update", ...kept, metadata: { text: "a", page: 2, clearance_level: 1 } });
    expect(held).not.toMatchObject({ metadata: { made_by: expect.anything() } });
  });

  test("it is no difference, there or not, unless it names another model: then the vector is made again", () => {
    expect(classify({ text: "a" }, { text: "a", made_by: mark }, marked)).toEqual({ kind: "unchanged" });
    expect(classify({ text: "a" }, { text: "a" }, marked)).toEqual({ kind: "unchanged" });
    expect(classify({ text: "a" }, { text: "a", made_by: "gemini-embedding-2/3072" }, marked)).toMatchObject({
      kind: "update",
      ...made("a"),
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
    const held = classify({ text: "a", page: 1 }, { text: "a", made_by: "Ann" }, marked);
    expect(held).toMatchObject({ kind: "update", ...kept, metadata: { made_by: "Ann" } });
    const copied = classify({ text: "a", made_by: "gemini-embedding-2/768" }, null, marked);
    expect(copied).toMatchObject({ kind: "create", metadata: { made_by: mark } });
  });
});

describe("where vectors are copied", () => {
  const seen = (metadata: Metadata, values: number[]) => ({ id: "a", metadata, values });
  const copy = (source: ReturnType<typeof seen>, target: ReturnType<typeof seen> | null) =>
    classifyChange(source, target, { ...rules, vectors: "source" }, capacity);

  test("no text is needed, and a changed vector under equal metadata is an update", () => {
    expect(copy(seen({ page: 1 }, [1, 2]), null)).toMatchObject({ kind: "create", vector: { from: "source" } });
    expect(copy(seen({ page: 1 }, [1, 0.1]), seen({ page: 1 }, [1, Math.fround(0.1)]))).toEqual({ kind: "unchanged" });
    expect(copy(seen({ page: 1 }, [1, 2]), seen({ page: 1 }, [1, 3]))).toMatchObject({
      kind: "update",
      textChanged: true,
      differences: [{ sign: "~", key: "vector", vector: true }],
    });
    const edited = copy(seen({ page: 2 }, [1, 2]), seen({ page: 1 }, [1, 2]));
    expect(edited).toMatchObject({ kind: "update", textChanged: false, differences: [{ key: "page" }] });
  });

  test("a vector that can't be searched with is a problem", () => {
    for (const values of [[], [1], [0, 0], [1, Number.NaN]])
      expect(copy(seen({}, values), null)).toMatchObject({ kind: "problem", reason: "vector-invalid" });
  });
});

test("metadata that a flat store can't hold is a problem there, and none where JSON is taken", () => {
  const nested: Metadata = { text: "a", meta: { page: 1 } };
  expect(classify(nested, null)).toMatchObject({ kind: "problem", reason: "metadata-nested" });
  expect(classify({ text: "a", pages: [1, 2] }, null)).toMatchObject({ kind: "problem", reason: "metadata-nested" });
  const into = { ...capacity, metadata: "json" } as const;
  expect(classifyChange({ id: "a", metadata: nested }, null, rules, into)).toMatchObject({ kind: "create" });
});

test("the text is the first of several keys that has one, or put together by a template", () => {
  const keys = { text: { keys: ["body", "summary"] } };
  expect(classify({ body: " ", summary: "s" }, null, keys)).toMatchObject(made("s"));
  expect(classify({ page: 1 }, null, keys)).toMatchObject({ kind: "problem", reason: "no-text" });
  const template = { text: { template: "{title}\n{text}" } };
  expect(classify({ title: "T", text: "x" }, null, template)).toMatchObject(made("T\nx"));
  expect(classify({ text: "x" }, null, template)).toMatchObject(made("x"));
  expect(classify({ page: 1 }, null, template)).toMatchObject({ kind: "problem", reason: "no-text" });
  const edited = classify({ title: "U", text: "x" }, { title: "T", text: "x" }, template);
  expect(edited).toMatchObject({ kind: "update", textChanged: true, ...made("U\nx") });
});
