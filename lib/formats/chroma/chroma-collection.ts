import path from "node:path";
import type { Database, JSValue } from "node-sqlite3-wasm";
import { z } from "zod";
import { asFloats } from "../file-reader";
import { FormatError } from "../format-error";
import type { ChromaCollectionRow } from "./collection-row";
import type { ChromaMetric } from "./metric";
import { placeVectors } from "./place-vectors";
import { type ChromaValue, readMetadata } from "./read-metadata";
import { ChromaSegment } from "./read-segment";
import { rowsOf } from "./rows";

/** `values: null`: the text stands and its vector is lost. `document: null`: none was given. */
export type ChromaRecord = {
  id: string;
  document: string | null;
  metadata: Map<string, ChromaValue>;
  /** Keys whose value is of Chroma's floating-point kind. */
  floats: ReadonlySet<string>;
  values: Float32Array | null;
};

const recordRow = z.object({
  row: z.number(),
  /** As bytes: the library ends texts at their first NUL. */
  id: z.instanceof(Uint8Array),
  element: z.number().nullable(),
  norm: z.number().nullable(),
  queued: z.union([z.number(), z.bigint()]).nullable(),
});
const idRow = z.object({ id: z.instanceof(Uint8Array) });
const countsRow = z.object({ records: z.number(), withVector: z.number(), strayVectors: z.number() });
const vectorRow = z.object({ vector: z.instanceof(Uint8Array).nullable(), encoding: z.string().nullable() });

type Parts = { database: Database; folder: string; row: ChromaCollectionRow; metric: ChromaMetric };

/** One collection: its records by ID in byte order, a page at a time. */
export class ChromaCollection {
  readonly row: ChromaCollectionRow;
  readonly metric: ChromaMetric;
  readonly #database: Database;
  readonly #segment: ChromaSegment | null;

  private constructor({ database, row, metric }: Parts, segment: ChromaSegment | null) {
    this.#database = database;
    this.row = row;
    this.metric = metric;
    this.#segment = segment;
  }

  static async open(parts: Parts): Promise<ChromaCollection> {
    const { vectorSegment } = parts.row;
    const folder = vectorSegment === null ? null : path.join(parts.folder, vectorSegment);
    const segment = folder === null ? null : await ChromaSegment.open(folder, parts.metric === "cosine");
    try {
      await placeVectors(parts.database, parts.row, segment);
      return new ChromaCollection(parts, segment);
    } catch (error) {
      await segment?.close();
      throw error;
    }
  }

  /** Vectors of the files know their length; before the first sync the collection's row does. */
  get dimension(): number | null {
    return this.#segment?.dimension ?? this.row.dimension;
  }

  /** Records, those whose vector is there, and vectors that belong to no record. */
  counts(): z.infer<typeof countsRow> {
    const [counts] = rowsOf(
      this.#database,
      countsRow,
      `SELECT (SELECT count(*) FROM embeddings WHERE segment_id = ?1) AS records,
              (SELECT count(*) FROM embeddings e JOIN portage_vector v ON v.collection = ?2 AND v.id = e.embedding_id
                WHERE e.segment_id = ?1) AS withVector,
              (SELECT count(*) FROM portage_vector v WHERE v.collection = ?2
                 AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.segment_id = ?1 AND e.embedding_id = v.id)) AS strayVectors`,
      [this.row.metadataSegment, this.row.id],
    );
    return counts ?? { records: 0, withVector: 0, strayVectors: 0 };
  }

  /**
   * The next records after an ID, in the byte order of their IDs.
   * @param options.values false: vectors aren't read, `values` is null
   */
  async page(options: { after: string | null; limit: number; values: boolean }): Promise<ChromaRecord[]> {
    return this.#records("?3 IS NULL OR e.embedding_id > ?3", [options.after, options.limit], {
      order: "ORDER BY e.embedding_id LIMIT ?4",
      values: options.values,
    });
  }

  /** Records of these IDs, in no order; an ID that isn't there is left out. */
  async fetch(ids: readonly string[], values: boolean): Promise<ChromaRecord[]> {
    const places = ids.map((_, index) => `?${index + 3}`).join(", ");
    return this.#records(`e.embedding_id IN (${places})`, [...ids], { order: "", values });
  }

  /** IDs in byte order, without reading anything else. */
  ids({ after, prefix, limit }: { after: string | null; prefix: string; limit: number }): string[] {
    return rowsOf(
      this.#database,
      idRow,
      `SELECT CAST(embedding_id AS BLOB) AS id FROM embeddings
        WHERE segment_id = ?1 AND embedding_id >= ?2 AND (?2 = '' OR embedding_id <= ?2 || char(1114111, 1114111))
          AND (?3 IS NULL OR embedding_id > ?3) ORDER BY embedding_id LIMIT ?4`,
      [this.row.metadataSegment, prefix, after, limit],
    ).map(({ id }) => Buffer.from(id).toString("utf8"));
  }

  async #records(
    where: string,
    values: JSValue[],
    options: { order: string; values: boolean },
  ): Promise<ChromaRecord[]> {
    const rows = rowsOf(
      this.#database,
      recordRow,
      `SELECT e.id AS "row", CAST(e.embedding_id AS BLOB) AS id, v.element, v.norm, v.queued
         FROM embeddings e LEFT JOIN portage_vector v ON v.collection = ?2 AND v.id = e.embedding_id
        WHERE e.segment_id = ?1 AND (${where}) ${options.order}`,
      [this.row.metadataSegment, this.row.id, ...values],
    );
    const texts = readMetadata(
      this.#database,
      rows.map((row) => row.row),
    );
    const vectors = options.values ? await this.#vectors(rows) : null;
    return rows.map((row) => {
      const { document = null, metadata = new Map(), floats = new Set<string>() } = texts.get(row.row) ?? {};
      const id = Buffer.from(row.id).toString("utf8");
      return { id, document, metadata, floats, values: vectors?.get(row.row) ?? null };
    });
  }

  /** By their record's row; one that is lost isn't there. */
  async #vectors(rows: readonly z.infer<typeof recordRow>[]): Promise<Map<number, Float32Array>> {
    const synced = rows.flatMap(({ row, element, norm }) => (element === null ? [] : [{ row, element, norm }]));
    const read = (await this.#segment?.vectors(synced)) ?? [];
    const vectors = new Map<number, Float32Array>();
    for (const [at, { row }] of synced.entries()) {
      const values = read[at];
      if (values) vectors.set(row, values);
    }
    for (const { row, element, queued } of rows) {
      const values = element === null && queued !== null ? this.#queued(queued) : null;
      if (values) vectors.set(row, values);
    }
    return vectors;
  }

  #queued(entry: number | bigint): Float32Array | null {
    const sql = "SELECT vector, encoding FROM embeddings_queue WHERE seq_id = ?";
    const [row] = rowsOf(this.#database, vectorRow, sql, [entry]);
    if (!row?.vector) return null;
    if (row.encoding !== "FLOAT32")
      throw new FormatError("refused", `Chroma's queue holds a vector as ${row.encoding}; FLOAT32 is read.`);
    return asFloats(Buffer.from(row.vector));
  }

  async close(): Promise<void> {
    await this.#segment?.close();
  }
}
