import { lstat, open } from "node:fs/promises";

/** By how it begins: index files are called anything, `vectors`, `db.bin`. A link isn't followed; what can't be read is none. */
export async function looksLikeFaiss(file: string): Promise<boolean> {
  if (!(await lstat(file)).isFile()) return false;
  const handle = await open(file, "r").catch(() => null);
  if (handle === null) return false;
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && /^I(x|H|w|v)[A-Za-z0-9]{2}$/.test(buffer.toString("latin1"));
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}
