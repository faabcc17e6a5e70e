import { z } from "zod";

const head = z.object({
  id: z.string(),
  number: z.number(),
  routing: z.string().nullable(),
  seqNo: z.number(),
  version: z.number(),
  /** Fields whose values were not indexed when it was written: the mapping didn't know them, or ignored the value. */
  unindexed: z.array(z.string()),
});
export type DocumentHead = z.infer<typeof head>;

const sourceSchema = z.record(z.string(), z.unknown());
export type Source = z.infer<typeof sourceSchema>;
export type Scalar = string | number | boolean;

/** Longer texts are never asked for by value; not keeping them apart saves memory. */
const longestValue = 256;

/** One version of a document; it never changes. Its text is kept as it came, so that keys stay in order. */
export class StoredDocument {
  #columns: Map<string, Scalar[]> | null = null;

  constructor(
    readonly head: DocumentHead,
    /** JSON. */
    readonly text: string,
  ) {}

  static decode(bytes: Buffer): StoredDocument {
    const end = bytes.indexOf(10);
    return new StoredDocument(head.parse(JSON.parse(bytes.toString("utf8", 0, end))), bytes.toString("utf8", end + 1));
  }

  encode(): Buffer {
    return Buffer.from(`${JSON.stringify(this.head)}\n${this.text}`);
  }

  source(): Source {
    return sourceSchema.parse(JSON.parse(this.text));
  }

  /** Values under a path of names with dots, whether or not they are indexed. */
  values(path: string): readonly Scalar[] {
    if (this.#columns === null) {
      this.#columns = new Map();
      for (const [name, value] of leaves(this.source())) {
        const short = typeof value === "string" && value.length > longestValue ? value.slice(0, longestValue) : value;
        const column = this.#columns.get(name);
        if (column) column.push(short);
        else this.#columns.set(name, [short]);
      }
    }
    return this.#columns.get(path) ?? [];
  }
}

/** Every value of a document with the path that it lies under. Lists are seen through, nulls are nothing. */
export function* leaves(value: unknown, path = ""): Generator<[string, Scalar]> {
  if (Array.isArray(value)) for (const item of value) yield* leaves(item, path);
  else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* leaves(inner, path === "" ? key : `${path}.${key}`);
  } else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") yield [path, value];
}
