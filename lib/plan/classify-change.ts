import type { Reason } from "@/lib/shapes/runs/reason";
import type { KeptNumbers, Metadata, RecordHead, StoreCapabilities, StoreLimits } from "@/lib/stores/contract";
import { compareMetadata, type Difference, keptOf } from "./differences";
import { holdsOwn, type MarkRules, markDifference, modelMark, withMark } from "./model-mark";
import { type Seen, sameVectors, type VectorFrom, vectorFault } from "./seen";
import { targetMetadata } from "./target-metadata";
import { type TextRules, textOf } from "./text";

export type ChangeRules = MarkRules &
  TextRules & {
    /** Copied from the source; left out: made of the text. */
    vectors?: "source" | undefined;
    target?: { keeps?: KeptNumbers | undefined } | undefined;
    targetOwnedKeys: readonly string[];
    targetKeeps?: readonly string[] | undefined;
    clearanceLevel: number | null;
    updatePolicy: "when-text-changed" | "always";
    embedder: { model: string; dimension: number };
  };
/** What the target can take; `sparse` as its index says. */
export type Capacity = {
  limits: Pick<StoreLimits, "metadataBytes" | "idLength">;
  sparse: boolean;
  metadata: "flat" | "json";
  ids?: StoreCapabilities["ids"];
  /** Where the index itself says what it can't take: asked in place of the limit on metadata. Sparse values are those that would be written. */
  refuses?: ((head: RecordHead) => string | null) | undefined;
};

/** `metadata` is what would be written. */
type Written = { vector: VectorFrom; metadata: Metadata; metadataBytes: number };
export type Classified =
  | { kind: "unchanged" }
  | { kind: "problem"; reason: Reason; detail: string; differences: Difference[] }
  | ({ kind: "create" } & Written)
  | ({
      kind: "update";
      /** It needs another vector: its text (or the copied vector) was edited, or another model made the one that it has. */
      textChanged: boolean;
      differences: Difference[];
    } & Written);

type Problem = { reason: Reason; detail: string };

/**
 * What becomes of a record of the source, decided in this order: equal metadata (and vector, where that is copied) leaves it unchanged,
 * whatever its text; the same text (or none on both sides) keeps the target's vector, unless its mark names another model; whatever
 * else needs an embedding must have a text, and what is copied a vector that can be searched with; what is written must fit.
 * @param target the target's record of that ID, `null` when there is none
 */
export function classifyChange(source: Seen, target: Seen | null, rules: ChangeRules, capacity: Capacity): Classified {
  const differences = target === null ? [] : differencesOf(source, target, rules);
  const problem = ({ reason, detail }: Problem): Classified => ({ kind: "problem", reason, detail, differences });
  if (holdsOwn(source.metadata, rules)) return problem({ reason: "key-taken", detail: taken(rules, "source") });
  if (target !== null && differences.length === 0) return { kind: "unchanged" };

  const chosen = rules.vectors === "source" ? copied(source, target, rules) : embedded(source, target, rules);
  if ("reason" in chosen) return problem(chosen);
  const { vector, textChanged } = chosen;
  const made = vector.from !== "target";
  const { limits } = capacity;
  if (source.id.length > limits.idLength)
    return problem({
      reason: "rejected-by-target",
      detail: `The ID has ${source.id.length} characters; the target takes ${limits.idLength}.`,
    });
  if (capacity.ids === "printable-ascii" && !isAscii(source.id))
    return problem({
      reason: "rejected-by-target",
      detail:
        "The ID holds characters that the target doesn't take: it takes ASCII alone. A route can encode IDs (--ids encode).",
    });
  const sparse = made && source.sparseValues && source.sparseValues.indices.length > 0 ? source.sparseValues : null;
  if (sparse && !capacity.sparse)
    return problem({
      reason: "sparse-not-supported",
      detail: "The record has sparse values, which the target index can't take.",
    });
  if (made && holdsOwn(target?.metadata ?? null, rules))
    return problem({ reason: "key-taken", detail: taken(rules, "target") });
  const merged = targetMetadata(source.metadata, target?.metadata ?? null, rules);
  const metadata = withMark(merged, vector.from === "text" ? modelMark(rules) : null);
  const nested = capacity.metadata === "flat" ? nestedKey(metadata) : undefined;
  if (nested !== undefined)
    return problem({
      reason: "metadata-nested",
      detail: `"${nested}" is neither a string, a number, a boolean nor a list of strings, which is all that the target takes.`,
    });
  const metadataBytes = Buffer.byteLength(JSON.stringify(metadata));
  const refused = capacity.refuses?.({ id: source.id, metadata, ...(sparse && { sparseValues: sparse }) }) ?? null;
  if (refused !== null) return problem({ reason: "rejected-by-target", detail: refused });
  if (!capacity.refuses && metadataBytes > limits.metadataBytes)
    return problem({
      reason: "metadata-too-large",
      detail: `The metadata would have ${metadataBytes} bytes; the target takes ${limits.metadataBytes}.`,
    });
  if (target !== null) return { kind: "update", vector, textChanged, differences, metadata, metadataBytes };
  return { kind: "create", vector, metadata, metadataBytes };
}

