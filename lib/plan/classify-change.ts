import type { Reason } from "@/lib/shapes/reason";
import type { Metadata, RecordHead, StoreLimits } from "@/lib/stores/contract";
import { compareMetadata, type Difference } from "./differences";
import { holdsOwn, type MarkRules, markDifference, modelMark, withMark } from "./model-mark";
import { targetMetadata } from "./target-metadata";
import { textOf } from "./text";

export type ChangeRules = MarkRules & {
  textKey: string;
  targetOwnedKeys: readonly string[];
  clearanceLevel: number;
  updatePolicy: "when-text-changed" | "always";
};
/** What the target can take; `sparse` as its index says. */
export type Capacity = { limits: Pick<StoreLimits, "metadataBytes" | "idLength">; sparse: boolean };

/** `text` is what is to be embedded; `null` where the target's vector stays. `metadata` is what would be written. */
export type Classified =
  | { kind: "unchanged" }
  | { kind: "problem"; reason: Reason; detail: string; differences: Difference[] }
  | { kind: "create"; text: string; metadata: Metadata; metadataBytes: number }
  | {
      kind: "update";
      text: string | null;
      /** It needs another vector: its text was edited, or another model made the one that it has. */
      textChanged: boolean;
      differences: Difference[];
      metadata: Metadata;
      metadataBytes: number;
    };

/**
 * What becomes of a record of the source, decided in this order: equal metadata leaves it unchanged, whatever its text; the same text
 * (or none on both sides) keeps the target's vector, unless its mark names another model; whatever else needs an embedding must have a text; what is written must fit.
 * @param target the metadata of the target's record of that ID, `null` when there is none
 */
export function classifyChange(
  source: RecordHead,
  target: Metadata | null,
  rules: ChangeRules,
  capacity: Capacity,
): Classified {
  const differences = target === null ? [] : differencesOf(source.metadata, target, rules);
  const problem = (reason: Reason, detail: string): Classified => ({ kind: "problem", reason, detail, differences });
  if (holdsOwn(source.metadata, rules)) return problem("key-taken", taken(rules, "source"));
  if (target !== null && differences.length === 0) return { kind: "unchanged" };

  const text = textOf(source.metadata, rules.textKey);
  const textChanged =
    target === null || !sameText(source.metadata, target, rules.textKey) || markDifference(target, rules) !== null;
  const embeds = textChanged || (rules.updatePolicy === "always" && text.usable);
  if (embeds && !text.usable) return problem(text.reason, text.detail);

  const { limits } = capacity;
  if (source.id.length > limits.idLength)
    return problem(
      "rejected-by-target",
      `The ID has ${source.id.length} characters; the target takes ${limits.idLength}.`,
    );
  if (embeds && source.sparseValues && source.sparseValues.indices.length > 0 && !capacity.sparse)
    return problem("sparse-not-supported", "The record has sparse values, which the target index can't take.");
  if (embeds && holdsOwn(target, rules)) return problem("key-taken", taken(rules, "target"));
  const metadata = withMark(targetMetadata(source.metadata, target, rules), embeds ? modelMark(rules) : null);
  const metadataBytes = Buffer.byteLength(JSON.stringify(metadata));
  if (metadataBytes > limits.metadataBytes)
    return problem(
      "metadata-too-large",
      `The metadata would have ${metadataBytes} bytes; the target takes ${limits.metadataBytes}.`,
    );

  const embedded = embeds && text.usable ? text.text : null;
  if (target !== null) return { kind: "update", text: embedded, textChanged, differences, metadata, metadataBytes };
  return embedded === null
    ? problem("no-text", "There is no text to embed.")
    : { kind: "create", text: embedded, metadata, metadataBytes };
}

/** In what a record differs between both sides, the model that made its vector included where the target's mark names another. */
export function differencesOf(
  source: Metadata,
  target: Metadata,
  rules: MarkRules & Pick<ChangeRules, "targetOwnedKeys">,
): Difference[] {
  const model = markDifference(target, rules);
  return [...(model ? [model] : []), ...compareMetadata(source, target, rules.targetOwnedKeys)];
}

const taken = ({ modelKey }: MarkRules, side: string) =>
  `The ${side}'s record has a "${modelKey}" of its own, which PORTAGE_MODEL_KEY would overwrite. Choose another key.`;

/** Both the same text, or none on both sides that could be embedded. */
export function sameText(source: Metadata, target: Metadata, textKey: string): boolean {
  const [left, right] = [textOf(source, textKey), textOf(target, textKey)];
  if (!left.usable || !right.usable) return left.usable === right.usable;
  return left.text === right.text;
}
