import type { FieldRule } from "@/lib/shapes/routes/route";
import type { CallOptions, Fetched, Hit, Place, RecordHead, VectorQuery, VectorSource } from "@/lib/stores/contract";
import { BookBuilding, bookRows } from "./book-building";
import { applyFields } from "./field-rules";
import type { BookRow, IdBook } from "./id-book";
import type { RecordRules } from "./record-rules";
import { hitsWith, shownHits } from "./shown-hits";
import { sourceFilter } from "./source-filter";

/**
 * A source as the target would have it: records under their new IDs, with their new fields, in byte order of the new IDs. What can't be
 * written so is listed all the same, and read as unreadable with why. A listing that begins goes through the whole place once. Closing it
 * leaves the source open.
 */
export function throughRecords(source: VectorSource, rules: RecordRules): VectorSource {
  const renames = !("keep" in rules.ids.rule) || rules.duplicates !== "keep";
  const fields = throughFields(source, rules.fields);
  return renames ? throughIds(fields, source, rules) : fields;
}

function throughFields(source: VectorSource, rules: readonly FieldRule[]): VectorSource {
  const { query, explainQuery, searchEffort, sqlPlace } = source;
  const changed = <R extends RecordHead>(fetched: Fetched<R>): Fetched<R> => {
    const records: R[] = [];
    const unreadable = [...fetched.unreadable];
    for (const record of fetched.records) {
      const applied = applyFields(record.metadata, rules);
      if ("wrong" in applied) unreadable.push({ id: record.id, detail: applied.wrong });
      else records.push({ ...record, metadata: applied.metadata });
    }
    return { records, missing: fetched.missing, unreadable };
  };
  const asked = (question: VectorQuery): VectorQuery | null => {
    const { filter, ...rest } = question;
    if (filter === undefined) return question;
    const own = sourceFilter(filter, rules);
    if (own === false) return null;
    return own === true ? rest : { ...rest, filter: own };
  };
  return {
    ...(query && {
      query: async (place, question, options) => {
        const own = asked(question);
        if (own === null) return [];
        const changes = (metadata: RecordHead["metadata"]) => applyFields(metadata, rules);
        return hitsWith(own, (wanted) => query(place, wanted, options), changes);
      },
    }),
    ...(explainQuery && {
      explainQuery: (place, question, options) => explainQuery(place, asked(question) ?? question, options),
    }),
    ...(searchEffort && { searchEffort: (...given) => searchEffort(...given) }),
    ...(sqlPlace && { sqlPlace: (...given) => sqlPlace(...given) }),
    can: source.can,
    service: source.service,
    inspect: (...given) => source.inspect(...given),
    collections: (...given) => source.collections(...given),
    namespaces: (...given) => source.namespaces(...given),
    count: (...given) => source.count(...given),
    listIds: (...given) => source.listIds(...given),
    close: async () => {},
    fetchHeads: async (...given) => changed(await source.fetchHeads(...given)),
    fetchRecords: async (...given) => changed(await source.fetchRecords(...given)),
  };
}

/** Each has a file open and a folder of its own; one that is missing is written again when it is asked for. */
const mostBooks = 32;

/**
 * @param changed what is fetched, with its new fields
 * @param source the same as it is: IDs are made of what the source has
 */
