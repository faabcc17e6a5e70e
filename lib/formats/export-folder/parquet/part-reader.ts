import type { FileHandle } from "node:fs/promises";
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type RowGroup,
} from "hyparquet";
import { FormatError } from "../../format-error";
import type { ExportHead, SparseVector } from "../record";
import { readListColumn, type Stretch } from "./read-list-column";
import { type ListColumn, listColumns } from "./schema";

/** A row group of a file: where its rows begin, and between which IDs they lie. */
export type Group = { index: number; start: number; rows: number; first: string; last: string };

/**
 * Reads columns of one row group at a time from a file of Portage's own making, whose digest was compared before.
 * @throws FormatError for what doesn't hold together
 */
export class PartReader {
  readonly groups: readonly Group[];
  readonly #metadata: FileMetaData;
  readonly #file: FileHandle;
  readonly #buffer: AsyncBuffer;

  private constructor(file: FileHandle, buffer: AsyncBuffer, metadata: FileMetaData, groups: Group[]) {
    this.#file = file;
    this.#buffer = buffer;
    this.#metadata = metadata;
    this.groups = groups;
  }

  static async open(file: FileHandle, size: number): Promise<PartReader> {
    const buffer: AsyncBuffer = {
      byteLength: size,
      slice: async (start, end = size) => {
        const bytes = await bytesAt(file, start, end - start);
        return new Uint8Array(bytes).buffer;
      },
    };
    const metadata = await asParquet(() => parquetMetadataAsync(buffer));
    let start = 0;
    const groups = metadata.row_groups.map((group, index) => {
      const { min_value: first, max_value: last } = group.columns[0]?.meta_data?.statistics ?? {};
      if (typeof first !== "string" || typeof last !== "string")
        throw new FormatError("refused", "The file wasn't written by Portage: it doesn't say which IDs are where.");
      const rows = Number(group.num_rows);
      const described = { index, start, rows, first, last };
      start += rows;
      return described;
    });
    return new PartReader(file, buffer, metadata, groups);
  }

  /** The IDs of the group, ascending. */
  async ids(group: Group): Promise<string[]> {
    return (await this.#texts(group, "id")).map((id) => {
      if (id === null) throw new FormatError("malformed", "A record has no ID.");
      return id;
    });
  }

  async heads(group: Group, ids: readonly string[]): Promise<ExportHead[]> {
    const metadata = await this.#texts(group, "metadata");
    const indices = await this.#lists(group, listColumns.indices);
    const weights = await this.#lists(group, listColumns.weights);
    return ids.map((id, row) => ({
      id,
      metadata: metadata[row] ?? null,
      sparse: sparseOf(indices[row] ?? null, weights[row] ?? null),
    }));
  }

  async values(group: Group): Promise<(Float32Array | null)[]> {
    const lists = await this.#lists(group, listColumns.values);
    return lists.map((row) => (row === null ? null : new Float32Array(row.buffer, row.from, row.length)));
  }

  async #texts(group: Group, column: "id" | "metadata"): Promise<(string | null)[]> {
    const rows = await asParquet(() =>
      parquetReadObjects({
        file: this.#buffer,
        metadata: this.#metadata,
        columns: [column],
        rowStart: group.start,
        rowEnd: group.start + group.rows,
      }),
    );
    if (rows.length !== group.rows) throw new FormatError("malformed", "A column is shorter than the file says.");
    return rows.map((row) => {
      const value: unknown = row[column];
      if (value === null || value === undefined) return null;
      if (typeof value === "string") return value;
      throw new FormatError("malformed", `The column ${column} doesn't hold texts.`);
    });
  }

  /** Empty when the file has no such column. */
  async #lists(group: Group, column: ListColumn): Promise<(Stretch | null)[]> {
    const chunk = columnIn(this.#metadata.row_groups[group.index], column);
    if (chunk === null) return [];
    const from = Number(chunk.data_page_offset);
    return asParquet(async () =>
      readListColumn(await bytesAt(this.#file, from, Number(chunk.total_compressed_size)), column, group.rows),
    );
  }
}

function columnIn(group: RowGroup | undefined, { path }: ListColumn) {
  const wanted = path.join(".");
  const found = group?.columns.find(({ meta_data }) => meta_data?.path_in_schema.join(".") === wanted);
  return found?.meta_data ?? null;
}

function sparseOf(indices: Stretch | null, weights: Stretch | null): SparseVector | null {
  if (indices === null || weights === null) return null;
  if (indices.length !== weights.length)
    throw new FormatError("malformed", "A sparse vector has not as many values as indices.");
  return {
    indices: new Uint32Array(indices.buffer, indices.from, indices.length),
    values: new Float32Array(weights.buffer, weights.from, weights.length),
  };
}

async function bytesAt(file: FileHandle, from: number, length: number): Promise<Buffer<ArrayBuffer>> {
  const { size } = await file.stat();
  if (from < 0 || length < 0 || from + length > size)
    throw new FormatError("truncated", "A file became shorter while it was read.");
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, from + done);
    if (bytesRead === 0) throw new FormatError("truncated", "A file became shorter while it was read.");
    done += bytesRead;
  }
  return bytes;
}

/** The library's own errors are those of a file that contradicts itself. */
async function asParquet<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(
      "malformed",
      `The file isn't sound Parquet (${error instanceof Error ? error.message : "damaged"}).`,
    );
  }
}
