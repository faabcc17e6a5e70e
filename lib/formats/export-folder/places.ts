import { constants, type FileHandle, lstat, open, realpath } from "node:fs/promises";
import path from "node:path";
import { FormatError } from "../format-error";
import { manifestName, mostManifestBytes } from "./manifest";
import { errorCode, refuse } from "./refuse";

/** Where a writer keeps what isn't finished. Without a manifest beside it, the folder isn't an export yet. */
export const workFolder = ".portage-unfinished";
/** Records that are in no finished file yet. */
export const pendingFile = `${workFolder}/pending.mdb`;

/** A path of the manifest as one of the file system. @throws FormatError when it doesn't lie below the folder */
export function pathBelow(root: string, relative: string): string {
  const parts = relative.split("/");
  const isPlain =
    parts.every((part) => part !== "" && part !== "." && part !== "..") &&
    !/[\\\0]/.test(relative) &&
    !/^[a-z]:/i.test(relative);
  if (!isPlain) throw outside(root, relative);
  return path.join(root, ...parts);
}

/**
 * Opens a file that the manifest names for reading. Links are refused, at its end and on the way: an export folder that somebody sent must not make
 * Portage read other files.
 * @throws FormatError in words
 */
export async function openBelow(root: string, relative: string): Promise<FileHandle> {
  const file = pathBelow(root, relative);
  try {
    const [realRoot, realFile] = await Promise.all([realpath(root), realpath(file)]);
    if (realFile !== path.join(realRoot, path.relative(root, file))) throw outside(root, relative);
    const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    throw outside(root, relative);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    if (errorCode(error) === "ELOOP") throw outside(root, relative);
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") throw await missing(root, relative);
    throw error;
  }
}

function outside(root: string, relative: string): FormatError {
  return refuse("refused", {
    what: `The export folder ${root} names ${JSON.stringify(relative)} as one of its files, which is a link, a folder, or leads out of it.`,
    notLost: "Nothing outside of the folder was read, and nothing was changed.",
    next: "Don't use this folder unless you know who made it; a folder that Portage wrote names no such file.",
  });
}

async function missing(root: string, relative: string): Promise<FormatError> {
  if ((await lstat(root).catch(() => null)) === null)
    return refuse("truncated", {
      what: `The export folder ${root} is not there any more: it was moved or removed while it was read.`,
      notLost: "What was read from it before that was complete, file by file.",
      next: "Put the folder back and run the same again.",
    });
  return refuse("truncated", {
    what: `The export folder ${root} lacks the file ${relative} that its manifest names.`,
    notLost: "Its other files were not touched.",
    next: "Put the file back, or use another copy of the export.",
  });
}

/** The text of the manifest. @throws FormatError when there is none: then it is no export */
export async function readManifestText(root: string): Promise<string> {
  const text = await manifestTextIn(root);
  if (text !== null) return text;
  const unfinished = (await lstat(path.join(root, workFolder)).catch(() => null)) !== null;
  throw refuse("foreign", {
    what: unfinished
      ? `The export in ${root} was not finished: it has no manifest (${manifestName}) yet, so it is not a backup.`
      : `${root} is not an export folder: it has no manifest (${manifestName}).`,
    notLost: unfinished ? "What was written to it so far is kept." : "Nothing of it was changed.",
    next: unfinished ? "Resume the run that writes it." : "Name the folder that an export was written to.",
  });
}

/** `null` when there is none. */
export async function manifestTextIn(root: string): Promise<string | null> {
  const found = await lstat(path.join(root, manifestName)).catch(() => null);
  if (found === null) return null;
  const handle = await openBelow(root, manifestName);
  try {
    const { size } = await handle.stat();
    if (size > mostManifestBytes)
      throw new FormatError("too-large", `The manifest of ${root} is larger than any that Portage writes.`);
    return (await handle.readFile()).toString("utf8");
  } finally {
    await handle.close();
  }
}
