import { OperatorError } from "../operator-error";
import { keys } from "./keys/keys";
import type { Config } from "./shape";

/** What stands against one setting. `got` says what it is, or that it is set, where it may not be said. */
export function refuseSetting(key: string, got: string, expects: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "invalid-setting",
    what: `${key} is ${got}, which is not ${expects}.`,
    notLost: "Nothing was started and nothing was spent.",
    next: `Set ${key} in the environment or in .env to ${expects}, or leave it out.`,
  });
}

/** What stands against settings that don't go together. */
export function refuseTogether(what: string, next: string): OperatorError {
  const notLost = "Nothing was started and nothing was spent.";
  return new OperatorError({ kind: "usage", code: "invalid-setting", what, notLost, next });
}

/** What stands against one index as both sides. */
export function refuseOneIndex(index: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "source-is-target",
    what: `Source and target are the same index, ${index}.`,
    notLost: "Nothing was started and nothing was written.",
    next: "Set PINECONE_OLD_INDEX and PINECONE_NEW_INDEX to two different indexes.",
  });
}

/** The level, the text and what the target owns are written by somebody else, or mean something else. */
export function refuseTakenKey({ modelKey, textKey, targetOwnedKeys }: Config["policy"]): void {
  if (modelKey === null || !["clearance_level", textKey, ...targetOwnedKeys].includes(modelKey)) return;
  const free = "a metadata key that nothing else uses (not clearance_level, TEXT_KEY or one of TARGET_OWNED_KEYS)";
  throw refuseSetting(keys.PORTAGE_MODEL_KEY.name, JSON.stringify(modelKey), free);
}
