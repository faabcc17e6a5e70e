import { readdir } from "node:fs/promises";
import path from "node:path";
import type { FileCollection, FileRecord, FoundStore, Json } from "../contract";
import { FormatError } from "../format-error";
import { readPickleFile } from "../pickle/read-pickle-file";
import { metadataOf, rowsOfPickle } from "../pickle/rows-of-pickle";
import { PickleObject, type PickleValue } from "../pickle/values";
import { FaissIndex } from "./faiss-index";
import { readJsonBeside } from "./read-json-beside";

/** What stands beside the vectors, by row. */
type Beside = { id: string | null; text: string | null; metadata: Map<string, Json> };

/**
 * Opens an index file of FAISS with what stands beside it: LangChain's `index.pkl`, or `text.pkl` and `metadata.pkl`.
 * @throws FormatError for the index itself; what is wrong with the files beside it is a fault of the collection
 */
export async function findFaiss(file: string, shown: string): Promise<FoundStore> {
  const index = await FaissIndex.open(file);
  try {
    const folder = path.dirname(file);
    const name = path.basename(file).replace(/\.(faiss|index)$/, "");
    const files = new Set(await readdir(folder));
    const faults: string[] = [];
    const stops: string[] = [];
    const langChain = files.has(`${name}.pkl`) ? `${name}.pkl` : null;
    const beside =
      langChain === null
        ? await besideInLists(folder, files, stops)
        : await besideInDocstore(path.join(folder, langChain), stops);
    const { layout } = index;
    if (beside === null && stops.length === 0)
      faults.push("No texts stand beside the index: its vectors can be copied, and not embedded again.");
    else if (beside !== null && beside.length !== layout.count)
      stops.push(
        `The index holds ${layout.count} vectors and ${beside.length} texts stand beside it: which belongs to which isn't known.`,
      );
    const fits = beside !== null && beside.length === layout.count ? beside : null;
    const collection: FileCollection = {
      name,
      within: null,
      dimension: layout.dimension,
      metric: layout.metric,
      faults: [...faults, ...stops],
      ...(stops[0] === undefined ? {} : { stop: stops[0] }),
      records: () => recordsOf(index, fits),
      vectors: opener(file),
    };
    const kind = langChain === null ? "faiss-folder" : "langchain-faiss";
    return { kind, format: `FAISS ${layout.type}`, path: shown, collections: [collection], close: () => index.close() };
  } catch (error) {
    await index.close();
    throw error;
  }
}

/** Apart, so that it doesn't hold on to the texts. */
const opener = (file: string) => () => FaissIndex.open(file);

async function* recordsOf(index: FaissIndex, beside: readonly Beside[] | null): AsyncGenerator<FileRecord> {
  for await (const { row, id, values, at } of index.vectors()) {
    const found = beside?.[row];
    const { text = null, metadata = new Map<string, Json>() } = found ?? {};
    yield { id: found?.id ?? String(id), text, metadata, values, at };
  }
}

const endings = [".pkl", ".pickle", ".json", ".jsonl"];
const named = (names: readonly string[]) => names.flatMap((name) => endings.map((ending) => `${name}${ending}`));
const textNames = named(["text", "texts", "chunks", "documents", "docs"]);
const metadataNames = named(["metadata", "metadatas", "meta"]);

/** Names of the files beside an index that are read with it, beside LangChain's pickle of its own name. */
export const besideNames: ReadonlySet<string> = new Set([...textNames, ...metadataNames]);

/** Lists whose row `i` belongs to vector `i`. */
async function besideInLists(folder: string, files: ReadonlySet<string>, stops: string[]): Promise<Beside[] | null> {
  const textFile = textNames.find((name) => files.has(name));
  const metadataFile = metadataNames.find((name) => files.has(name));
  const texts = await listIn(folder, textFile, stops, (value) => [...rowsOfPickle(value)]);
  // Beside texts of their own all that a row of metadata holds is metadata, whatever its keys are called.
  const metadatas = await listIn(folder, metadataFile, stops, (value) =>
    texts === null ? [...rowsOfPickle(value)] : wholeMetadata(value),
  );
  if (texts === null && metadatas === null) return null;
  if (texts !== null && metadatas !== null && texts.length !== metadatas.length) {
    stops.push(
      `There are ${texts.length} texts and ${metadatas.length} rows of metadata: which belongs to which isn't known.`,
    );
    return [];
  }
  return Array.from({ length: (texts ?? metadatas ?? []).length }, (_, row) => {
    const text = texts?.[row];
    const own = metadatas?.[row];
    return {
      id: null,
      text: text?.text ?? own?.text ?? null,
      metadata: own?.metadata ?? text?.metadata ?? new Map(),
    };
  });
}

type Row = Pick<FileRecord, "text" | "metadata">;

async function listIn(
  folder: string,
  name: string | undefined,
  stops: string[],
  rows: (value: PickleValue) => Row[],
): Promise<Row[] | null> {
  return name === undefined ? null : readBeside(path.join(folder, name), stops, rows);
}

function wholeMetadata(value: PickleValue): Row[] {
  const rows = value instanceof Map ? [...value.values()] : Array.isArray(value) ? value : null;
  if (rows === null) throw new FormatError("foreign", "It is no list of metadata.");
  return rows.map((row) => ({
    text: null,
    metadata: metadataOf(row instanceof PickleObject ? new Map(row.attributes) : row),
  }));
}

/** LangChain's pair: a store of documents by ID, and which ID each row has. */
function besideInDocstore(file: string, stops: string[]): Promise<Beside[] | null> {
  return readBeside(file, stops, (value) => {
    const [store, ids] = Array.isArray(value) ? value : [];
    const documents = store instanceof PickleObject ? store.attributes.get("_dict") : null;
    if (!(documents instanceof Map) || !(ids instanceof Map))
      throw new FormatError("foreign", "It doesn't hold LangChain's store of documents and its IDs.");
    return [...ids]
      .map(([row, id]): [number, Beside] => [Number(row), documentOf(String(id), documents.get(id) ?? null)])
      .sort(([one], [other]) => one - other)
      .map(([row, document], index) => {
        if (row === index) return document;
        throw new FormatError("malformed", `Its rows aren't numbered through: ${row} stands where ${index} belongs.`);
      });
  });
}

function documentOf(id: string, document: PickleValue): Beside {
  const fields = document instanceof PickleObject ? document.attributes : new Map<PickleValue, PickleValue>();
  const text = fields.get("page_content");
  return { id, text: typeof text === "string" ? text : null, metadata: metadataOf(fields.get("metadata") ?? null) };
}

async function readBeside<Read>(
  file: string,
  stops: string[],
  read: (value: PickleValue) => Read,
): Promise<Read | null> {
  try {
    return read(await (/\.jsonl?$/.test(file) ? readJsonBeside(file) : readPickleFile(file)));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    stops.push(`${path.basename(file)}: ${error.message}`);
    return null;
  }
}
