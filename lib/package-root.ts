import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));

function find(): string {
  for (let folder = here; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "prisma", "schema.prisma"))) return folder;
    if (path.dirname(folder) === folder)
      throw new Error("Portage's own folder, with prisma/schema.prisma, isn't found.");
  }
}

/** The folder that Portage is installed in, whether this runs from source or bundled in `dist/`. */
export const packageRoot = find();

/**
 * The file that the build made for an entry (`database-thread.mjs`, ...): of the same build as this very code when it was
 * bundled, else of the last build.
 */
export function bundledFile(name: string): string {
  const beside = path.join(here, name);
  if (existsSync(beside)) return beside;
  const dist = path.join(packageRoot, "dist");
  return path.join(dist, readFileSync(path.join(dist, "current"), "utf8").trim(), name);
}
