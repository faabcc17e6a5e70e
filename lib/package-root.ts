import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

function find(): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "prisma", "schema.prisma"))) return folder;
    if (path.dirname(folder) === folder)
      throw new Error("Portage's own folder, with prisma/schema.prisma, isn't found.");
  }
}

/** The folder that Portage is installed in, whether this runs from source or bundled in `dist/`. */
export const packageRoot = find();
