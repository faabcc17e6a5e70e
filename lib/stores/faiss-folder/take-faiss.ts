import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { findFaiss } from "@/lib/formats/faiss/find-faiss";
import { looksLikeFaiss } from "@/lib/formats/faiss/looks-like-faiss";
import { findPickle } from "@/lib/formats/pickle/find-pickle";
import { findLlamaIndex } from "@/lib/formats/tables/find-llama-index";
import type { FileState } from "../files/file-index";
import type { HeadRules } from "../files/file-metadata";
import { placeOf } from "../files/place-of";
import { type Candidate, takeFiles } from "../files/take-files";

export type FaissFolderSettings = { path: string; rules: HeadRules; metric: "cosine" | "dotproduct" | "euclidean" };

/**
 * Indexes of FAISS in a folder (not below it), or the one that a path names, with the texts beside them; LlamaIndex's storage; and pickles,
 * where there is no index that they would belong to.
 */
export async function takeFaiss({ path: named, rules, metric }: FaissFolderSettings): Promise<FileState> {
  const place = await placeOf(named, "either");
  const isFolder = (await lstat(place)).isDirectory();
  const folder = isFolder ? place : path.dirname(place);
  const entries = await readdir(folder, { withFileTypes: true });
  // A link is among them, so that it is refused in words rather than passed over.
  const names = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  const isIndex = await Promise.all(names.map((name) => isIndexFile(folder, name)));
  const indexes = names.filter((_, index) => isIndex[index]);
  const pickles = names.filter((name) => /\.(pkl|pickle)$/.test(name));
  const json = names.filter((name) => /store\.json$/.test(name));
  const asked = (name: string) => isFolder || path.join(folder, name) === place;
  const fileOf =
    (opener: typeof findFaiss) =>
    (name: string): Candidate => ({
      name,
      open: () => opener(path.join(folder, name), name),
    });
  const llama: Candidate[] = json.some((name) => name.endsWith("vector_store.json"))
    ? [{ name: "vector_store.json", open: () => findLlamaIndex(folder, ".") }]
    : [];
  return takeFiles({
    place,
    folder,
    files: [...indexes, ...pickles, ...json].map((name) => path.join(folder, name)),
    candidates: [
      ...indexes.filter(asked).map(fileOf(findFaiss)),
      ...(isFolder ? llama : []),
      ...(indexes.length === 0 ? pickles.filter(asked).map(fileOf(findPickle)) : []),
    ],
    rules,
    metric,
  });
}

/** By its name, or by how it begins. LlamaIndex names an index of FAISS as if it were JSON: it is read with its storage. */
const isIndexFile = (folder: string, name: string) =>
  /\.(index|faiss)$/.test(name) || (!/store\.json$/.test(name) && looksLikeFaiss(path.join(folder, name)));
