import { lstat, realpath } from "node:fs/promises";
import path from "node:path";
import { FormatError } from "@/lib/formats/format-error";

/** The real path of a folder or file that a connection names. @throws FormatError for a link or something else; ENOENT where there is nothing */
export async function placeOf(named: string, what: "folder" | "file" | "either"): Promise<string> {
  const place = path.resolve(named);
  const found = await lstat(place);
  if (found.isSymbolicLink())
    throw new FormatError(
      "refused",
      `${place} is a symbolic link, which isn't followed. Name the place that it leads to.`,
    );
  const isRight = (what !== "file" && found.isDirectory()) || (what !== "folder" && found.isFile());
  if (!isRight) throw new FormatError("foreign", `${place} is no ${what === "either" ? "folder and no file" : what}.`);
  return realpath(place);
}
