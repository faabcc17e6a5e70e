import { z } from "zod";
import type { Mappings } from "./definition";
import type { Scalar, StoredDocument } from "./document";
import { type Field, findField, indexedValues, isAggregatable } from "./fields";
import { Problem } from "./problems";
import { compileQuery } from "./query";

/** A document together with the mapping of its index: indexes of one search may differ in theirs. */
export type Found = { document: StoredDocument; index: string; mappings: Mappings };

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const inner = z.record(z.string(), z.unknown());
const kinds = z.object({
  aggs: z.record(z.string(), inner).optional(),
  filter: z.unknown().optional(),
  missing: z.object({ field: z.string() }).optional(),
  terms: z.object({ field: z.string(), size: z.number().default(10) }).optional(),
  composite: z
    .object({
      size: z.number().default(10),
      sources: z.tuple([
        z.record(
          z.string(),
          z.object({ terms: z.object({ field: z.string(), missing_bucket: z.boolean().default(false) }) }),
        ),
      ]),
      after: z.record(z.string(), z.union([scalar, z.null()])).optional(),
    })
    .optional(),
});

/** The field in the mapping of each index that has it; throws where its values can't be counted. */
function columns(name: string): (found: Found) => Scalar[] {
  const known = new Map<Mappings, Field | null>();
  return ({ document, index, mappings }) => {
    if (!known.has(mappings)) {
      const field = findField(mappings, name);
      if (field && !isAggregatable(field)) {
        throw new Problem(
          400,
          "search_phase_execution_exception",
          `Fielddata is disabled on [${name}] in [${index}].`,
          {
            rootType: "illegal_argument_exception",
          },
        );
      }
      known.set(mappings, field);
    }
    const field = known.get(mappings);
    return field ? [...new Set(indexedValues(document, field))] : [];
  };
}

function gather(documents: readonly Found[], field: string, missing: boolean): Map<Scalar | null, Found[]> {
  const read = columns(field);
  const buckets = new Map<Scalar | null, Found[]>();
  for (const found of documents) {
    const values: (Scalar | null)[] = read(found);
    if (values.length === 0 && missing) values.push(null);
    for (const value of values) {
      const bucket = buckets.get(value);
      if (bucket) bucket.push(found);
      else buckets.set(value, [found]);
    }
  }
  return buckets;
}

/** The server's order: no value first, numbers by size, words by their bytes. */
function compare(one: Scalar | null, other: Scalar | null): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  if (typeof one === "number" && typeof other === "number") return one - other;
  return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
}

const keyOf = (key: Scalar | null) =>
  typeof key === "boolean" ? { key: Number(key), key_as_string: String(key) } : { key };

function aggregateOne(definition: unknown, documents: readonly Found[]): unknown {
  const parsed = kinds.safeParse(definition);
  if (!parsed.success) throw new Problem(400, "parsing_exception", z.prettifyError(parsed.error));
  const { aggs, filter, missing, terms, composite } = parsed.data;
  const bucket = (found: readonly Found[]) => ({ doc_count: found.length, ...aggregate(aggs, found) });
  if (filter !== undefined) {
    const compiled = new Map<Mappings, (document: StoredDocument) => boolean>();
    return bucket(
      documents.filter(({ document, mappings }) => {
        const matches = compiled.get(mappings) ?? compileQuery(filter, mappings);
        compiled.set(mappings, matches);
        return matches(document);
      }),
    );
  }
  if (missing) {
    const read = columns(missing.field);
    return bucket(documents.filter((found) => read(found).length === 0));
  }
  if (terms) {
    const all = [...gather(documents, terms.field, false)].sort(
      ([one, first], [other, second]) => second.length - first.length || compare(one, other),
    );
    const rest = all.slice(terms.size).reduce((sum, [, found]) => sum + found.length, 0);
    const buckets = all.slice(0, terms.size).map(([key, found]) => ({ ...keyOf(key), ...bucket(found) }));
    return { doc_count_error_upper_bound: 0, sum_other_doc_count: rest, buckets };
  }
  if (composite) return compose(composite, documents, bucket);
  throw new Problem(400, "parsing_exception", "Unknown aggregation type");
}

function compose(
  { size, sources, after }: NonNullable<z.infer<typeof kinds>["composite"]>,
  documents: readonly Found[],
  bucket: (found: readonly Found[]) => object,
): unknown {
  const [name, source] = Object.entries(sources[0])[0] ?? [];
  if (name === undefined || source === undefined)
    throw new Problem(400, "parsing_exception", "[composite] needs a source");
  const { field, missing_bucket } = source.terms;
  const last = after?.[name];
  const page = [...gather(documents, field, missing_bucket)]
    .filter(([key]) => last === undefined || compare(key, last) > 0)
    .sort(([one], [other]) => compare(one, other))
    .slice(0, size);
  const end = page.at(-1);
  return {
    ...(end ? { after_key: { [name]: end[0] } } : {}),
    buckets: page.map(([key, found]) => ({ key: { [name]: key }, ...bucket(found) })),
  };
}

/** Answers aggregations of the few kinds that Portage asks for. */
export function aggregate(
  definitions: Record<string, unknown> | undefined,
  documents: readonly Found[],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(definitions ?? {}).map(([name, definition]) => [name, aggregateOne(definition, documents)]),
  );
}
