import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import type { FoundStore } from "../contract";
import { findExport } from "../export-folder/find-export";
import { manifestName } from "../export-folder/manifest";
import { workFolder } from "../export-folder/places";
import { besideNames, findFaiss } from "../faiss/find-faiss";
import { looksLikeFaiss } from "../faiss/looks-like-faiss";
import { FormatError } from "../format-error";
import { openerOf } from "../tables/openers";
import { byEnding, isArchive, type Opener, wholeFolders } from "./kinds-of-file";

export type Finding =
  | { is: "store"; store: FoundStore; bytes: number }
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
  else if (found.isDirectory()) yield* scan(root, root, 0, { left: mostFiles });
  else throw new FormatError("foreign", `${root} is neither a file nor a folder.`);
}

async function* scan(folder: string, root: string, depth: number, budget: { left: number }): AsyncGenerator<Finding> {
  const listed = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => asFault(error));
  if (listed instanceof FormatError) {
    yield { is: "fault", path: path.relative(root, folder) || ".", error: listed };
    return;
  }
  const entries = listed.sort((one, other) => (one.name < other.name ? -1 : 1));
  budget.left -= entries.length;
  if (budget.left < 0)
    throw new FormatError("too-large", `There are more than ${mostFiles.toLocaleString("en-US")} files below ${root}.`);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  if (folders.includes(workFolder) && !files.includes(manifestName)) {
    // An export that isn't finished: its error says so.
    yield await tryOpen(findExport, folder, path.relative(root, folder) || ".", async () => sizeOf(folder));
    return;
  }
  yield* lookAt(folder, files, root);
  // What lies below is theirs: segments, or the files that a manifest names.
  if (depth >= deepest || wholeFolders.some(({ file, below }) => below && files.some((name) => file.test(name))))
    return;
  for (const name of folders) yield* scan(path.join(folder, name), root, depth + 1, budget);
}

async function* lookAt(folder: string, files: readonly string[], root: string): AsyncGenerator<Finding> {
  const shown = (name: string) => path.relative(root, path.join(folder, name)) || ".";
  const left = new Set(files);
  for (const { file, open: openFolder, rest, below } of wholeFolders) {
    if (!files.some((name) => file.test(name))) continue;
    const own = files.filter((name) => rest.test(name));
    for (const name of own) left.delete(name);
    const size = () => (below ? sizeOf(folder) : sizeOfAll(folder, own));
    yield await tryOpen(openFolder, folder, shown("."), size);
  }
  const indexes = files.filter((name) => byEnding[path.extname(name)] === findFaiss);
  const pairs = new Set(indexes.map((name) => `${name.replace(/\.(faiss|index)$/, "")}.pkl`));
  const isRead = (name: string) => indexes.length > 0 && (besideNames.has(name) || pairs.has(name));
  for (const name of files) {
    if (!left.has(name)) continue;
    const file = path.join(folder, name);
    // What is read with an index is told with it.
    const isBeside = isRead(name);
    const opener = isBeside
      ? undefined
      : isArchive(name)
        ? refuseArchive
        : (byEnding[path.extname(name)] ?? openerOf(name) ?? ((await looksLikeFaiss(file)) ? findFaiss : undefined));
    const beside = indexes.length === 1 ? files.filter(isRead) : [];
    const size = () => sizeOfAll(folder, opener === findFaiss ? [name, ...beside] : [name]);
    const found = opener && (await tryOpen(opener, file, shown(name), size));
    // JSON is written for many ends: what holds no records is a file like any other.
    const isOther = found?.is === "fault" && found.error.fault === "foreign" && /\.json$/i.test(name);
    if (found && !isOther) yield found;
    else if (!isBeside) yield { is: "file", path: shown(name), bytes: (await lstat(file)).size };
  }
}

/** A folder is often handed on as an archive: that is no empty place. */
const refuseArchive: Opener = async (file) => {
  throw new FormatError(
    "foreign",
    `${path.basename(file)} is an archive: unpack it, and name the folder that it held.`,
  );
};

async function tryOpen(opener: Opener, file: string, shown: string, size: () => Promise<number>): Promise<Finding> {
  try {
    const bytes = await size();
    return { is: "store", store: await opener(file, shown), bytes };
  } catch (error) {
    return { is: "fault", path: shown, error: asFault(error) };
  }
}

/** One file or folder that the disk or its rights keep from being read says nothing of the others. @throws what is none of these */
function asFault(error: unknown): FormatError {
  if (error instanceof FormatError) return error;
  if (error instanceof Error && "syscall" in error && "code" in error)
    return new FormatError("refused", `It can't be read (${String(error.code)}).`);
  throw error;
}

/** Bytes of the files of a folder and below it; links aren't followed. */
async function sizeOf(folder: string, depth = 0): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isFile()) bytes += (await lstat(place)).size;
    else if (entry.isDirectory() && depth < deepest) bytes += await sizeOf(place, depth + 1);
  }
  return bytes;
}

async function sizeOfAll(folder: string, files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (name) => (await lstat(path.join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
