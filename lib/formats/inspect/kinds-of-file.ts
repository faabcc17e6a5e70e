import { findChroma } from "../chroma/find-chroma";
import type { FoundStore } from "../contract";
import { findExport } from "../export-folder/find-export";
import { findFaiss } from "../faiss/find-faiss";
import { findPickle } from "../pickle/find-pickle";
import { findLlamaIndex } from "../tables/find-llama-index";
import { findVdf } from "../tables/find-vdf";
import { openerOf } from "../tables/openers";

export type Opener = (file: string, shown: string) => Promise<FoundStore>;

export const byEnding: Readonly<Record<string, Opener>> = {
  ".index": findFaiss,
  ".faiss": findFaiss,
  ".pkl": findPickle,
  ".pickle": findPickle,
};

/** Kinds of a whole folder, by a file that gives them away; `rest` and, where `below` says so, the folders below it are theirs, too. */
export const wholeFolders: readonly { file: RegExp; open: Opener; rest: RegExp; below: boolean }[] = [
  { file: /^chroma\.sqlite3$/, open: findChroma, rest: /^chroma\.sqlite3(-wal|-shm|-journal)?$/, below: true },
  { file: /^portage-export\.json$/, open: findExport, rest: /^portage-export\.json$/, below: true },
  { file: /^VDF_META\.json$/, open: findVdf, rest: /^VDF_META\.json$/, below: true },
  {
    below: false,
    file: /vector_store\.json$/,
    open: findLlamaIndex,
    rest: /(vector|graph|index|doc|image)_?_?(vector_)?(store|docstore)\.json$|store\.json$/,
  },
];

/** Vectors of Chroma beside its database. */
const segmentFile = /^(header|data_level0|length|link_lists)\.bin$/;

/** Archives that a folder is often handed on as. */
export const isArchive = (name: string): boolean => /\.(zip|tar|tgz|tar\.gz|7z|rar)$/i.test(name);

/** Whether a file of this name may belong to a store, as its name alone tells. */
export function mayBelongToStore(name: string): boolean {
  const ending = /\.[^.]*$/.exec(name)?.[0] ?? "";
  return (
    byEnding[ending] !== undefined ||
    openerOf(name) !== undefined ||
    segmentFile.test(name) ||
    wholeFolders.some(({ rest }) => rest.test(name))
  );
}
