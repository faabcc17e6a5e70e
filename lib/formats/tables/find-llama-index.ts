import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { FileCollection, FileRecord, FoundStore } from "../contract";
import { FaissIndex } from "../faiss/faiss-index";
import { looksLikeFaiss } from "../faiss/looks-like-faiss";
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
const dataSchema = z.object({
  text: z.string().nullish(),
  text_resource: z.object({ text: z.string().nullish() }).nullish(),
  metadata: anyObject.nullish(),
  /** The same in versions before 0.6. */
  extra_info: anyObject.nullish(),
});
const nodeSchema = z.object({ __data__: z.union([dataSchema, jsonText(dataSchema)]) });
type Node = z.infer<typeof nodeSchema>;
const documentsSchema = z.object({ "docstore/data": z.record(z.string(), nodeSchema).default({}) });
/** Where vectors are kept by FAISS: which node each of its rows is. */
const rowsSchema = z.object({ nodes_dict: z.record(z.string(), z.string()) });
const indexesSchema = z.object({
  "index_store/data": z.record(
    z.string(),
    z.object({
      __data__: z
        .union([rowsSchema, jsonText(rowsSchema)])
        .nullish()
        .catch(null),
    }),
  ),
});

/** An object, or its JSON as a text. */
function jsonText<Read>(schema: z.ZodType<Read>) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue("no JSON");
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** The folder that LlamaIndex's `persist` writes: documents and vectors as JSON. @throws FormatError */
export async function findLlamaIndex(folder: string, shown: string): Promise<FoundStore> {
  const files = await readdir(folder);
  const vectorFiles = files.filter((name) => name.endsWith("vector_store.json"));
  const documents = files.includes("docstore.json")
    ? (await readJson(path.join(folder, "docstore.json"), documentsSchema))["docstore/data"]
    : {};
  const collections: FileCollection[] = [];
  const close: (() => Promise<void>)[] = [];
  for (const name of vectorFiles) {
    const file = path.join(folder, name);
    const short = name.replace(/_*vector_store\.json$/, "") || path.basename(folder);
    if (await looksLikeFaiss(file)) {
      const index = await FaissIndex.open(file);
      close.push(() => index.close());
      try {
        collections.push(await ofFaiss({ folder, file, index, name: short, documents }));
      } catch (error) {
        for (const one of close) await one();
        throw error;
      }
      continue;
    }
    const stored = await readJson(file, vectorsSchema);
    const ids = Object.keys(stored.embedding_dict);
    if (ids.length === 0 && vectorFiles.length > 1) continue;
    const lost = ids.filter((id) => documents[id] === undefined).length;
    collections.push({
      name: short,
      within: null,
      dimension: null,
      metric: "cosine",
      faults: lost > 0 ? [`${lost.toLocaleString("en-US")} vectors have no document in docstore.json.`] : [],
      async *records(): AsyncGenerator<FileRecord> {
        for (const id of ids)
          yield {
            id,
            ...ofNode(documents[id], stored.metadata_dict?.[id]),
            values: Float32Array.from(stored.embedding_dict[id] ?? []),
          };
      },
    });
  }
  return {
    kind: "llama-index",
    format: "LlamaIndex storage",
    path: shown,
    collections,
    close: async () => {
      for (const one of close) await one();
    },
  };
}

function ofNode(node: Node | undefined, other?: unknown): Pick<FileRecord, "text" | "metadata"> {
  const data = node?.__data__;
  const metadata = fromJson(data?.metadata ?? data?.extra_info ?? other ?? {});
  return {
    text: data?.text ?? data?.text_resource?.text ?? null,
    metadata: metadata instanceof Map ? metadata : new Map(),
  };
}

type InFaiss = { folder: string; file: string; index: FaissIndex; name: string; documents: Record<string, Node> };

/** LlamaIndex over FAISS: an index under a name of JSON, its rows told by index_store.json. */
async function ofFaiss({ folder, file, index, name, documents }: InFaiss): Promise<FileCollection> {
  const { dimension, metric, count } = index.layout;
  if (!(await readdir(folder)).includes("index_store.json"))
    throw new FormatError("truncated", "index_store.json is missing: which vector belongs to which node isn't known.");
  const read = await readJson(path.join(folder, "index_store.json"), indexesSchema);
  const rows = Object.values(read["index_store/data"]).flatMap(({ __data__ }) =>
    __data__ ? [__data__.nodes_dict] : [],
  );
  const ids = rows.find((one) => Object.keys(one).length === count) ?? {};
  const stop =
    Object.keys(ids).length === count
      ? null
      : `The index holds ${count} vectors and index_store.json tells no ${count} nodes: which belongs to which isn't known.`;
  return {
    name,
    within: null,
    dimension,
    metric,
    faults: stop === null ? [] : [stop],
    ...(stop === null ? {} : { stop }),
    async *records(): AsyncGenerator<FileRecord> {
      for await (const { row, values, at } of index.vectors()) {
        const id = ids[String(row)];
        yield { id: id ?? String(row), ...ofNode(id === undefined ? undefined : documents[id]), values, at };
      }
    },
    vectors: () => FaissIndex.open(file),
  };
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