/** Of ASCII every character is one byte; no store takes a NUL. */
const isAscii = (id: string) => Buffer.byteLength(id) === id.length && !id.includes("\0");

/** The first key whose value a store with flat metadata can't take. */
export function nestedKey(metadata: Metadata): string | undefined {
  return Object.keys(metadata).find((key) => {
    const value = metadata[key];
    if (typeof value !== "object") return false;
    return !Array.isArray(value) || value.some((item) => typeof item !== "string");
  });
}

type Chosen = { vector: VectorFrom; textChanged: boolean };

function copied(source: Seen, target: Seen | null, { embedder, target: end }: ChangeRules): Chosen | Problem {
  const fault = vectorFault(source.values ?? [], embedder.dimension);
  if (fault !== null) return { reason: "vector-invalid", detail: fault };
  return { vector: { from: "source" }, textChanged: target === null || !sameVectors(source, target, end?.keeps) };
}

function embedded(source: Seen, target: Seen | null, rules: ChangeRules): Chosen | Problem {
  const text = textOf(source.metadata, rules);
  const textChanged =
    target === null ||
    !sameText(source.metadata, target.metadata, rules) ||
    markDifference(target.metadata, rules) !== null;
  if (textChanged || (rules.updatePolicy === "always" && text.usable))
    return text.usable ? { vector: { from: "text", text: text.text }, textChanged } : text;
  return { vector: { from: "target" }, textChanged };
}

/** In what a record differs between both sides, the model that made its vector included where the target's mark names another. */
export function differencesOf(
  source: Seen,
  target: Seen,
  rules: MarkRules & Pick<ChangeRules, "target" | "targetOwnedKeys" | "targetKeeps" | "vectors">,
): Difference[] {
  const model = markDifference(target.metadata, rules);
  const copies = rules.vectors === "source" && !sameVectors(source, target, rules.target?.keeps);
  return [
    ...(copies ? [{ sign: "~", key: "vector", vector: true } satisfies Difference] : []),
    ...(model ? [model] : []),
    ...compareMetadata(keptOf(source.metadata, rules), keptOf(target.metadata, rules), rules.targetOwnedKeys),
  ];
}

const taken = ({ modelKey }: MarkRules, side: string) =>
  `The ${side}'s record has a "${modelKey}" of its own, which PORTAGE_MODEL_KEY would overwrite. Choose another key.`;

/** Both the same text, or none on both sides that could be embedded. */
export function sameText(source: Metadata, target: Metadata, rules: TextRules): boolean {
  const [left, right] = [textOf(source, rules), textOf(target, rules)];
  if (!left.usable || !right.usable) return left.usable === right.usable;
  return left.text === right.text;
}
