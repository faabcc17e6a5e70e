import type { estypes } from "@elastic/elasticsearch";
import type { Selection } from "../contract";

type Query = estypes.QueryDslQueryContainer;

/** Documents of these namespaces; `null` among them: those that have none. */
export function inNamespaces(field: string, namespaces: readonly (string | null)[]): Query {
  const named: Query = { terms: { [field]: namespaces.filter((name) => name !== null) } };
  if (!namespaces.includes(null)) return named;
  return { bool: { should: [named, { bool: { must_not: { exists: { field } } } }] } };
}

/** A selection in the query language. All of it filters: nothing is scored. */
export function queryOf({ field, namespaceField, namespaces, where }: Selection): Query {
  const filter: Query[] = [];
  const mustNot: Query[] = [];
  if (namespaces !== "all") filter.push(inNamespaces(namespaceField, namespaces));
  if (where === "missing") mustNot.push({ exists: { field } });
  if (where === "present") filter.push({ exists: { field } });
  if (typeof where === "object") {
    if ("is" in where) filter.push({ term: { [field]: { value: where.is } } });
    if ("isNot" in where) filter.push({ exists: { field } });
    if ("isNot" in where) mustNot.push({ term: { [field]: { value: where.isNot } } });
    if ("lacks" in where) mustNot.push({ term: { [field]: { value: where.lacks } } });
  }
  if (filter.length === 0 && mustNot.length === 0) return { match_all: {} };
  return { bool: { ...(filter.length > 0 && { filter }), ...(mustNot.length > 0 && { must_not: mustNot }) } };
}
