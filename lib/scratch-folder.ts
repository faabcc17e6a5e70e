import { lstat, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type KernelLock, takeKernelLock } from "./kernel-lock";

const beginning = "portage-scratch-";

/** A folder for files that nobody needs later. */
export type ScratchFolder = { path: string; remove(): Promise<void> };

/**
 * Makes a folder in the system's place for temporary files, for its owner alone. It is locked for as long as it is used, so that a later start
 * knows it from one that a killed process left behind.
 */
export async function makeScratchFolder(): Promise<ScratchFolder> {
  for (;;) {
    const folder = await mkdtemp(path.join(tmpdir(), beginning));
    const lock = lockOf(folder);
    // Another process that starts just now took it for one that was left, and removes it.
    if (lock === "taken") continue;
    const own = path.join(folder, "files");
    await mkdir(own);
    return {
      // Apart from the lock, which isn't one of the files.
      path: own,
      async remove() {
        await rm(folder, { recursive: true, force: true });
        if (lock !== "unsupported") lock.release();
      },
    };
  }
}

/**
 * Removes scratch folders whose process is gone, whatever ended it: those of this user that no process has locked. Where the file system keeps no
 * locks nothing is known of them, and they stay.
 * @returns how many were removed
 */
export async function removeLeftScratch(): Promise<number> {
  let removed = 0;
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(beginning)) continue;
    const folder = path.join(tmpdir(), name);
    const found = await lstat(folder).catch(() => null);
    if (!found?.isDirectory() || found.uid !== (process.getuid?.() ?? found.uid)) continue;
    const lock = lockOf(folder);
    if (lock === "taken" || lock === "unsupported") continue;
    try {
      await rm(folder, { recursive: true, force: true });
      removed++;
    } finally {
      lock.release();
    }
  }
  return removed;
}

/** One that is gone by now belongs to who removed it. */
function lockOf(folder: string): KernelLock | "taken" | "unsupported" {
  try {
    return takeKernelLock(folder);
  } catch {
    return "taken";
  }
}
