import { z } from "zod";
import type { Mappings } from "./definition";
import type { Scalar, StoredDocument } from "./document";
import { findField, indexedValues } from "./fields";
import { Problem } from "./problems";
import { scoreOfWords } from "./words";

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const single = z.record(z.string(), z.unknown());
const clauses = z.union([z.array(single), single.transform((one) => [one])]);

const schemas = {
  match_all: z.object({}),
  exists: z.object({ field: z.string() }),
  term: z.record(z.string(), z.union([scalar, z.object({ value: scalar }).transform(({ value }) => value)])),
  terms: z.record(z.string(), z.array(scalar)),
  multi_match: z.object({ query: z.string() }),
  ids: z.object({ values: z.array(z.string()) }),
  bool: z.object({
    filter: clauses.default([]),
    must: clauses.default([]),
    must_not: clauses.default([]),
    should: clauses.default([]),
  }),
};

export type Matches = (document: StoredDocument) => boolean;

function parsing(reason: string): Problem {
  return new Problem(400, "parsing_exception", reason);
}

function read<T>(schema: z.ZodType<T>, name: string, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw parsing(`[${name}] query malformed: ${z.prettifyError(parsed.error)}`);
}

function anyOf(mappings: Mappings, name: string, wanted: readonly Scalar[]): Matches {
  const field = findField(mappings, name);
  if (field === null) return () => false;
  const words = new Set(wanted.map(String));
  return (document) => indexedValues(document, field).some((value) => words.has(String(value)));
}

function entry(value: Record<string, unknown>, what: string): [string, unknown] {
  const [first, ...more] = Object.entries(value);
  if (first === undefined || more.length > 0) throw parsing(`[${what}] expects exactly one name`);
  return first;
}

/** The queries inside of one that bear a name, which a hit lists when it matches them. */
export function namedQueries(query: unknown, mappings: Mappings): { name: string; matches: Matches }[] {
  if (typeof query !== "object" || query === null) return [];
  if (Array.isArray(query)) return query.flatMap((one) => namedQueries(one, mappings));
  return Object.entries(query).flatMap(([kind, body]) => {
    const name = nameSchema.safeParse(body);
    const own =
      name.success && kind in schemas
        ? [{ name: name.data._name, matches: compileQuery({ [kind]: body }, mappings) }]
        : [];
    return [...own, ...namedQueries(body, mappings)];
  });
}
const nameSchema = z.object({ _name: z.string() });

/** A query of the few kinds that Portage asks, over the documents of one index. Throws for others, as the server does for none. */
export function compileQuery(query: unknown, mappings: Mappings): Matches {
  if (query === undefined) return () => true;
  const [kind, body] = entry(read(single, "query", query), "query");
  if (kind === "match_all") return () => true;
  if (kind === "exists") {
    const field = findField(mappings, read(schemas.exists, kind, body).field);
    return field === null ? () => false : (document) => indexedValues(document, field).length > 0;
  }
  if (kind === "term") {
    const [name, value] = Object.entries(read(schemas.term, kind, body))[0] ?? [];
    if (name === undefined || value === undefined) throw parsing("[term] query malformed");
    if (name === "_ignored") {
      const known = findField(mappings, String(value)) !== null;
      return (document) => known && document.head.unindexed.includes(String(value));
    }
    return anyOf(mappings, name, [value]);
  }
  if (kind === "terms") {
    const [name, values] = Object.entries(read(schemas.terms, kind, body))[0] ?? [];
    if (name === undefined || values === undefined) throw parsing("[terms] query malformed");
    return anyOf(mappings, name, values);
  }
  if (kind === "ids") {
    const ids = new Set(read(schemas.ids, kind, body).values);
    return (document) => ids.has(document.head.id);
  }
  if (kind === "multi_match") {
    const score = scoreOfWords(read(schemas.multi_match, kind, body).query);
    return (document) => score(document) > 0;
  }
  if (kind === "bool") return compileBool(read(schemas.bool, kind, body), mappings);
  throw parsing(`unknown query [${kind}]`);
}

/** What a query scores a document by; `null`: it only filters. */
export function compileScore(query: unknown): ((document: StoredDocument) => number) | null {
  if (query === undefined) return null;
  const [kind, body] = entry(read(single, "query", query), "query");
  if (kind === "multi_match") return scoreOfWords(read(schemas.multi_match, kind, body).query);
  if (kind !== "bool") return null;
  const scores = read(schemas.bool, kind, body).must.flatMap((clause) => compileScore(clause) ?? []);
  return scores.length === 0 ? null : (document) => scores.reduce((sum, score) => sum + score(document), 0);
}

function compileBool(bool: z.infer<typeof schemas.bool>, mappings: Mappings): Matches {
  const compile = (query: unknown) => compileQuery(query, mappings);
  const all = [...bool.filter, ...bool.must].map(compile);
  const none = bool.must_not.map(compile);
  const some = bool.should.map(compile);
  return (document) =>
    all.every((matches) => matches(document)) &&
    !none.some((matches) => matches(document)) &&
    (some.length === 0 || all.length > 0 || some.some((matches) => matches(document)));
}
