import { FormatError } from "../format-error";
import { byBytes } from "./folder-name";
import type { ExportFile, ExportNamespace, Manifest } from "./manifest";
import type { Group } from "./parquet/part-reader";
import { Parts } from "./parts";
import { everything, isWithin, overlaps, type Range } from "./range";
import type { ExportHead, ExportRecord } from "./record";

/** What a finished manifest names, read in ID order or by ID. Memory: a few row groups, whatever the folder holds. */
export class ExportBase {
  readonly manifest: Manifest;
  readonly #parts: Parts;
  readonly #namespaces: Map<string, ExportNamespace>;

  constructor(root: string, manifest: Manifest) {
    this.manifest = manifest;
    this.#parts = new Parts(root);
    this.#namespaces = new Map(manifest.namespaces.map((namespace) => [namespace.name, namespace]));
  }

  namespace(name: string): ExportNamespace | null {
    return this.#namespaces.get(name) ?? null;
  }

  async *ids(namespace: string, range: Range = everything): AsyncGenerator<string> {
    for await (const { file, group } of this.#groupsWithin(namespace, range)) {
      for (const id of await this.#parts.ids(file, group)) if (isWithin(id, range)) yield id;
    }
  }

  async *records(namespace: string, range: Range = everything): AsyncGenerator<ExportRecord> {
    for await (const { file, group } of this.#groupsWithin(namespace, range)) {
      for (const record of await this.#parts.passing(file, group)) if (isWithin(record.id, range)) yield record;
    }
  }

  heads(namespace: string, ids: readonly string[]): Promise<Map<string, ExportHead>> {
    return this.#fetch(namespace, ids, (file, group) => this.#parts.heads(file, group));
  }

  fetch(namespace: string, ids: readonly string[]): Promise<Map<string, ExportRecord>> {
    return this.#fetch(namespace, ids, (file, group) => this.#parts.records(file, group));
  }

  close(): void {
    this.#parts.close();
  }

  async #fetch<R extends ExportHead>(
    namespace: string,
    ids: readonly string[],
    read: (file: ExportFile, group: Group) => Promise<R[]>,
  ): Promise<Map<string, R>> {
    const found = new Map<string, R>();
    const files = this.namespace(namespace)?.files ?? [];
    const wanted = [...new Set(ids)].sort(byBytes);
    for (let at = 0; at < wanted.length; ) {
      const id = wanted[at] ?? "";
      const file = files[firstAtOrAfter(files, id)];
      if (file === undefined) break;
      const groups = await this.#parts.groups(file);
      const group = groups[firstAtOrAfter(groups, id)];
      if (group === undefined) throw disorder(file);
      const here = new Set<string>();
      for (; at < wanted.length && byBytes(wanted[at] ?? "", group.last) <= 0; at++) here.add(wanted[at] ?? "");
      const present = (await this.#parts.ids(file, group)).some((candidate) => here.has(candidate));
      if (present) for (const record of await read(file, group)) if (here.has(record.id)) found.set(record.id, record);
    }
    return found;
  }

  async *#groupsWithin(namespace: string, range: Range): AsyncGenerator<{ file: ExportFile; group: Group }> {
    let before: string | null = null;
    for (const file of this.namespace(namespace)?.files ?? []) {
      if (!overlaps(file, range)) continue;
      for (const group of await this.#parts.groups(file)) {
        if (before !== null && byBytes(before, group.first) >= 0) throw disorder(file);
        before = group.last;
        if (overlaps(group, range)) yield { file, group };
      }
    }
  }
}

/** Index of the first of ascending ranges that can hold the ID; their number when none can. */
function firstAtOrAfter(ranges: readonly { last: string }[], id: string): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byBytes(ranges[middle]?.last ?? "", id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function disorder(file: ExportFile): FormatError {
  return new FormatError("malformed", `The file ${file.path} isn't sorted by ID as the manifest says.`);
}
