import { createHash } from "node:crypto";
import { z } from "zod";
import { refuse } from "./refuse";

export const manifestName = "portage-export.json";
export const manifestFormat = "portage-export";
export const manifestVersion = 1;
/** A manifest of a hundred thousand files takes some 40 MB. */
export const mostManifestBytes = 256 * 2 ** 20;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();

export const exportFileSchema = z.strictObject({
  /** Below the export folder, with `/` between folders. */
  path: z.string().min(1).max(1024),
  rows: count,
  bytes: count,
  sha256,
  /** The file's first and last ID, by the bytes of UTF-8; a file's last one stands before the next file's first. */
  first: z.string(),
  last: z.string(),
});
export type ExportFile = z.infer<typeof exportFileSchema>;

const namespaceSchema = z.strictObject({
  /** `""`: the default one. */
  name: z.string(),
  folder: z.string().min(1).max(255),
  count,
  /** Which columns its files have beside `id` and `metadata`. */
  columns: z.strictObject({ values: z.boolean(), sparse: z.boolean() }),
  files: z.array(exportFileSchema),
});
export type ExportNamespace = z.infer<typeof namespaceSchema>;

/** What the records are, whichever namespace they are in. */
export const contentSchema = z.strictObject({
  source: z.strictObject({
    /** As stores are named: `pinecone`. */
    kind: z.string(),
    /** Which account or file it was, without a secret. */
    account: z.string(),
    index: z.string(),
  }),
  /** `null`: an index of sparse vectors. */
  dimension: z.number().int().positive().nullable(),
  metric: z.enum(["cosine", "dotproduct", "euclidean"]).nullable(),
  /** By which the vectors were made; `null`: not known. */
  model: z.string().nullable(),
});
export type ExportContent = z.infer<typeof contentSchema>;

export function contentOf({ source, dimension, metric, model }: ExportContent): ExportContent {
  return { source, dimension, metric, model };
}

export const madeSchema = z.strictObject({ at: z.iso.datetime(), plan: z.string().nullable() });
export type ExportMade = z.infer<typeof madeSchema>;

export const manifestSchema = contentSchema.extend({
  format: z.literal(manifestFormat),
  version: z.literal(manifestVersion),
  /** How often the folder was written. */
  generation: z.number().int().positive(),
  made: madeSchema,
  namespaces: z.array(namespaceSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** What a manifest of whatever version has. */
const anyVersion = z.object({ format: z.literal(manifestFormat), version: z.number().int() });

/** @throws FormatError in words: not a manifest, of a newer version, or damaged */
export function parseManifest(text: string, root: string): Manifest {
  const json = parsedJson(text);
  const found = anyVersion.safeParse(json);
  if (found.success && found.data.version > manifestVersion)
    throw refuse("refused", {
      what: `The export folder ${root} has version ${found.data.version} of its format, and this Portage reads up to version ${manifestVersion}.`,
      notLost: "Nothing of it was changed.",
      next: "Read it with the version of Portage that wrote it, or a later one.",
    });
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success && !isConsistent(parsed.data)) return damaged(root, "its counts or files contradict each other");
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return damaged(
    root,
    issue ? `${issue.path.join(".") || "the whole"}: ${issue.message}` : "it isn't JSON of the expected form",
  );
}

function damaged(root: string, why: string): never {
  throw refuse("malformed", {
    what: `The manifest ${manifestName} of ${root} is damaged (${why}).`,
    notLost: "The Parquet files beside it were not touched; other tools can read them.",
    next: "Put the manifest back as it was written, or make the export again.",
  });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isConsistent({ namespaces }: Manifest): boolean {
  const names = new Set(namespaces.map(({ name }) => name));
  const paths = new Set(namespaces.flatMap(({ files }) => files.map(({ path }) => path)));
  const files = namespaces.reduce((sum, namespace) => sum + namespace.files.length, 0);
  return (
    names.size === namespaces.length &&
    paths.size === files &&
    namespaces.every(({ count: total, files: parts }) => parts.reduce((sum, { rows }) => sum + rows, 0) === total)
  );
}

export function renderManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
