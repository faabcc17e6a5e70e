import { readMark } from "@/lib/shapes/plans/mark";
import type { Metadata } from "@/lib/stores/contract";
import { type Difference, ownValue } from "./differences";

/** The key that holds the model's name, where the operator chose one, and the model that a run makes vectors with. */
export type MarkRules = { modelKey?: string | undefined; embedder?: { model: string; dimension: number } | undefined };
export type Mark = { key: string; value: string };

/** What a record is given with a vector that a run makes: `gemini-embedding-001/3072` under the operator's key; `null` where none was chosen. */
export function modelMark({ modelKey, embedder }: MarkRules): Mark | null {
  if (modelKey === undefined || embedder === undefined) return null;
  return { key: modelKey, value: `${embedder.model}/${embedder.dimension}` };
}

/** Whether a record holds something of its own under the key, which marking it would overwrite or hide. */
export function holdsOwn(metadata: Metadata | null, rules: MarkRules): boolean {
  const value = metadata === null || rules.modelKey === undefined ? undefined : ownValue(metadata, rules.modelKey);
  return value !== undefined && readMark(value) === null;
}

/** That another model made the target's vector, told as a difference; `null` where the same one did, or it isn't known. */
export function markDifference(target: Metadata | null, rules: MarkRules): Difference | null {
  const mark = modelMark(rules);
  const value = target === null || mark === null ? undefined : ownValue(target, mark.key);
  if (mark === null || value === undefined || readMark(value) === null || value === mark.value) return null;
  return { sign: "~", key: mark.key, source: mark.value, target: value, model: true };
}

/** Metadata of a record that is written with a vector which the run made. */
export function withMark(metadata: Metadata, mark: Mark | null): Metadata {
  return mark === null ? metadata : { ...metadata, [mark.key]: mark.value };
}
