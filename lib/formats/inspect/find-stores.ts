import { lstat, open, readdir } from "node:fs/promises";
import path from "node:path";
import { findChroma } from "../chroma/find-chroma";
import type { FoundStore } from "../contract";
import { findExport } from "../export-folder/find-export";
import { manifestName } from "../export-folder/manifest";
import { workFolder } from "../export-folder/places";
import { findFaiss } from "../faiss/find-faiss";
import { FormatError } from "../format-error";
import { findPickle } from "../pickle/find-pickle";
import { findCsv } from "../tables/find-csv";
import { findJsonLines } from "../tables/find-jsonl";
import { findLlamaIndex } from "../tables/find-llama-index";
import { findParquet } from "../tables/find-parquet";
import { findVdf } from "../tables/find-vdf";

export type Finding =
  | { is: "store"; store: FoundStore }
  | { is: "fault"; path: string; error: FormatError }
  | { is: "file"; path: string; bytes: number };

/** Folders below the one that is looked at. */
const deepest = 6;
/** Files that are looked at; a folder with more isn't a store's. */
const mostFiles = 100_000;

/**
 * Finds every store in a folder, or the one that a file is. Symbolic links aren't followed, so that nothing outside of the path is read.
 * Each store is opened when it is reached: close it before going on.
 * @throws FormatError `foreign` when there is nothing at the path
 */
export async function* findStores(root: string): AsyncGenerator<Finding> {
  const found = await lstat(root).catch(() => null);
  if (found === null) throw new FormatError("foreign", `There is nothing at ${root}.`);
  if (found.isSymbolicLink())
    throw new FormatError(
      "refused",
      `${root} is a symbolic link, which isn't followed. Name the place that it leads to.`,
    );
  if (found.isFile()) yield* lookAt(path.dirname(root), [path.basename(root)], path.dirname(root));
  else if (found.isDirectory()) yield* walk(root, root, 0, { left: mostFiles });
  else throw new FormatError("foreign", `${root} is neither a file nor a folder.`);
}

async function* walk(folder: string, root: string, depth: number, budget: { left: number }): AsyncGenerator<Finding> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  budget.left -= entries.length;
  if (budget.left < 0)
    throw new FormatError("too-large", `There are more than ${mostFiles.toLocaleString("en-US")} files below ${root}.`);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  if (folders.includes(workFolder) && !files.includes(manifestName)) {
    // An export that isn't finished: its error says so.
    yield await tryOpen(findExport, folder, path.relative(root, folder) || ".");
    return;
  }
  yield* lookAt(folder, files, root);
  // What lies below is theirs: segments, or the files that a manifest names.
  if (depth >= deepest || wholeFolders.some(({ file, below }) => below && files.some((name) => file.test(name))))
    return;
  for (const name of folders) yield* walk(path.join(folder, name), root, depth + 1, budget);
}

type Opener = (file: string, shown: string) => Promise<FoundStore>;

const byEnding: Record<string, Opener> = {
  ".index": findFaiss,
  ".faiss": findFaiss,
  ".jsonl": findJsonLines,
  ".ndjson": findJsonLines,
  ".csv": findCsv,
  ".tsv": findCsv,
  ".parquet": findParquet,
  ".pkl": findPickle,
  ".pickle": findPickle,
};
/** Kinds of a whole folder, by a file that gives them away; `rest` and, where `below` says so, the folders below it are theirs, too. */
const wholeFolders: { file: RegExp; open: Opener; rest: RegExp; below: boolean }[] = [
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

async function* lookAt(folder: string, files: readonly string[], root: string): AsyncGenerator<Finding> {
  const shown = (name: string) => path.relative(root, path.join(folder, name)) || ".";
  const left = new Set(files);
  for (const { file, open: openFolder, rest } of wholeFolders) {
    if (!files.some((name) => file.test(name))) continue;
    for (const name of files) if (rest.test(name)) left.delete(name);
    yield await tryOpen(openFolder, folder, shown("."));
  }
  const indexes = files.filter((name) => byEnding[path.extname(name)] === findFaiss);
  for (const name of files) {
    if (!left.has(name)) continue;
    const file = path.join(folder, name);
    // Pickles beside an index are its texts, told with it.
    const isBeside = indexes.length > 0 && /\.(pkl|pickle)$/.test(name);
    const opener = isBeside
      ? undefined
      : (byEnding[path.extname(name)] ?? ((await looksLikeFaiss(file)) ? findFaiss : undefined));
    if (opener) yield await tryOpen(opener, file, shown(name));
    else if (!isBeside) yield { is: "file", path: shown(name), bytes: (await lstat(file)).size };
  }
}

async function tryOpen(opener: Opener, file: string, shown: string): Promise<Finding> {
  try {
    return { is: "store", store: await opener(file, shown) };
  } catch (error) {
    if (error instanceof FormatError) return { is: "fault", path: shown, error };
    throw error;
  }
}

/** Index files are called anything: `vectors`, `db.bin`. */
async function looksLikeFaiss(file: string): Promise<boolean> {
  const handle = await open(file, "r").catch(() => null);
  if (handle === null) return false;
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && /^I(x|H|w|v)[A-Za-z0-9]{2}$/.test(buffer.toString("latin1"));
  } finally {
    await handle.close();
  }
}
