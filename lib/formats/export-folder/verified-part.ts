import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { ExportFile } from "./manifest";
import { PartReader } from "./parquet/part-reader";
import { openBelow } from "./places";
import { refuse } from "./refuse";

const pieceBytes = 2 ** 20;

/** A file of an export, open for reading: its length and digest are those of the manifest. */
export type VerifiedPart = { file: ExportFile; reader: PartReader; close(): Promise<void> };

/**
 * Opens a file and reads it once whole, to compare its digest before any record of it is given out.
 * @throws FormatError when it isn't the file that was written
 */
export async function openPart(root: string, file: ExportFile, signal?: AbortSignal): Promise<VerifiedPart> {
  const handle = await openBelow(root, file.path);
  try {
    const { size } = await handle.stat();
    if (size !== file.bytes) throw changed(root, file, `it has ${bytes(size)} instead of ${bytes(file.bytes)}`);
    if ((await digestOfFile(handle, size, signal)) !== file.sha256)
      throw changed(root, file, "its SHA-256 is not the one of the manifest");
    const reader = await PartReader.open(handle, size);
    if (reader.groups.reduce((sum, { rows }) => sum + rows, 0) !== file.rows)
      throw changed(root, file, "it holds another number of records than the manifest says");
    return { file, reader, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function digestOfFile(handle: FileHandle, size: number, signal?: AbortSignal): Promise<string> {
  const digest = createHash("sha256");
  const piece = Buffer.allocUnsafeSlow(pieceBytes);
  for (let at = 0; at < size; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(piece, 0, pieceBytes, at);
    if (bytesRead === 0) break;
    digest.update(piece.subarray(0, bytesRead));
    at += bytesRead;
  }
  return digest.digest("hex");
}

function changed(root: string, file: ExportFile, why: string) {
  return refuse("malformed", {
    what: `The file ${file.path} of the export folder ${root} was changed after it was written: ${why}.`,
    notLost: "No record of it was used; the folder's other files are checked one by one and were not touched.",
    next: "Use another copy of this file or of the export, or make the export again.",
  });
}

const bytes = (value: number) => `${value.toLocaleString("en-US")} bytes`;
