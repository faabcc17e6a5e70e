import path from "node:path";
import { FormatError } from "../format-error";
import { openSqliteCopy, type SqliteCopy } from "../sqlite-copy";
import { ChromaCollection } from "./chroma-collection";
import { type ChromaCollectionRow, collectionRow } from "./collection-row";
import { type ChromaMetric, metricOf } from "./metric";
import { columnsOf, rowsOf } from "./rows";

/**
 * A folder of chromadb's `PersistentClient`, versions 0.4 to 1.5, read from a copy of its SQLite file beside its vector files.
 * The folder itself is never written to. Close it: the copy goes then.
 */
export class ChromaFolder {
  readonly folder: string;
  readonly #copy: SqliteCopy;

  private constructor(folder: string, copy: SqliteCopy) {
    this.folder = folder;
    this.#copy = copy;
  }

  /** @throws FormatError `foreign` for a folder of something else */
  static async open(folder: string): Promise<ChromaFolder> {
    const copy = await openSqliteCopy(path.join(folder, "chroma.sqlite3"));
    const missing = ["collections", "segments", "embeddings", "embedding_metadata", "embeddings_queue"].filter(
      (table) => columnsOf(copy.database, table).size === 0,
    );
    if (missing.length > 0) {
      await copy.close();
      throw new FormatError(
        "foreign",
        `chroma.sqlite3 has no ${missing.join(", ")}: it is older than Chroma 0.4, or something else.`,
      );
    }
    return new ChromaFolder(folder, copy);
  }

  /** In words, by what its tables tell. */
  get format(): string {
    const columns = columnsOf(this.#copy.database, "collections");
    const version = columns.has("schema_str") ? "1.x" : columns.has("config_json_str") ? "0.5 to 1.0" : "0.4";
    return `Chroma ${version} folder`;
  }

  /** Every collection of every tenant and database, by name. */
  collections(): ChromaCollectionRow[] {
    return rowsOf(
      this.#copy.database,
      collectionRow,
      `SELECT c.id, c.name, c.dimension, d.name AS "database", d.tenant_id AS tenant,
              (SELECT s.id FROM segments s WHERE s.collection = c.id AND s.scope = 'VECTOR') AS vectorSegment,
              (SELECT s.id FROM segments s WHERE s.collection = c.id AND s.scope = 'METADATA') AS metadataSegment
         FROM collections c LEFT JOIN databases d ON d.id = c.database_id ORDER BY d.tenant_id, d.name, c.name`,
    );
  }

  /** Opens one collection: works out which record's vector stands where, which takes one pass over its files. */
  async open(collection: ChromaCollectionRow): Promise<ChromaCollection> {
    const metric = this.metric(collection);
    return ChromaCollection.open({ database: this.#copy.database, folder: this.folder, row: collection, metric });
  }

  /** By what measure a collection compares its vectors. */
  metric(collection: ChromaCollectionRow): ChromaMetric {
    return metricOf(this.#copy.database, collection);
  }

  close(): Promise<void> {
    return this.#copy.close();
  }
}
