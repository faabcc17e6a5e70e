import type { NamespaceRule } from "@/lib/shapes/route";
import type { RunSettings } from "@/lib/shapes/run";

type Renaming = RunSettings["namespaces"];

/** A route's rule as settings keep it. */
export const renamingOf = (rule: NamespaceRule): Renaming => ("keep" in rule ? undefined : rule);

/** Under which name a namespace of the source is written. One that no pair names keeps its own. */
export function writtenAs(namespace: string, rule: Renaming): string {
  if (rule === undefined) return namespace;
  if ("into" in rule) return rule.into;
  return Object.hasOwn(rule.pairs, namespace) ? (rule.pairs[namespace] ?? namespace) : namespace;
}

/** Namespaces of the source that would be written into one and the same, with its name; `null` where none meet. */
export function meeting(namespaces: readonly string[], rule: Renaming): { into: string; names: string[] } | null {
  const byName = new Map<string, string[]>();
  for (const name of namespaces) {
    const into = writtenAs(name, rule);
    byName.set(into, [...(byName.get(into) ?? []), name]);
  }
  for (const [into, names] of byName) if (names.length > 1) return { into, names };
  return null;
}
