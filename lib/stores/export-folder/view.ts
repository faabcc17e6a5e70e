import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import type { ExportFolder } from "@/lib/formats/export-folder/export-folder";
import type { ExportWriter } from "@/lib/formats/export-folder/export-writer";
import { manifestName } from "@/lib/formats/export-folder/manifest";
import { pendingFile, workFolder } from "@/lib/formats/export-folder/places";
import { refuse } from "@/lib/formats/export-folder/refuse";
import { isMissing } from "../files/file-marks";
import { type Moment, MovedUnderway } from "../files/moments";

/** What a folder holds: a finished export, one that is being written (with what is pending), or nothing yet. */
export type View = Moment & {
  root: string;
  finished: ExportFolder | null;
  writer: ExportWriter | null;
  note?: string;
  /** Why what is there can't be read yet. */
  unfinished?: unknown;
};

/** The library that sorts what is pending is read when something is. */
export const exportWriter = async () => (await import("@/lib/formats/export-folder/export-writer")).ExportWriter;

/** What reads Parquet is loaded by who opens such a folder, and by nobody else. */
const openFolder = async (root: string) =>
  (await import("@/lib/formats/export-folder/export-folder")).ExportFolder.open(root);

/** When and by which plan. Whoever resumes an export keeps what was noted at its beginning. */
export const madeNow = () => ({ at: new Date().toISOString(), plan: null });

/** The finished export, whatever is pending beside it. @throws FormatError for a folder that holds something else */
export async function takeFinished(root: string): Promise<View> {
  const marks = await manifestMark(root);
  const isBeingWritten = (await lstatOf(path.join(root, workFolder))) !== null;
  if (marks === null) {
    await nothingIn(root);
    const unfinished = isBeingWritten ? await openFolder(root).catch((error: unknown) => error) : null;
    const stands = async () => (await manifestMark(root)) === null;
    return ifStill({
      root,
      finished: null,
      writer: null,
      stands,
      close: async () => {},
      ...(unfinished ? { unfinished } : {}),
    });
  }
  const finished = await openFolder(root);
  const stands = async () => (await manifestMark(root)) === marks;
  const view: View = { root, finished, writer: null, stands, close: () => finished.close() };
  if (isBeingWritten)
    view.note =
      "Something was written after this export was finished, and is not in it yet: resume the run that writes it.";
  return ifStill(view);
}

/** What a target reads and writes: with what is pending. @throws FormatError for a folder that holds something else */
export async function takeStanding(root: string): Promise<View> {
  const [manifest, pending] = [await manifestMark(root), await pendingMark(root)];
  if (pending === null) {
    const finished = manifest === null ? await nothingIn(root) : await openFolder(root);
    const stands = async () => (await manifestMark(root)) === manifest && (await pendingMark(root)) === null;
    return ifStill({ root, finished, writer: null, stands, close: async () => finished?.close() });
  }
  const writer = await (await exportWriter()).resume(root, madeNow());
  // Opening may have ended what an interrupted finish began.
  const after = await pendingMark(root);
  const stands = async () =>
    after !== null && (await manifestMark(root)) === manifest && (await pendingMark(root)) === after;
  return ifStill({ root, finished: null, writer, stands, close: async () => writer?.close() });
}

async function ifStill(view: View): Promise<View> {
  if (await view.stands()) return view;
  await view.close();
  throw new MovedUnderway();
}

/** A folder where an export may begin. @throws FormatError: something else is in it */
async function nothingIn(root: string): Promise<null> {
  const names = await readdir(root).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const other = names.find((name) => !name.startsWith("."));
  if (other === undefined) return null;
  throw refuse("refused", {
    what: `${root} is neither empty nor an export folder: ${JSON.stringify(other)} is in it, and no manifest (${manifestName}).`,
    notLost: "Nothing was written to it.",
    next: "Name a new or empty folder, or one that an export was written to.",
  });
}

async function manifestMark(root: string): Promise<string | null> {
  const found = await lstatOf(path.join(root, manifestName));
  return found && `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}

/** Which file it is, not when it was written to. */
async function pendingMark(root: string): Promise<string | null> {
  const found = await lstatOf(path.join(root, pendingFile));
  return found && `${found.ino} ${found.birthtimeNs}`;
}

function lstatOf(file: string) {
  return lstat(file, { bigint: true }).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
}
