import type { Property, RootMapping } from "./mapping-wire";

/** `a*b` as the server reads it: a star stands for any characters, dots included. */
export function simplePattern(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

/** A path and all that it lies below: `a.b.c`, `a.b`, `a`. */
function pathsAbove(path: string): string[] {
  const steps = path.split(".");
  return steps.map((_, at) => steps.slice(0, at + 1).join("."));
}

/** Types whose values are in no columns. */
const columnless = new Set(["text", "match_only_text", "annotated_text", "binary"]);

/** Whether searches, counts or stored fields know a value of this field: else there is nothing to lose. */
function holdsValues({ type = "object", index, doc_values, store, enabled }: Property): boolean {
  if (type === "alias" || type === "constant_keyword" || enabled === false) return false;
  return index !== false || store === true || (doc_values !== false && !columnless.has(type));
}

function* leaves(properties: Record<string, Property>, above = ""): Generator<{ path: string; found: Property }> {
  for (const [name, found] of Object.entries(properties)) {
    const path = above === "" ? name : `${above}.${name}`;
    if (found.properties) {
      if (found.enabled !== false) yield* leaves(found.properties, path);
    } else if (found.type !== undefined && found.type !== "object" && found.type !== "nested") yield { path, found };
  }
}

/** Whether documents keep what stands under a path, by what the mapping includes and excludes. */
function keeper({ includes = [], excludes = [] }: NonNullable<RootMapping["_source"]>): (path: string) => boolean {
  const [kept, left] = [includes.map(simplePattern), excludes.map(simplePattern)];
  const hits = (patterns: readonly RegExp[], path: string) =>
    pathsAbove(path).some((one) => patterns.some((pattern) => pattern.test(one)));
  return (path) =>
    (kept.length === 0 || hits(kept, path)) &&
    !hits(left, path) &&
    // A part of what is one field to the mapping: `labels.secret` of a flattened `labels`.
    !excludes.some((pattern) => pattern.startsWith(`${path}.`));
}

/**
 * Fields that searches know and documents don't keep, because the mapping leaves them out of `_source`: an update in part indexes the
 * document from `_source` again, so their values would be lost.
 * @param field the one to be set: it is lost by the next update, whoever makes it
 * @param vectorsComeBack the server puts vectors that it left out back by itself
 */
export function fieldsOutsideSource(root: RootMapping, field: string, vectorsComeBack: boolean): string[] {
  const { _source: source, properties = {} } = root;
  if (!source || ((source.includes ?? []).length === 0 && (source.excludes ?? []).length === 0)) return [];
  const keeps = keeper(source);
  const outside = [...leaves(properties)].flatMap(({ path, found }) =>
    holdsValues(found) && !keeps(path) && !(vectorsComeBack && found.type === "dense_vector") ? [path] : [],
  );
  return [...new Set([...outside, ...(keeps(field) ? [] : [field])])].sort();
}
