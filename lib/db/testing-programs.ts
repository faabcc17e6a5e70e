import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

/** The folder of the newest PostgreSQL server on this machine, or `null`: where Debian and others put the server's programs; the newest version comes last. */
export function findPrograms(): string | null {
  const base = "/usr/lib/postgresql";
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(a) - Number(b)) : [];
  const folders = [
    "/usr/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
    ...versions.map((v) => path.join(base, v, "bin")),
  ];
  return (
    folders.filter((folder) => ["initdb", "postgres"].every((name) => existsSync(path.join(folder, name)))).at(-1) ??
    null
  );
}
