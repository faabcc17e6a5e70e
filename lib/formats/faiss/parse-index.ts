import type { FileReader } from "../file-reader";
import { FormatError } from "../format-error";

export type FaissMetric = "dotproduct" | "euclidean";

/** Where an index keeps its vectors. All offsets are bytes of the file. */
export type FaissStorage =
  /** One after the other; row `i` is vector `i`. */
  | { kind: "flat"; vectorsAt: number }
  /** In lists, each with its own vectors and the row number of each. */
  | { kind: "lists"; lists: { count: number; vectorsAt: number; rowsAt: number }[] };

export type FaissLayout = {
  /** As FAISS calls the class: `IndexFlatIP`, `IndexIDMap(IndexFlatL2)`, ... */
  type: string;
  dimension: number;
  count: number;
  metric: FaissMetric;
  storage: FaissStorage;
  /** Of an ID map: where the ID of each row stands, 8 bytes each. */
  idsAt: number | null;
};

/** Bytes before the body: class, dimension, count, two numbers that are no longer used, trained or not, metric. */
const metricAt = 33;
/** Index within index: an ID map over lists over a quantiser is three deep. */
const deepest = 5;
/** Dimensions beyond which a header is taken for damage. */
const mostDimensions = 1_000_000;

/**
 * Reads the structure of a FAISS file without its vectors, from `reader.position`.
 * @throws FormatError `foreign`, `truncated`, `malformed`; `refused` for an index that doesn't keep its vectors exactly
 */
export async function parseIndex(reader: FileReader, depth = 0): Promise<FaissLayout> {
  if (depth > deepest) throw new FormatError("malformed", "The FAISS index is nested deeper than any real one.");
  const start = reader.position;
  if (reader.size - start < metricAt + 4) throw new FormatError("foreign", "The file is too short for a FAISS index.");
  const header = await reader.take(metricAt + 4);
  const code = header.toString("latin1", 0, 4);
  if (!/^I[A-Za-z0-9]{3}$/.test(code)) throw new FormatError("foreign", "The file is no FAISS index.");
  const dimension = header.readInt32LE(4);
  const count = Number(header.readBigInt64LE(8));
  const metricCode = header.readInt32LE(metricAt);
  const otherOrder = header.readInt32BE(4);
  if (dimension > mostDimensions && otherOrder > 0 && otherOrder <= mostDimensions)
    throw new FormatError(
      "refused",
      "The FAISS index was written by a machine of the other byte order (big-endian). Read it with FAISS there, and write its vectors and texts as JSON lines or Parquet.",
    );
  if (dimension < 1 || dimension > mostDimensions || !Number.isSafeInteger(count) || count < 0)
    throw new FormatError("malformed", `The FAISS index claims ${count} vectors of dimension ${dimension}.`);
  if (!exact.has(code)) throw unreadType(code);
  if (metricCode > 1) reader.skip(4);
  const shape = { dimension, count, metric: metricOf(metricCode), idsAt: null };
  switch (code) {
    case "IxFI":
    case "IxF2":
    case "IxFl": {
      const floats = await reader.count64();
      if (floats !== dimension * count)
        throw new FormatError(
          "malformed",
          `The FAISS index has ${floats} numbers where ${count} vectors of ${dimension} are announced.`,
        );
      const vectorsAt = reader.position;
      reader.skip(floats * 4);
      const type = code === "IxFI" ? "IndexFlatIP" : code === "IxF2" ? "IndexFlatL2" : "IndexFlat";
      return { type, ...shape, storage: { kind: "flat", vectorsAt } };
    }
    case "IxMp":
    case "IxM2": {
      const inner = await parseIndex(reader, depth + 1);
      const ids = await reader.count64();
      if (ids !== inner.count)
        throw new FormatError("malformed", `The FAISS index has ${ids} IDs for ${inner.count} vectors.`);
      const idsAt = reader.position;
      reader.skip(ids * 8);
      return {
        ...inner,
        type: `${code === "IxMp" ? "IndexIDMap" : "IndexIDMap2"}(${inner.type})`,
        metric: shape.metric,
        idsAt,
      };
    }
    case "IHNf": {
      for (const bytes of [8, 4, 4, 8, 4]) reader.skip((await reader.count64()) * bytes);
      reader.skip(5 * 4);
      const inner = await parseIndex(reader, depth + 1);
      return { ...inner, type: "IndexHNSWFlat", metric: shape.metric };
    }
    case "IwFl":
      return { type: "IndexIVFFlat", ...shape, storage: await parseLists(reader, dimension, count, depth) };
  }
  throw unreadType(code);
}

