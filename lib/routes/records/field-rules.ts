import { ownValue } from "@/lib/plan/differences";
import type { FieldRule } from "@/lib/shapes/routes/route";
import type { Metadata, MetadataValue } from "@/lib/stores/contract";

/** Metadata after the rules, one after the other. A key that would come twice is told: neither value is chosen. */
export function applyFields(
  metadata: Metadata,
  rules: readonly FieldRule[],
): { metadata: Metadata } | { wrong: string } {
  if (rules.length === 0) return { metadata };
  const fields = new Map<string, MetadataValue>(
    Object.keys(metadata).map((key) => [key, ownValue(metadata, key) ?? null]),
  );
  for (const rule of rules) {
    if ("drop" in rule) fields.delete(rule.drop);
    else if ("set" in rule) fields.set(rule.set, rule.value);
    else {
      const value = fields.get(rule.rename);
      if (value === undefined) continue;
      if (rule.to !== rule.rename && fields.has(rule.to))
        return {
          wrong: `Its metadata has both ${JSON.stringify(rule.rename)} and ${JSON.stringify(rule.to)}: renamed, one would take the other's place.`,
        };
      fields.delete(rule.rename);
      fields.set(rule.to, value);
    }
  }
  return { metadata: Object.fromEntries(fields) };
}
