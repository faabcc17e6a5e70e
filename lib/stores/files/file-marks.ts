import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import path from "node:path";
import { FormatError } from "@/lib/formats/format-error";

/** How files stood at a moment: their sizes, times and places on the disk. Two equal marks: nothing was written in between. */
export type FileMarks = string;

/** Marks files that may be there or not. @throws FormatError `refused` for a symbolic link, which could lead out of the folder */
export async function markFiles(files: readonly string[]): Promise<FileMarks> {
  const marks = await Promise.all(files.map(markFile));
  return marks.join("\n");
}

/** The marks of files of which none is there. */
export const absentFiles = (files: readonly string[]): FileMarks => files.map(absent).join("\n");
const absent = (file: string) => `${file} -`;

async function markFile(file: string): Promise<string> {
  const found = await lstat(file, { bigint: true }).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (found === null) return absent(file);
  if (found.isSymbolicLink())
    throw new FormatError("refused", `${path.basename(file)} is a symbolic link, which isn't followed.`);
  return `${file} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}

/** Which folder this is: another one of the same name, put in its place, has another mark; what is written into it changes nothing. */
export async function markFolder(folder: string): Promise<string> {
  const { ino, birthtimeNs } = await lstat(folder, { bigint: true });
  return createHash("sha256").update(`${ino} ${birthtimeNs}`).digest("hex").slice(0, 8);
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
