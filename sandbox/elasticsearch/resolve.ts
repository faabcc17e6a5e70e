import type { Definition } from "./definition";
import type { Library } from "./library";
import { indexClosed, noSuchIndex } from "./problems";
import { compileQuery, type Matches } from "./query";

export type Resolved = { definition: Definition; matches: Matches };

export const isPattern = (name: string) => name.includes("*") || name === "_all";

function toPattern(name: string): RegExp {
  const escaped = name.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${name === "_all" ? ".*" : escaped}$`);
}

/** Indexes that a name stands for, each with the filter of the alias it was named by, if any. */
function* byName(library: Library, name: string): Generator<{ definition: Definition; filter: unknown }> {
  const pattern = isPattern(name) ? toPattern(name) : null;
  for (const definition of library.definitions().values()) {
    if (pattern ? pattern.test(definition.name) : definition.name === name) yield { definition, filter: undefined };
    for (const [alias, { filter }] of Object.entries(definition.aliases)) {
      if (pattern ? pattern.test(alias) : alias === name) yield { definition, filter };
    }
  }
}

/**
 * The open indexes that an expression (`a,b*,alias`) names, in order of their names. A name that matches nothing, and a closed index
 * that is named and not only matched, are refused; `closed: true` lets closed ones through.
 */
export function resolve(library: Library, expression: string, options: { closed?: boolean } = {}): Resolved[] {
  const found = new Map<string, { definition: Definition; filters: unknown[] }>();
  for (const name of expression === "" ? ["*"] : expression.split(",")) {
    const matched = [...byName(library, name)];
    if (matched.length === 0 && !isPattern(name)) throw noSuchIndex(name);
    for (const { definition, filter } of matched) {
      if (definition.closed && !options.closed) {
        if (isPattern(name)) continue;
        throw indexClosed(definition.name);
      }
      const entry = found.get(definition.name) ?? { definition, filters: [] };
      entry.filters.push(filter);
      found.set(definition.name, entry);
    }
  }
  return [...found.values()]
    .sort((one, other) => (one.definition.name < other.definition.name ? -1 : 1))
    .map(({ definition, filters }) => ({ definition, matches: anyFilter(definition, filters) }));
}

function anyFilter(definition: Definition, filters: readonly unknown[]): Matches {
  if (filters.includes(undefined)) return () => true;
  const compiled = filters.map((filter) => compileQuery(filter, definition.mappings));
  return (document) => compiled.some((matches) => matches(document));
}
