import { createHash } from "node:crypto";
import { open, rename } from "node:fs/promises";
import type { ColumnChunk, RowGroup, SchemaElement } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { writeColumn } from "hyparquet-writer/src/column.js";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { snappyCompress } from "hyparquet-writer/src/snappy.js";
import type { ExportRecord } from "../record";
import { type ColumnSet, idElement, listColumns, metadataElement, schemaOf } from "./schema";
import { writeListColumn } from "./write-list-column";

/** Where a row group ends: what is held in memory while writing and reading. */
const groupLimits = { bytes: 8 * 2 ** 20, rows: 5000 };
const magic = 0x31524150; // "PAR1"

/** What a finished file is known by. */
export type PartFacts = { rows: number; bytes: number; sha256: string; first: string; last: string };

/**
 * Writes one Parquet file of records in ID order, a row group at a time. What comes out depends on the records alone, so that the same
 * records always make the same bytes. Written under a temporary name; {@link finish} flushes it to disk and gives it its own.
 */
export class PartWriter {
  readonly #columns: ColumnSet;
  readonly #path: string;
  readonly #file: Awaited<ReturnType<typeof open>>;
  readonly #digest = createHash("sha256");
  readonly #schema: SchemaElement[];
  readonly #writer = new ByteWriter(groupLimits.bytes + groupLimits.bytes / 8);
  readonly #groups: RowGroup[] = [];
  #spare = emptyBuffer();
  #writing: Promise<void> = Promise.resolve();
  #rows: ExportRecord[] = [];
  #pendingBytes = 0;
  #count = 0;
  #first: string | null = null;
  #last = "";
  /** Bytes of all records that were added, as they are before compression. */
  bytesAdded = 0;

  private constructor(path: string, columns: ColumnSet, file: Awaited<ReturnType<typeof open>>) {
    this.#path = path;
    this.#columns = columns;
    this.#file = file;
    this.#schema = schemaOf(columns);
    this.#writer.appendUint32(magic);
  }

  static async create(path: string, columns: ColumnSet): Promise<PartWriter> {
    return new PartWriter(path, columns, await open(temporary(path), "w"));
  }

  /** The record is kept until its row group is written. */
  async add(record: ExportRecord): Promise<void> {
    this.#rows.push(record);
    const size = bytesOf(record);
    this.#pendingBytes += size;
    this.bytesAdded += size;
    this.#first ??= record.id;
    this.#last = record.id;
    this.#count++;
    if (this.#pendingBytes >= groupLimits.bytes || this.#rows.length >= groupLimits.rows) await this.#writeGroup();
  }

  async finish(): Promise<PartFacts> {
    await this.#writeGroup();
    writeMetadata(
      this.#writer,
      {
        version: 2,
        created_by: "Portage",
        schema: this.#schema,
        num_rows: BigInt(this.#count),
        row_groups: this.#groups,
        metadata_length: 0,
      },
      Number.POSITIVE_INFINITY,
    );
    this.#writer.appendUint32(magic);
    await this.#flush();
    await this.#writing;
    await this.#file.sync();
    await this.#file.close();
    await rename(temporary(this.#path), this.#path);
    return {
      rows: this.#count,
      bytes: this.#writer.offset,
      sha256: this.#digest.digest("hex"),
      first: this.#first ?? "",
      last: this.#last,
    };
  }

  /** Lets go of an unfinished file; what was written stays under its temporary name. */
  async abandon(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#file.close();
  }

  async #writeGroup(): Promise<void> {
    const rows = this.#rows;
    if (rows.length === 0) return;
    this.#rows = [];
    this.#pendingBytes = 0;
    const start = this.#writer.offset;
    const columns: ColumnChunk[] = [
      this.#text(
        idElement,
        rows.map(({ id }) => id),
        true,
      ),
    ];
    const lists = (
      column: (typeof listColumns)[keyof typeof listColumns],
      values: (Float32Array | Uint32Array | null)[],
    ) => columns.push(writeListColumn(this.#writer, column, values));
    if (this.#columns.values)
      lists(
        listColumns.values,
        rows.map(({ values }) => values),
      );
    if (this.#columns.sparse) {
      lists(
        listColumns.indices,
        rows.map(({ sparse }) => sparse?.indices ?? null),
      );
      lists(
        listColumns.weights,
        rows.map(({ sparse }) => sparse?.values ?? null),
      );
    }
    columns.push(
      this.#text(
        metadataElement,
        rows.map(({ metadata }) => metadata),
        false,
      ),
    );
    this.#groups.push({
      columns,
      total_byte_size: columns.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n),
      num_rows: BigInt(rows.length),
      total_compressed_size: BigInt(this.#writer.offset - start),
      sorting_columns: [{ column_idx: 0, descending: false, nulls_first: false }],
    });
    await this.#flush();
  }

  #text(element: SchemaElement, values: (string | null)[], isKey: boolean): ColumnChunk {
    const [root = element] = this.#schema;
    return writeColumn({
      writer: this.#writer,
      column: {
        columnName: element.name,
        element,
        schemaPath: [root, element],
        codec: "SNAPPY",
        compressors: { SNAPPY: snappyCompress },
        // First and last ID of each row group, by which a record is found without reading the others.
        stats: isKey,
        statisticsTruncateLength: Number.POSITIVE_INFINITY,
        pageSize: 0,
        columnIndex: false,
        offsetIndex: false,
        encoding: "PLAIN",
      },
      pageData: {
        values: values,
        definitionLevels: isKey ? [] : values.map((value) => (value === null ? 0 : 1)),
        repetitionLevels: [],
        maxDefinitionLevel: isKey ? 0 : 1,
      },
    }).chunk;
  }

  /** Writes while the next row group is put together, in the other of two buffers. */
  async #flush(): Promise<void> {
    await this.#writing;
    const bytes = this.#writer.getBytes();
    this.#digest.update(bytes);
    this.#writing = this.#write(bytes);
    // Whoever flushes or finishes next hears of a failure.
    this.#writing.catch(() => {});
    const { buffer, view } = this.#writer;
    this.#writer.buffer = this.#spare.buffer;
    this.#writer.view = this.#spare.view;
    this.#writer.index = 0;
    this.#spare = { buffer, view };
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) done += (await this.#file.write(bytes, done)).bytesWritten;
  }
}

function emptyBuffer() {
  const buffer = new ArrayBuffer(groupLimits.bytes + groupLimits.bytes / 8);
  return { buffer, view: new DataView(buffer) };
}

const temporary = (path: string) => `${path}.unfinished`;

function bytesOf({ id, values, sparse, metadata }: ExportRecord): number {
  return id.length + (values?.byteLength ?? 0) + (sparse?.indices.byteLength ?? 0) * 2 + (metadata?.length ?? 0);
}
