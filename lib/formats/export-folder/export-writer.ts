import { mkdir } from "node:fs/promises";
import { ExportBase } from "./export-base";
import { type ExportFetched, inOrder } from "./export-folder";
import { cleanUp } from "./finish/commit";
import { finishExport } from "./finish/finish-export";
import { byBytes } from "./folder-name";
import { contentOf, digestOf, type ExportContent, type ExportMade, type Manifest, parseManifest } from "./manifest";
import { mergeById, nothing } from "./merge";
import { PendingStore, type Purpose } from "./pending/pending-store";
import { purposeFor } from "./pending/purpose";
import { manifestTextIn } from "./places";
import { everything, type Listing, listed, type Range } from "./range";
import { type ExportHead, type ExportRecord, faultOf } from "./record";

/** Bytes of records in one file: a tenth of what Pinecone's import takes, and read whole when it is checked. */
const defaultFileBytes = 256 * 2 ** 20;

/** Every record given is in one of both. */
export type ExportWritten = { accepted: string[]; rejected: { id: string; detail: string }[] };

/**
 * An export that is being written, over the finished one if there is one. Batches come in any order, again, and from several writers in
 * processes of one machine; a batch that was answered survives a killed process. {@link finish} makes sorted files of everything and a
 * manifest; until then readers find the export as it was before, or none.
 */
export class ExportWriter {
  readonly root: string;
  readonly #pending: PendingStore;
  readonly #base: ExportBase | null;
  readonly #purpose: Purpose;
  readonly #counts = new Map<string, { writes: number; count: number }>();
  #isClosed = false;

  private constructor(root: string, pending: PendingStore, base: ExportBase | null, purpose: Purpose) {
    this.root = root;
    this.#pending = pending;
    this.#base = base;
    this.#purpose = purpose;
  }

  /**
   * Begins an export, adds to a finished one, or resumes one that was interrupted.
   * @throws FormatError when the folder holds records of another index, model or shape: nothing was written
   */
  static async open(root: string, content: ExportContent, made: ExportMade): Promise<ExportWriter> {
    await mkdir(root, { recursive: true });
    const text = await manifestTextIn(root);
    const base = text === null ? null : new ExportBase(root, parseManifest(text, root));
    const digest = text === null ? null : digestOf(text);
    let pending = await PendingStore.open(root);
    try {
      const before = pending.purpose();
      if (before !== null && before.next !== null && before.next === digest) {
        await cleanUp(root, pending);
        pending = await PendingStore.open(root);
      }
      const purpose = purposeFor(root, { content, made, base: digest }, pending.purpose(), base?.manifest ?? null);
      await pending.setPurpose(purpose);
      return new ExportWriter(root, pending, base, purpose);
    } catch (error) {
      await pending.close();
      throw error;
    }
  }

  /**
   * Opens what stands in the folder, finished or interrupted, as what it is; `null` where nothing does.
   * @throws FormatError as {@link open}
   */
  static async resume(root: string, made: ExportMade): Promise<ExportWriter | null> {
    const text = await manifestTextIn(root);
    const content = text === null ? await PendingStore.contentIn(root) : contentOf(parseManifest(text, root));
    return content && ExportWriter.open(root, content, made);
  }

  get content(): ExportContent {
    return this.#purpose.content;
  }

  /** Whether there is a finished export that this one comes to. */
  get hasManifest(): boolean {
    return this.#base !== null;
  }

  /** Whether the namespace has records that are in no finished export yet. */
  hasPending(namespace: string): boolean {
    return this.#pending.has(namespace);
  }

