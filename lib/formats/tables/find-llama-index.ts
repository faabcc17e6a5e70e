import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { FileCollection, FileRecord, FoundStore, Json } from "../contract";
import { FormatError } from "../format-error";
import { fromJson } from "./from-json";

/** Bytes of a JSON file that is read whole. LlamaIndex itself reads it whole, too. */
const mostBytes = 512 * 1024 * 1024;

/** Not by `z.record`, which leaves out a key `__proto__`. */
const anyObject = z.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "not an object",
);
const vectorsSchema = z.object({
  embedding_dict: z.record(z.string(), z.array(z.number())),
  metadata_dict: z.record(z.string(), z.unknown()).nullish(),
});
const nodeSchema = z.object({
  __data__: z.object({
    text: z.string().nullish(),
    text_resource: z.object({ text: z.string().nullish() }).nullish(),
    metadata: anyObject.nullish(),
  }),
});
const documentsSchema = z.object({ "docstore/data": z.record(z.string(), nodeSchema).default({}) });

/** The folder that LlamaIndex's `persist` writes: documents and vectors as JSON. @throws FormatError */
export async function findLlamaIndex(folder: string, shown: string): Promise<FoundStore> {
  const files = await readdir(folder);
  const vectorFiles = files.filter((name) => name.endsWith("vector_store.json"));
  const documents = files.includes("docstore.json")
    ? (await readJson(path.join(folder, "docstore.json"), documentsSchema))["docstore/data"]
    : {};
  const collections: FileCollection[] = [];
  for (const name of vectorFiles) {
    const stored = await readJson(path.join(folder, name), vectorsSchema);
    const ids = Object.keys(stored.embedding_dict);
    if (ids.length === 0 && vectorFiles.length > 1) continue;
    const lost = ids.filter((id) => documents[id] === undefined).length;
    collections.push({
      name: name.replace(/_*vector_store\.json$/, "") || path.basename(folder),
      within: null,
      dimension: null,
      metric: "cosine",
      faults: lost > 0 ? [`${lost.toLocaleString("en-US")} vectors have no document in docstore.json.`] : [],
      async *records(): AsyncGenerator<FileRecord> {
        for (const id of ids) {
          const node = documents[id]?.__data__;
          const metadata: Json = fromJson(node?.metadata ?? stored.metadata_dict?.[id] ?? {});
          yield {
            id,
            text: node?.text ?? node?.text_resource?.text ?? null,
            metadata: metadata instanceof Map ? metadata : new Map(),
            values: Float32Array.from(stored.embedding_dict[id] ?? []),
          };
        }
      },
    });
  }
  return { kind: "llama-index", format: "LlamaIndex storage", path: shown, collections, close: async () => {} };
}

async function readJson<Read>(file: string, schema: z.ZodType<Read>): Promise<Read> {
  const name = path.basename(file);
  const { size } = await stat(file);
  if (size > mostBytes)
    throw new FormatError(
      "too-large",
      `${name} has ${size.toLocaleString("en-US")} bytes; up to 512 MB of JSON are read.`,
    );
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch {
    throw new FormatError("malformed", `${name} is no JSON: it is cut off or damaged.`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new FormatError("foreign", `${name} isn't what LlamaIndex writes.`);
  return parsed.data;
}
