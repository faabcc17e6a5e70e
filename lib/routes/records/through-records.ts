import { hash } from "node:crypto";
import { packBatches } from "@/lib/plan/batches";
import { canonicalJson } from "@/lib/plan/fingerprint";
import { type TextRules, textOf } from "@/lib/plan/text";
import type { FieldRule, RouteDefinition, TextRule } from "@/lib/shapes/route";
import type { CallOptions, Fetched, Place, RecordHead, StoreCapabilities, VectorSource } from "@/lib/stores/contract";
import { fetchCost } from "@/lib/stores/fetch-cost";
import { applyFields } from "./field-rules";
import { type BookRow, IdBook } from "./id-book";
import { type IdMaking, readsMetadata, targetId } from "./target-id";

/** What becomes of records on a route, but for their namespaces and vectors. */
export type RecordRules = {
  ids: IdMaking;
  fields: readonly FieldRule[];
  duplicates: RouteDefinition["duplicates"];
  text: TextRules;
};

/** The rules of a route, toward a target that can so much. */
export function recordRulesOf(
  { ids, fields, duplicates, text }: Pick<RouteDefinition, "ids" | "fields" | "duplicates"> & { text: TextRule },
  can: StoreCapabilities,
): RecordRules {
  return {
    ids: { rule: ids, encodes: can.ids === "printable-ascii" },
    fields,
    duplicates,
    text: { textKey: "keys" in text ? (text.keys[0] ?? "text") : "text", text },
  };
}

/** Whether any of the rules does anything. */
export const changesRecords = ({ ids, fields, duplicates }: RecordRules): boolean =>
  !("keep" in ids.rule) || fields.length > 0 || duplicates !== "keep";

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
  const { query, explainQuery, sqlPlace } = source;
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
  return {
    ...(query && { query: (...given) => query(...given) }),
    ...(explainQuery && { explainQuery: (...given) => explainQuery(...given) }),
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
  const books = new Map<string, Building>();
  const retired = new Set<Promise<void>>();
  /** Whoever has just been given it looks into it before anything else runs. */
  const retire = (book: Building) => {
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
    const building = new Building(source, place, rules);
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
  const { query } = source;
  return {
    ...changed,
    ...(query && {
      query: async (place, question, options) => {
        const hits = await query(place, question, options);
        const book = await bookOf(place, false, options ?? {});
        return hits.map((hit) => ({ ...hit, id: book.bySource(hit.id)?.listed ?? hit.id }));
      },
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

/** A book that is being written. A call that fails leaves it where it was: the next one goes on from there. */
class Building {
  readonly #source: VectorSource;
  readonly #place: Place;
  readonly #rules: RecordRules;
  #book: Promise<IdBook> | null = null;
  #work: Promise<IdBook> | null = null;
  done = false;

  constructor(source: VectorSource, place: Place, rules: RecordRules) {
    this.#source = source;
    this.#place = place;
    this.#rules = rules;
  }

  finish(options: CallOptions): Promise<IdBook> {
    this.#work ??= this.#fill(options).finally(() => {
      this.#work = null;
    });
    return this.#work;
  }

  async #fill({ signal }: CallOptions): Promise<IdBook> {
    this.#book ??= IdBook.make();
    const book = await this.#book;
    const options = signal ? { signal } : {};
    while (book.next !== null) {
      const cursor = book.next === undefined ? {} : { cursor: book.next };
      const page = await this.#source.listIds(this.#place, { ...options, ...cursor });
      book.addPage(await this.#rowsOf(page.ids, options), page.next);
    }
    this.done = true;
    return book;
  }

  async #rowsOf(ids: readonly string[], options: CallOptions) {
    const { ids: making, duplicates, text, fields } = this.#rules;
    const reads = readsMetadata(making.rule) || duplicates !== "keep";
    const heads = reads ? await this.#headsOf(ids, options) : null;
    return ids.flatMap((id) => {
      const metadata = heads === null ? {} : heads.records.get(id);
      const { namespace } = this.#place;
      // What can't be read has no fields to make an ID of: it is listed by its own, and read as what it is.
      if (metadata === undefined)
        return heads?.missing.has(id)
          ? []
          : [{ listed: id, source: id, wrong: heads?.unreadable.get(id) ?? null, print: null }];
      const made = targetId(making, { namespace, id, metadata });
      const applied = applyFields(metadata, fields);
      const counts = duplicates !== "keep" && "metadata" in applied && textOf(applied.metadata, text).usable;
      const print =
        counts && "metadata" in applied ? hash("sha256", canonicalJson(applied.metadata), "base64url") : null;
      return [
        "id" in made
          ? { listed: made.id, source: id, wrong: null, print }
          : { listed: id, source: id, wrong: made.wrong, print: null },
      ];
    });
  }

  async #headsOf(ids: readonly string[], options: CallOptions) {
    const { fetchIds, fetchBytes } = this.#source.can.limits;
    const records = new Map<string, RecordHead["metadata"]>();
    const missing = new Set<string>();
    const unreadable = new Map<string, string>();
    for (const batch of packBatches(ids, { count: fetchIds, size: fetchBytes }, fetchCost)) {
      const fetched = await this.#source.fetchHeads(this.#place, batch, options);
      for (const { id, metadata } of fetched.records) records.set(id, metadata);
      for (const id of fetched.missing) missing.add(id);
      for (const { id, detail } of fetched.unreadable) unreadable.set(id, detail);
    }
    return { records, missing, unreadable };
  }

  async close(): Promise<void> {
    await this.#work?.catch(() => {});
    await (await this.#book?.catch(() => null))?.close();
  }
}
