import { ownValue } from "@/lib/plan/differences";
import type { IdRule } from "@/lib/shapes/routes/route";
import type { Metadata, MetadataValue } from "@/lib/stores/contract";
import { encodeId } from "./encode-id";

/** What an ID is made of. `encodes`: the target takes printable ASCII alone. */
export type IdMaking = { rule: IdRule; encodes: boolean };
export type MadeId = { id: string } | { wrong: string };

const slot = /\{([^{}]+)\}/g;

/** Whether the rule looks at more of a record than its ID. */
export const readsMetadata = (rule: IdRule): boolean => "template" in rule;

/**
 * The ID under which a record is written. In a template `{id}` and `{namespace}` are those of the source; every other name is a key of its
 * metadata, whose value must be a text, a number or a boolean.
 */
export function targetId(
  { rule, encodes }: IdMaking,
  { namespace, id, metadata }: { namespace: string; id: string; metadata: Metadata },
): MadeId {
  const asTaken = (made: string) => ({ id: encodes ? encodeId(made) : made });
  if ("keep" in rule) return { id };
  if ("encode" in rule) return asTaken(id);
  if ("prefix" in rule) return asTaken(rule.prefix + id);
  const missing = new Set<string>();
  const filled = rule.template.replace(slot, (_, name: string) => {
    const words = name === "id" ? id : name === "namespace" ? namespace : wordsOf(ownValue(metadata, name));
    if (words === null) missing.add(name);
    return words ?? "";
  });
  if (missing.size === 0) return filled === "" ? { wrong: "Its ID would be empty." } : asTaken(filled);
  const names = [...missing].map((name) => JSON.stringify(name)).join(", ");
  return { wrong: `Its ID can't be made: the metadata has no text or number under ${names}.` };
}

function wordsOf(value: MetadataValue | undefined): string | null {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" ? value : null;
}
