import { lstatSync, realpathSync } from "node:fs";
import path from "node:path";
import type { Config } from "@/lib/config";
import { OperatorError } from "@/lib/operator-error";

/**
 * A path of this machine as connections may use it: absolute, with all links followed. What isn't there yet is looked at by the folder that
 * would hold it.
 * @throws OperatorError `path-not-allowed` unless it lies below one of `PORTAGE_FOLDERS`
 */
export function allowedPath({ folders }: Pick<Config, "folders">, given: string): string {
  if (given.includes("\0")) throw refused(given, "it holds a NUL character", folders);
  if (folders.length === 0) throw refused(given, "no folder may be read or written", folders);
  const real = realPath(path.resolve(given));
  if (folders.some((folder) => isBelow(real, realPath(path.resolve(folder))))) return real;
  throw refused(given, "it lies outside of the folders that may be used, itself or by a link", folders);
}

function realPath(whole: string): string {
  try {
    return realpathSync.native(whole);
  } catch (error) {
    const parent = path.dirname(whole);
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    // A link to what isn't there: whoever made it there would make it wherever the link leads.
    const link = lstatSync(whole, { throwIfNoEntry: false });
    if (!missing || link || parent === whole) throw refused(whole, "it can't be looked at", []);
    return path.join(/* turbopackIgnore: true */ realPath(parent), path.basename(whole));
  }
}

function isBelow(one: string, root: string): boolean {
  const way = path.relative(root, one);
  return way === "" || (!path.isAbsolute(way) && way !== ".." && !way.startsWith(`..${path.sep}`));
}

function refused(given: string, why: string, folders: readonly string[]): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "path-not-allowed",
    what: `The path ${JSON.stringify(given)} can't be used: ${why}.`,
    notLost: "Nothing was read or written there.",
    next:
      folders.length === 0
        ? "Set PORTAGE_FOLDERS to the folders that Portage may use, and start it again."
        : `Choose one below ${folders.join(" or ")}, or add its folder to PORTAGE_FOLDERS and start Portage again.`,
  });
}
