import { LRUCache } from "lru-cache";
import type { ExportFile } from "./manifest";
import type { Group, PartReader } from "./parquet/part-reader";
import type { ExportHead, ExportRecord } from "./record";
import { openPart, type VerifiedPart } from "./verified-part";

/** Files open at a time, and row groups (8 MB of records each) whose columns are kept for the next page of a listing or the next fetch. */
const kept = { files: 16, idGroups: 64, headGroups: 8, valueGroups: 3 };

type Opened = { part: Promise<VerifiedPart>; uses: number; isLetGo: boolean };

/** Reads the files of an export, each checked when it is first opened. What was read last is kept, within bounds. */
export class Parts {
  readonly #root: string;
  readonly #open = new LRUCache<string, Opened>({
    max: kept.files,
    dispose: (opened) => {
      opened.isLetGo = true;
      closeUnused(opened);
    },
  });
  readonly #ids = new LRUCache<string, Promise<string[]>>({ max: kept.idGroups });
  readonly #heads = new LRUCache<string, Promise<ExportHead[]>>({ max: kept.headGroups });
  readonly #values = new LRUCache<string, Promise<(Float32Array | null)[]>>({ max: kept.valueGroups });

  constructor(root: string) {
    this.#root = root;
  }

  groups(file: ExportFile): Promise<readonly Group[]> {
    return this.#using(file, async (reader) => reader.groups);
  }

  ids(file: ExportFile, group: Group): Promise<string[]> {
    return cached(this.#ids, file, group, () => this.#using(file, (reader) => reader.ids(group)));
  }

  async heads(file: ExportFile, group: Group): Promise<ExportHead[]> {
    const ids = await this.ids(file, group);
    return cached(this.#heads, file, group, () => this.#using(file, (reader) => reader.heads(group, ids)));
  }

  async records(file: ExportFile, group: Group): Promise<ExportRecord[]> {
    const heads = await this.heads(file, group);
    const values = await cached(this.#values, file, group, () => this.#using(file, (reader) => reader.values(group)));
    return heads.map((head, row) => ({ ...head, values: values[row] ?? null }));
  }

  /** The same for who reads everything once: nothing of it is kept. */
  passing(file: ExportFile, group: Group): Promise<ExportRecord[]> {
    return this.#using(file, async (reader) => {
      const heads = await reader.heads(group, await reader.ids(group));
      const values = await reader.values(group);
      return heads.map((head, row) => ({ ...head, values: values[row] ?? null }));
    });
  }

  /** What is being read is read to its end first. */
  close(): void {
    this.#open.clear();
  }

  async #using<T>(file: ExportFile, work: (reader: PartReader) => Promise<T>): Promise<T> {
    const opened = this.#open.get(file.path) ?? this.#opening(file);
    opened.uses++;
    try {
      return await work((await opened.part).reader);
    } finally {
      opened.uses--;
      closeUnused(opened);
    }
  }

  #opening(file: ExportFile): Opened {
    const opened: Opened = { part: openPart(this.#root, file), uses: 0, isLetGo: false };
    this.#open.set(file.path, opened);
    opened.part.catch(() => {
      if (this.#open.peek(file.path) === opened) this.#open.delete(file.path);
    });
    return opened;
  }
}

function closeUnused({ part, uses, isLetGo }: Opened): void {
  if (isLetGo && uses === 0) void part.then(({ close }) => close()).catch(() => {});
}

/** Who asks while it is being read waits for the same; what failed is read again next time. */
function cached<T>(
  cache: LRUCache<string, Promise<T>>,
  file: ExportFile,
  group: Group,
  read: () => Promise<T>,
): Promise<T> {
  const key = `${group.index} ${file.path}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const fresh = read();
  cache.set(key, fresh);
  fresh.catch(() => cache.delete(key));
  return fresh;
}