const unreadType = (code: string) =>
  new FormatError(
    "refused",
    `The FAISS index is of the type ${code}, which ${lossy.has(code) ? "keeps its vectors only approximately" : "isn't read"}. Its texts can be embedded again.`,
  );

/** Classes that keep their vectors as they were given. */
const exact = new Set(["IxFI", "IxF2", "IxFl", "IxMp", "IxM2", "IHNf", "IwFl"]);

const lossy = new Set([
  "IxPq",
  "IxPQ",
  "IxPo",
  "IxSQ",
  "IwPQ",
  "IwQR",
  "IwSq",
  "IwSQ",
  "IvPQ",
  "IvQR",
  "IHNp",
  "IHNs",
  "IHN2",
  "IxHe",
  "IxHE",
  "IwPf",
  "IPfs",
  "IxLa",
]);

function metricOf(code: number): FaissMetric {
  if (code === 0) return "dotproduct";
  if (code === 1) return "euclidean";
  throw new FormatError(
    "refused",
    `The FAISS index uses metric ${code}; only inner product and Euclidean distance can be carried over.`,
  );
}

/** The inverted lists of an IVF index, after its quantiser, whose vectors are centroids and nobody's records. */
async function parseLists(reader: FileReader, dimension: number, count: number, depth: number): Promise<FaissStorage> {
  reader.skip(16);
  await parseIndex(reader, depth + 1);
  const mapType = (await reader.take(1)).readUInt8(0);
  reader.skip((await reader.count64()) * 8);
  if (mapType === 2) reader.skip((await reader.count64()) * 16);
  const code = (await reader.take(4)).toString("latin1");
  if (code !== "ilar")
    throw new FormatError(
      "refused",
      `The FAISS index keeps its lists as ${JSON.stringify(code)}, outside of the file or in a form that isn't read.`,
    );
  const listCount = await reader.count64();
  const codeSize = await reader.count64();
  if (codeSize !== dimension * 4)
    throw new FormatError("malformed", `The FAISS index keeps ${codeSize} bytes for vectors of ${dimension} numbers.`);
  const sizes = await listSizes(reader, listCount);
  if (sizes.reduce((sum, { count }) => sum + count, 0) !== count)
    throw new FormatError("malformed", `The lists of the FAISS index don't add up to its ${count} vectors.`);
  const lists = sizes.map(({ count }) => {
    const vectorsAt = reader.position;
    reader.skip(count * codeSize);
    const rowsAt = reader.position;
    reader.skip(count * 8);
    return { count, vectorsAt, rowsAt };
  });
  return { kind: "lists", lists };
}

/** Sizes of the lists that hold anything, in the order in which they stand. */
async function listSizes(reader: FileReader, listCount: number): Promise<{ count: number }[]> {
  const form = (await reader.take(4)).toString("latin1");
  const numbers = await reader.count64();
  if (numbers * 8 > reader.size)
    throw new FormatError("truncated", "The FAISS index announces more lists than it has bytes.");
  const raw = await reader.take(numbers * 8);
  const read = (index: number) => Number(raw.readBigUInt64LE(index * 8));
  const sizes: number[] = [];
  if (form === "full" && numbers === listCount) for (let list = 0; list < numbers; list++) sizes.push(read(list));
  else if (form === "sprs") for (let pair = 0; pair < numbers; pair += 2) sizes.push(read(pair + 1));
  else throw new FormatError("malformed", "The FAISS index doesn't say how long its lists are.");
  return sizes.filter((size) => size > 0).map((count) => ({ count }));
}
