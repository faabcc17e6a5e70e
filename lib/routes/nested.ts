import type { RouteDefinition } from "@/lib/shapes/routes/route";
import type { Metadata, MetadataValue } from "@/lib/stores/contract";

export type NestedRule = Exclude<RouteDefinition["nested"], "problem">;
type Flat = { metadata: Metadata } | { wrong: string };

const isFlat = (value: MetadataValue): boolean =>
  typeof value !== "object" || (Array.isArray(value) && value.every((item) => typeof item === "string"));

/**
 * Metadata as a store with flat metadata takes it: what it can't hold becomes JSON text, or the keys below an object become keys of
 * their own (`meta.page`; lists that hold more than strings become JSON text). A key without a value is left out, as such stores do.
 * Two values never become one: keys that would meet are told.
 */
export function flatMetadata(metadata: Metadata, rule: NestedRule): Flat {
  const flat = new Map<string, MetadataValue>();
  for (const [key, value] of entriesOf(metadata, rule, "")) {
    if (flat.has(key))
      return { wrong: `its metadata has two values under ${JSON.stringify(key)} once it is flattened` };
    flat.set(key, value);
  }
  return { metadata: Object.fromEntries(flat) };
}

function* entriesOf(metadata: Metadata, rule: NestedRule, above: string): Generator<[string, MetadataValue]> {
  for (const [name, value] of Object.entries(metadata)) {
    const key = above === "" ? name : `${above}.${name}`;
    if (value === null) continue;
    if (isFlat(value)) yield [key, value];
    else if (rule === "as-json-text" || Array.isArray(value) || typeof value !== "object")
      yield [key, JSON.stringify(value)];
    else yield* entriesOf(value, rule, key);
  }
}
