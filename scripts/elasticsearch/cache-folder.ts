import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * Where servers are kept between runs: outside the repository, and where another user may read, since the server refuses to run as
 * root and root's home is closed to others.
 */
export function cacheFolder({ variable, name }: Cache): string {
  const named = process.env[variable];
  if (named) return path.resolve(named);
  if (process.getuid?.() === 0) return path.join("/var/tmp", name);
  return path.join(process.env.XDG_CACHE_HOME ?? path.join(process.env.HOME ?? tmpdir(), ".cache"), name);
}

/** The variable that may name another folder, and what the folder is called else. */
type Cache = { variable: string; name: string };
const elasticsearch: Cache = { variable: "PORTAGE_ELASTICSEARCH_CACHE", name: "portage-elasticsearch" };

/**
 * The folder of this name in the cache, made on first use: whole or not at all, also when two processes make it at the same time.
 * @param make fills a working folder, which goes afterwards, and answers the folder in it that is to be kept
 */
export async function cached(
  name: string,
  make: (work: string) => Promise<string>,
  where: Cache = elasticsearch,
): Promise<string> {
  const cache = cacheFolder(where);
  const kept = path.join(cache, name);
  if (existsSync(kept)) return kept;
  await mkdir(cache, { recursive: true, mode: 0o755 });
  const work = await mkdtemp(path.join(cache, "unpack-"));
  try {
    const fresh = await make(work);
    // Another process may have been quicker: what it made is as good.
    await rename(fresh, kept).catch((error: unknown) => {
      if (!existsSync(kept)) throw error;
    });
    return kept;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
