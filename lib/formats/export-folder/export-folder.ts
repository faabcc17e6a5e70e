import { ExportBase } from "./export-base";
import { contentOf, type ExportContent, type Manifest, parseManifest } from "./manifest";
import { readManifestText } from "./places";
import { type Listing, listed } from "./range";
import type { ExportHead, ExportRecord } from "./record";

/** Exactly what was asked for: each ID is in `records` or in `missing`. */
export type ExportFetched<R> = { records: R[]; missing: string[] };

/** A finished export, to be read. Its files are checked against the manifest before a record of them is given out. */
export class ExportFolder {
  readonly root: string;
  readonly #base: ExportBase;

  private constructor(root: string, base: ExportBase) {
    this.root = root;
    this.#base = base;
  }

  /** @throws FormatError in words: no export, unfinished, of a newer version, damaged */
  static async open(root: string): Promise<ExportFolder> {
    return new ExportFolder(root, new ExportBase(root, parseManifest(await readManifestText(root), root)));
  }

  get manifest(): Manifest {
    return this.#base.manifest;
  }

  get content(): ExportContent {
    return contentOf(this.manifest);
  }

  namespaces(): { name: string; count: number }[] {
    return this.manifest.namespaces.map(({ name, count }) => ({ name, count }));
  }

  count(namespace: string): number {
    return this.#base.namespace(namespace)?.count ?? 0;
  }

  /** IDs in byte order, after `after` and beginning with `prefix`. */
  ids(namespace: string, listing: Listing = {}): AsyncGenerator<string> {
    return listed((range) => this.#base.ids(namespace, range), listing);
  }

  async fetchHeads(namespace: string, ids: readonly string[]): Promise<ExportFetched<ExportHead>> {
    return inOrder(ids, await this.#base.heads(namespace, ids));
  }

  async fetchRecords(namespace: string, ids: readonly string[]): Promise<ExportFetched<ExportRecord>> {
    return inOrder(ids, await this.#base.fetch(namespace, ids));
  }

  /** Every record once, in ID order. */
  records(namespace: string): AsyncGenerator<ExportRecord> {
    return this.#base.records(namespace);
  }

  async close(): Promise<void> {
    this.#base.close();
  }
}

/** What was found, in the order asked for. */
export function inOrder<R>(ids: readonly string[], found: ReadonlyMap<string, R>): ExportFetched<R> {
  const fetched: ExportFetched<R> = { records: [], missing: [] };
  for (const id of new Set(ids)) {
    const record = found.get(id);
    if (record === undefined) fetched.missing.push(id);
    else fetched.records.push(record);
  }
  return fetched;
}
