import type { NamespaceRule } from "@/lib/shapes/routes/route";
import type { RunSettings } from "@/lib/shapes/runs/run";

type Renaming = RunSettings["namespaces"];

/** A route's rule as settings keep it. */
export const renamingOf = (rule: NamespaceRule): Renaming => ("keep" in rule ? undefined : rule);

/** Under which name a namespace of the source is written. One that no pair names keeps its own. */
export function writtenAs(namespace: string, rule: Renaming): string {
  if (rule === undefined) return namespace;
  if ("into" in rule) return rule.into;
  return Object.hasOwn(rule.pairs, namespace) ? (rule.pairs[namespace] ?? namespace) : namespace;
}

/** Answers of namespaces of the target what the source calls them; `null`: the route writes nothing there. */
export function sourceNames(rule: Renaming): (written: string) => string | null {
  const first = new Map<string, string>();
  for (const [from, to] of rule !== undefined && "pairs" in rule ? Object.entries(rule.pairs) : []) {
    const known = first.get(to);
    if (known === undefined || from < known) first.set(to, from);
  }
  return (written) => {
    const name = first.get(written) ?? written;
    return writtenAs(name, rule) === written ? name : null;
  };
}

/** {@link sourceNames} of one. */
export const sourceNameOf = (written: string, rule: Renaming): string | null => sourceNames(rule)(written);

/** A namespace of either side: as it is shown, as the source calls it (`null`: nothing of the source is written there), as the target does. */
export type PairedNames = { name: string; sourceName: string | null; written: string };

/** Namespaces of the source and of the target, those paired that one is written to; what only the target has comes last. */
export function pairNames(source: Iterable<string>, target: Iterable<string>, rule: Renaming): PairedNames[] {
  const pairs = Array.from(source, (name): PairedNames => ({ name, sourceName: name, written: writtenAs(name, rule) }));
  const met = new Set(pairs.map(({ written }) => written));
  const sourceNameOf = sourceNames(rule);
  const left = [...target].filter((written) => !met.has(written));
  return pairs.concat(
    left.map((written) => {
      const sourceName = sourceNameOf(written);
      return { name: sourceName ?? written, sourceName, written };
    }),
  );
}

/** What an answer says of a namespace that is written under another name than it is shown by. */
export const renamedTo = ({ name, written }: Pick<PairedNames, "name" | "written">): { writtenAs?: string } =>
  written === name ? {} : { writtenAs: written };

/** {@link writtenAs} and {@link sourceNameOf} of a column, in SQL. `rule` holds a rule as {@link ruleValue} makes it. */
export const writtenAsSql = (column: string, rule: string): string =>
  `coalesce(${rule}::jsonb ->> 'into', ${rule}::jsonb -> 'pairs' ->> ${column}, ${column})`;
export const sourceNameSql = (column: string, rule: string): string =>
  `(SELECT n.name FROM (SELECT coalesce((SELECT min(p.key COLLATE "C") FROM jsonb_each_text(${rule}::jsonb -> 'pairs') p WHERE p.value = ${column}), ${column}) AS name) n
     WHERE ${writtenAsSql("n.name", rule)} = ${column})`;
export const ruleValue = (rule: Renaming): string => JSON.stringify(rule ?? {});

/** How many of these namespaces of the source are written into each of the target's. */
export function gathered(source: Iterable<string>, rule: Renaming): Map<string, number> {
  const counts = new Map<string, number>();
  if (rule === undefined) return counts;
  for (const name of source) counts.set(writtenAs(name, rule), (counts.get(writtenAs(name, rule)) ?? 0) + 1);
  return counts;
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
