import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
} from "node:fs";
import path from "node:path";
import { packageRoot } from "./package-root";

/** What takes seconds to make from nothing and is the same for everybody: an empty, migrated database; a filled sandbox; its PostgreSQL, with articles. */
export type ReadyMade = "database" | "sandbox" | "postgres";

/** The folder of what the build made ready; `null` when it made none, so that it has to be made from nothing. */
export function readyMade(kind: ReadyMade): string | null {
  const made = path.join(packageRoot, "dist", "made");
  const current = path.join(made, `${kind}.current`);
  if (!existsSync(current)) return null;
  const folder = path.join(made, readFileSync(current, "utf8").trim(), kind);
  return existsSync(folder) ? folder : null;
}

/** Takes the rights of everybody but the owner from what is in a folder, whoever gave them. */
export function closeToOthers(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & 0o077) !== 0) chmodSync(file, mode & 0o700);
  }
}

/** Copies a folder with all that is in it, for its owner alone; shares the blocks where the file system can. */
export function copyPrivately(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) copyPrivately(source, target);
    else {
      copyFileSync(source, target, constants.COPYFILE_FICLONE);
      chmodSync(target, 0o600);
    }
  }
}
