import type { FieldRule } from "@/lib/shapes/routes/route";
import type { MetadataValue } from "@/lib/stores/contract";
import { type Condition, type MetadataFilter, meets } from "@/lib/stores/query/filter";

/**
 * A filter over the fields that a route writes, as one over those that its source has; `true` where every record meets it, `false` where none
 * does. A record that has both a key and the one that is renamed to it isn't written, so it doesn't matter which of them meets it.
 */
export function sourceFilter(filter: MetadataFilter, rules: readonly FieldRule[]): MetadataFilter | boolean {
  if ("all" in filter) return joined("all", filter.all, (part) => sourceFilter(part, rules));
  if ("any" in filter) return joined("any", filter.any, (part) => sourceFilter(part, rules));
  const origins = originsOf(filter.key, rules);
  if (origins.length === 0) return meets(filter, {});
  const absent = filter.is === "ne" || filter.is === "nin" || (filter.is === "exists" && !filter.value);
  return joined(absent ? "all" : "any", origins, (origin) => ofOrigin(filter, origin));
}

type Origin = { key: string } | { value: MetadataValue };

function ofOrigin(condition: Condition, origin: Origin): MetadataFilter | boolean {
  if ("key" in origin) return { ...condition, key: origin.key };
  return meets(condition, { [condition.key]: origin.value });
}

/** What a written key is made of. */
function originsOf(written: string, rules: readonly FieldRule[]): Origin[] {
  let origins: Origin[] = [{ key: written }];
  for (const rule of rules.toReversed()) {
    origins = origins.flatMap((origin): Origin[] => {
      if (!("key" in origin)) return [origin];
      const { key } = origin;
      if ("drop" in rule) return rule.drop === key ? [] : [origin];
      if ("set" in rule) return rule.set === key ? [{ value: rule.value }] : [origin];
      if (rule.to === rule.rename) return [origin];
      if (rule.to === key) return [{ key: rule.rename }, origin];
      return rule.rename === key ? [] : [origin];
    });
  }
  return origins;
}

function joined<T>(
  how: "all" | "any",
  parts: readonly T[],
  made: (part: T) => MetadataFilter | boolean,
): MetadataFilter | boolean {
  const read = parts.map(made);
  const decides = how === "any";
  if (read.includes(decides)) return decides;
  const left = read.filter((part): part is MetadataFilter => typeof part !== "boolean");
  const [only] = left;
  if (only === undefined) return !decides;
  if (left.length === 1) return only;
  return how === "all" ? { all: left } : { any: left };
}
