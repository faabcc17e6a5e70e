import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { ExportBase } from "../export-base";
import { type ExportFile, exportFileSchema } from "../manifest";
import { mergeById, nothing } from "../merge";
import { PartWriter } from "../parquet/part-writer";
import type { ColumnSet } from "../parquet/schema";
import type { PendingStore } from "../pending/pending-store";
import { workFolder } from "../places";
import type { Range } from "../range";
import type { ExportRecord } from "../record";

/** Where finished files wait until all of them can be put in place. */
export const nextFolder = path.join(workFolder, "next");

export type SpanTask = {
  root: string;
  base: ExportBase | null;
  pending: PendingStore;
  namespace: string;
  folder: string;
  range: Range;
  columns: ColumnSet;
  /** Begins the names of the files: the same for the same work, so that a resumed writer makes the same names. */
  name: string;
  /** Bytes of records after which a file ends. */
  fileBytes: number;
  signal?: AbortSignal;
};

/** The files of a span that are complete. They hold for the records as they were after so many writes. */
const progressSchema = z.strictObject({
  writes: z.number(),
  files: z.array(exportFileSchema),
  isComplete: z.boolean(),
});
type Progress = z.infer<typeof progressSchema>;

/** Writes what the span holds into files of their own. Goes on after the last complete file of an earlier attempt. */
export async function writeSpan(task: SpanTask): Promise<ExportFile[]> {
  const { root, base, pending, namespace, range, folder, signal } = task;
  const note = `files ${folder}/${task.name}`;
  const writes = pending.writes();
  const progress = await usable(root, pending.note(note, progressSchema), writes);
  if (progress.isComplete) return progress.files;
  await mkdir(path.join(root, nextFolder, folder), { recursive: true });
  const save = () => pending.setNote(note, progress);
  const rest = { after: progress.files.at(-1)?.last ?? range.after, upTo: range.upTo };
  const records = mergeById<ExportRecord>(
    base?.records(namespace, rest) ?? nothing(),
    pending.records(namespace, rest),
    ({ id }) => id,
  );
  let part: { path: string; writer: PartWriter } | null = null;
  const finishPart = async () => {
    if (part === null) return;
    progress.files.push({ path: part.path, ...(await part.writer.finish()) });
    part = null;
    await save();
  };
  try {
    for await (const record of records) {
      signal?.throwIfAborted();
      part ??= await begin(task, progress.files.length);
      await part.writer.add(record);
      if (part.writer.bytesAdded >= task.fileBytes) await finishPart();
    }
    await finishPart();
  } catch (error) {
    await abandon(part);
    throw error;
  }
  progress.isComplete = true;
  await save();
  return progress.files;
}

async function begin({ root, folder, name, columns }: SpanTask, number: number) {
  const relative = `${folder}/${name}-${String(number).padStart(5, "0")}.parquet`;
  return { path: relative, writer: await PartWriter.create(path.join(root, nextFolder, relative), columns) };
}

async function abandon(part: { writer: PartWriter } | null): Promise<void> {
  await part?.writer.abandon().catch(() => {});
}

/** What an earlier attempt noted, up to the first file that isn't there; nothing when records were written since. */
async function usable(root: string, noted: Progress | null, writes: number): Promise<Progress> {
  if (noted === null || noted.writes !== writes) return { writes, files: [], isComplete: false };
  const files: ExportFile[] = [];
  for (const file of noted.files) {
    if (!(await isThere(root, file))) return { writes, files, isComplete: false };
    files.push(file);
  }
  return { ...noted, files };
}

/** In the waiting room, or already in its place. */
async function isThere(root: string, { path: relative, bytes }: ExportFile): Promise<boolean> {
  for (const place of [path.join(root, nextFolder, relative), path.join(root, relative)]) {
    const found = await stat(place).catch(() => null);
    if (found !== null) return found.size === bytes;
  }
  return false;
}
