import { createHash } from "node:crypto";

/** How Pinecone calls the folder of its default namespace ("To import into the default namespace, use a subdirectory called `__default__`"). */
const defaultFolder = "__default__";
/** Names that Windows keeps for devices, with whatever ending. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** Printable ASCII without what a file system or an address gives a meaning, and without a dot, dash or space at its edge. */
const plain = /^(?![.\- ])[ -~]{1,120}(?<![. ])$/;
const meaningful = /[<>:"/\\|?*]/;
const withDigest = /--[0-9a-f]{16}$/;

/**
 * The folder of each namespace: its own name where every file system and object store takes that as it is, since Pinecone's import names
 * namespaces after folders; else as much of it as is safe, with a digest of the whole. Two never share one, not even where capitals aren't
 * told apart. What comes out depends on the set of names alone, and on the folders that stand already.
 * @param standing folders of namespaces that are in the export already: they keep them
 */
export function assignFolders(
  namespaces: Iterable<string>,
  standing: ReadonlyMap<string, string>,
): Map<string, string> {
  const assigned = new Map(standing);
  const taken = new Set([...standing.values()].map((folder) => folder.toLowerCase()));
  for (const namespace of [...namespaces].sort(byBytes)) {
    if (assigned.has(namespace)) continue;
    const own = ownFolder(namespace);
    const folder = own !== null && !taken.has(own.toLowerCase()) ? own : digestFolder(namespace);
    assigned.set(namespace, folder);
    taken.add(folder.toLowerCase());
  }
  return assigned;
}

function ownFolder(namespace: string): string | null {
  if (namespace === "") return defaultFolder;
  const isSafe = plain.test(namespace) && !meaningful.test(namespace) && !device.test(namespace);
  return isSafe && namespace !== defaultFolder && !withDigest.test(namespace) ? namespace : null;
}

function digestFolder(namespace: string): string {
  const readable = namespace
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .slice(0, 60)
    .replace(/^-+|-+$/g, "");
  const digest = createHash("sha256").update(namespace).digest("hex").slice(0, 16);
  return `${readable || "namespace"}--${digest}`;
}

/** The order of listings: by the bytes of UTF-8. */
export function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
