import { hash } from "node:crypto";
import { packBatches } from "@/lib/plan/batches";
import { canonicalJson } from "@/lib/plan/fingerprint";
import { textOf } from "@/lib/plan/text";
import type { CallOptions, Place, RecordHead, VectorSource } from "@/lib/stores/contract";
import { fetchCost } from "@/lib/stores/fetch-cost";
import { applyFields } from "./field-rules";
import { type BookRow, IdBook } from "./id-book";
import type { RecordRules } from "./record-rules";
import { readsMetadata, targetId } from "./target-id";

/** A book that is being written. A call that fails leaves it where it was: the next one goes on from there. */
export class BookBuilding {
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

  async #fill(options: CallOptions): Promise<IdBook> {
    this.#book ??= IdBook.make();
    const book = await this.#book;
    while (book.next !== null) {
      const cursor = book.next === undefined ? {} : { cursor: book.next };
      const page = await this.#source.listIds(this.#place, { ...options, ...cursor });
      book.addPage(await bookRows(this.#source, this.#place, this.#rules, page.ids, options), page.next);
    }
    this.done = true;
    return book;
  }

  async close(): Promise<void> {
    await this.#work?.catch(() => {});
    await (await this.#book?.catch(() => null))?.close();
  }
}

/** Which IDs records of the source are written under, each by itself. */
export async function bookRows(
  source: VectorSource,
  place: Place,
  rules: RecordRules,
  ids: readonly string[],
  options: CallOptions,
): Promise<(BookRow & { print: string | null })[]> {
  const { ids: making, duplicates, text, fields } = rules;
  const reads = readsMetadata(making.rule) || duplicates !== "keep";
  const heads = reads ? await headsOf(source, place, ids, options) : null;
  return ids.flatMap((id) => {
    const metadata = heads === null ? {} : heads.records.get(id);
    const { namespace } = place;
    // What can't be read has no fields to make an ID of: it is listed by its own, and read as what it is.
    if (metadata === undefined)
      return heads?.missing.has(id)
        ? []
        : [{ listed: id, source: id, wrong: heads?.unreadable.get(id) ?? null, print: null }];
    const made = targetId(making, { namespace, id, metadata });
    const applied = applyFields(metadata, fields);
    const counts = duplicates !== "keep" && "metadata" in applied && textOf(applied.metadata, text).usable;
    const print = counts && "metadata" in applied ? hash("sha256", canonicalJson(applied.metadata), "base64url") : null;
    return [
      "id" in made
        ? { listed: made.id, source: id, wrong: null, print }
        : { listed: id, source: id, wrong: made.wrong, print: null },
    ];
  });
}

async function headsOf(source: VectorSource, place: Place, ids: readonly string[], options: CallOptions) {
  const { fetchIds, fetchBytes } = source.can.limits;
  const records = new Map<string, RecordHead["metadata"]>();
  const missing = new Set<string>();
  const unreadable = new Map<string, string>();
  for (const batch of packBatches(ids, { count: fetchIds, size: fetchBytes }, fetchCost)) {
    const fetched = await source.fetchHeads(place, batch, options);
    for (const { id, metadata } of fetched.records) records.set(id, metadata);
    for (const id of fetched.missing) missing.add(id);
    for (const { id, detail } of fetched.unreadable) unreadable.set(id, detail);
  }
  return { records, missing, unreadable };
}