function throughIds(changed: VectorSource, source: VectorSource, rules: RecordRules): VectorSource {
  const books = new Map<string, BookBuilding>();
  const retired = new Set<Promise<void>>();
  /** Whoever has just been given it looks into it before anything else runs. */
  const retire = (book: BookBuilding) => {
    const closing = new Promise<void>((resolve) => setImmediate(resolve)).then(() => book.close());
    retired.add(closing);
    void closing.catch(() => {}).then(() => retired.delete(closing));
  };
  const keyOf = ({ index, namespace }: Place) => JSON.stringify([index, namespace]);
  const bookOf = async (place: Place, fresh: boolean, options: CallOptions): Promise<IdBook> => {
    const known = books.get(keyOf(place));
    if (known && !(fresh && known.done)) {
      // The last one that was used is the last to go.
      books.delete(keyOf(place));
      books.set(keyOf(place), known);
      return known.finish(options);
    }
    const building = new BookBuilding(source, place, rules);
    books.delete(keyOf(place));
    books.set(keyOf(place), building);
    if (known) retire(known);
    for (const [key, book] of books) {
      if (books.size <= mostBooks) break;
      if (!book.done) continue;
      books.delete(key);
      retire(book);
    }
    return building.finish(options);
  };
  const fetched = async <R extends RecordHead>(
    place: Place,
    ids: readonly string[],
    options: CallOptions,
    fetch: (ids: readonly string[]) => Promise<Fetched<R>>,
  ): Promise<Fetched<R>> => {
    const book = await bookOf(place, false, options);
    const answer: Fetched<R> = { records: [], missing: [], unreadable: [] };
    const rows = new Map<string, BookRow>();
    for (const id of new Set(ids)) {
      const row = book.byListed(id);
      if (row === null) answer.missing.push(id);
      else if (row.wrong !== null) answer.unreadable.push({ id, detail: row.wrong });
      else rows.set(row.source, row);
    }
    if (rows.size === 0) return answer;
    const listedAs = (id: string) => rows.get(id)?.listed ?? id;
    const { records, missing, unreadable } = await fetch([...rows.keys()]);
    for (const record of records) answer.records.push({ ...record, id: listedAs(record.id) });
    answer.missing.push(...missing.map(listedAs));
    answer.unreadable.push(...unreadable.map(({ id, detail }) => ({ id: listedAs(id), detail })));
    return answer;
  };
  /** Hits under the IDs that they are written by; those that no book has each by itself. */
  const renamed = async (place: Place, hits: readonly Hit[], options: CallOptions): Promise<Hit[]> => {
    // Where no two can share an ID, and no record stands for another, nothing else need be read for a few hits.
    const { rule } = rules.ids;
    const alone = rules.duplicates === "keep" && ("prefix" in rule || "encode" in rule);
    const book = alone ? null : await bookOf(place, false, options);
    const rows = new Map<string, BookRow | null>(hits.map(({ id }) => [id, book?.bySource(id) ?? null]));
    const later = [...rows].flatMap(([id, row]) => (row === null ? [id] : []));
    for (const row of later.length === 0 ? [] : await bookRows(source, place, rules, later, options))
      rows.set(row.source, row);
    return hits.flatMap((hit) => {
      const row = rows.get(hit.id) ?? null;
      return row === null || row.wrong !== null ? [] : [{ ...hit, id: row.listed }];
    });
  };
  const { query } = changed;
  return {
    ...changed,
    ...(query && {
      query: (place, question, options = {}) =>
        shownHits(
          question.k,
          (k) => query(place, { ...question, k }, options),
          (hits) => renamed(place, hits, options),
        ),
    }),
    can: { ...source.can, listing: source.can.listing === "none" ? "none" : "byte-ordered" },
    listIds: async (place, { cursor, prefix = "", limit = source.can.limits.listPage, ...options } = {}) => {
      const book = await bookOf(place, cursor === undefined, options);
      const ids = book.page({ after: cursor ?? null, prefix, limit: limit + 1 });
      const page = ids.slice(0, limit);
      return { ids: page, next: ids.length > limit ? (page.at(-1) ?? null) : null };
    },
    fetchHeads: (place, ids, options = {}) =>
      fetched(place, ids, options, (own) => changed.fetchHeads(place, own, options)),
    fetchRecords: (place, ids, options = {}) =>
      fetched(place, ids, options, (own) => changed.fetchRecords(place, own, options)),
    close: async () => {
      for (const book of books.values()) await book.close();
      books.clear();
      await Promise.allSettled(retired);
    },
  };
}
