import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { digestOf, type Manifest, manifestName, renderManifest } from "../manifest";
import type { PendingStore } from "../pending/pending-store";
import { pathBelow, workFolder } from "../places";
import { errorCode } from "../refuse";
import { nextFolder } from "./write-span";

const staleNote = "stale";
const finishedNote = "finished";
const names = z.array(z.string());

/**
 * Puts finished files in place and then the manifest, whose renaming is the moment from which the export is the new one: until then the old
 * manifest names the old files, which are still there. What is left of the old export goes last. Can be repeated from any point on.
 */
export async function commit(
  root: string,
  pending: PendingStore,
  {
    manifest,
    before,
    finished,
  }: {
    manifest: Manifest;
    before: Manifest | null /** Namespaces of which nothing is pending then. */;
    finished: readonly string[];
  },
): Promise<void> {
  const text = renderManifest(manifest);
  const purpose = pending.purpose();
  if (purpose === null) throw new Error("A commit without a purpose.");
  const files = filesOf(manifest);
  await pending.setNote(
    staleNote,
    filesOf(before).filter((file) => !files.includes(file)),
  );
  await pending.setNote(finishedNote, finished);
  await pending.setPurpose({ ...purpose, next: digestOf(text) });
  const standing = new Set(filesOf(before));
  for (const file of files) if (!standing.has(file)) await putInPlace(root, file);
  for (const { folder } of manifest.namespaces) await syncFolder(path.join(root, folder));
  await replaceManifest(root, text);
}

/**
 * After the manifest is in place: removes the files that it no longer names, and what was pending of them; with the last of that, the working
 * folder. Can be repeated from any point on.
 */
export async function cleanUp(root: string, pending: PendingStore): Promise<void> {
  const stale = pending.note(staleNote, names) ?? [];
  for (const file of stale) await rm(pathBelow(root, file), { force: true });
  const finished = pending.note(finishedNote, names) ?? [];
  const rest = pending.namespaces().some((namespace) => !finished.includes(namespace));
  const purpose = pending.purpose();
  if (rest && purpose !== null) {
    await rm(path.join(root, nextFolder), { recursive: true, force: true });
    for (const namespace of finished) await pending.forget(namespace);
    // Last: until then, whoever opens the folder repeats this.
    await pending.setPurpose({ ...purpose, base: purpose.next, next: null });
  }
  await pending.close();
  if (!rest) await rm(path.join(root, workFolder), { recursive: true, force: true });
  await syncFolder(root);
}

function filesOf(manifest: Manifest | null): string[] {
  return (manifest?.namespaces ?? []).flatMap(({ files }) => files.map((file) => file.path));
}

async function putInPlace(root: string, file: string): Promise<void> {
  const place = pathBelow(root, file);
  await mkdir(path.dirname(place), { recursive: true });
  try {
    await rename(path.join(root, nextFolder, file), place);
  } catch (error) {
    // An earlier attempt has moved it; its presence was looked at before.
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

async function replaceManifest(root: string, text: string): Promise<void> {
  const unfinished = path.join(root, workFolder, manifestName);
  const file = await open(unfinished, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path.join(root, manifestName));
  await syncFolder(root);
}

/** Makes names durable. File systems that can't sync a folder (Windows) keep them without. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  if (handle === null) return;
  await handle.sync().catch(() => {});
  await handle.close();
}