  /** With what is pending, in byte order. */
  async namespaces(): Promise<{ name: string; count: number }[]> {
    const names = new Set([
      ...(this.#base?.manifest.namespaces.map(({ name }) => name) ?? []),
      ...this.#pending.namespaces(),
    ]);
    const counted: { name: string; count: number }[] = [];
    for (const name of [...names].sort(byBytes)) counted.push({ name, count: await this.count(name) });
    return counted;
  }

  /** Exact. Reads the IDs of the namespace when some are pending, and keeps the sum until the next write. */
  async count(namespace: string): Promise<number> {
    if (!this.hasPending(namespace)) return this.#base?.namespace(namespace)?.count ?? 0;
    const writes = this.#pending.writes();
    const known = this.#counts.get(namespace);
    if (known?.writes === writes) return known.count;
    let count = 0;
    for await (const _ of this.#idsWithin(namespace, everything)) count++;
    this.#counts.set(namespace, { writes, count });
    return count;
  }

  ids(namespace: string, listing: Listing = {}): AsyncGenerator<string> {
    return listed((range) => this.#idsWithin(namespace, range), listing);
  }

  fetchHeads(namespace: string, ids: readonly string[]): Promise<ExportFetched<ExportHead>> {
    return this.#fetch(
      ids,
      (id) => this.#pending.head(namespace, id),
      (rest) => this.#base?.heads(namespace, rest),
    );
  }

  fetchRecords(namespace: string, ids: readonly string[]): Promise<ExportFetched<ExportRecord>> {
    return this.#fetch(
      ids,
      (id) => this.#pending.record(namespace, id),
      (rest) => this.#base?.fetch(namespace, rest),
    );
  }

  /** Writes whole records over those of the same ID, and answers once they survive a killed process. Reads find them at once. */
  async write(namespace: string, records: readonly ExportRecord[]): Promise<ExportWritten> {
    const written: ExportWritten = { accepted: [], rejected: [] };
    const sound = records.filter((record) => {
      const detail = faultOf(record, this.#purpose.content.dimension);
      if (detail === null) written.accepted.push(record.id);
      else written.rejected.push({ id: record.id, detail });
      return detail === null;
    });
    if (sound.length > 0) await this.#pending.write(namespace, sound);
    return written;
  }

  /**
   * Makes the export of everything that was written; the writer is closed then. An interrupted finish is taken up by opening the folder and
   * finishing again: complete files stay, and the result is the same to the byte. Where nothing was written, the standing export stays as it is.
   * @param options.namespaces only these: what is pending of others stays pending, and the export has them as it had them before
   */
  async finish(
    options: { signal?: AbortSignal; fileBytes?: number; namespaces?: readonly string[] } = {},
  ): Promise<Manifest> {
    const { signal, fileBytes = defaultFileBytes, namespaces = this.#pending.namespaces() } = options;
    const pending = namespaces.filter((namespace) => this.hasPending(namespace));
    if (this.#base !== null && pending.length === 0) {
      const { manifest } = this.#base;
      if (this.#pending.namespaces().length > 0) await this.close();
      else await this.#cleanUp();
      return manifest;
    }
    const task = { signal, fileBytes, namespaces: pending };
    const manifest = await finishExport(this.root, this.#base, this.#pending, this.#purpose, task);
    await this.#cleanUp();
    return manifest;
  }

  async #cleanUp(): Promise<void> {
    this.#isClosed = true;
    this.#base?.close();
    await cleanUp(this.root, this.#pending);
  }

  /** Leaves what was written for the next time. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#base?.close();
    await this.#pending.close();
  }

  #idsWithin(namespace: string, range: Range): AsyncGenerator<string> {
    return mergeById(this.#base?.ids(namespace, range) ?? nothing(), this.#pending.ids(namespace, range), (id) => id);
  }

  async #fetch<R extends { id: string }>(
    ids: readonly string[],
    ofPending: (id: string) => R | null,
    ofBase: (ids: string[]) => Promise<Map<string, R>> | undefined,
  ): Promise<ExportFetched<R>> {
    const found = new Map<string, R>();
    for (const id of ids) {
      const record = ofPending(id);
      if (record !== null) found.set(id, record);
    }
    const rest = ids.filter((id) => !found.has(id));
    const standing = rest.length > 0 ? await ofBase(rest) : undefined;
    for (const [id, record] of standing ?? []) found.set(id, record);
    return inOrder(ids, found);
  }
}
