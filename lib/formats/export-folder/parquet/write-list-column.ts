import type { ColumnChunk } from "hyparquet";
import type { ByteWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { RunLengths } from "./run-lengths";
import type { ListColumn } from "./schema";

/**
 * Writes a column of lists of 4-byte numbers as one page. The numbers are copied as they stand in memory: packages that write Parquet
 * from JavaScript go through them one by one, a tenth as fast, and by way of doubles.
 */
export function writeListColumn(
  writer: ByteWriter,
  column: ListColumn,
  rows: readonly (Float32Array | Uint32Array | null)[],
): ColumnChunk {
  const start = writer.offset;
  const repetition = new RunLengths();
  const definition = new RunLengths();
  let entries = 0;
  let numbers = 0;
  for (const row of rows) {
    const length = row?.length ?? 0;
    repetition.push(0, 1);
    repetition.push(1, Math.max(0, length - 1));
    if (row === null) definition.push(column.nullLevel, 1);
    else if (length === 0) definition.push(column.emptyLevel, 1);
    else definition.push(column.valueLevel, length);
    entries += Math.max(1, length);
    numbers += length;
  }
  const levels = [repetition.bytes(), definition.bytes()] as const;
  const bytes = levels[0].length + levels[1].length + numbers * 4;
  writePageHeader(writer, {
    type: "DATA_PAGE_V2",
    uncompressed_page_size: bytes,
    compressed_page_size: bytes,
    data_page_header_v2: {
      num_values: entries,
      num_nulls: entries - numbers,
      num_rows: rows.length,
      encoding: "PLAIN",
      repetition_levels_byte_length: levels[0].length,
      definition_levels_byte_length: levels[1].length,
      is_compressed: false,
    },
  });
  for (const part of levels) writer.appendBytes(part);
  writer.ensure(numbers * 4);
  for (const row of rows)
    if (row !== null) writer.appendBytes(new Uint8Array(row.buffer, row.byteOffset, row.byteLength));
  const size = BigInt(writer.offset - start);
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: column.type,
      encodings: ["PLAIN", "RLE"],
      path_in_schema: [...column.path],
      codec: "UNCOMPRESSED",
      num_values: BigInt(entries),
      total_uncompressed_size: size,
      total_compressed_size: size,
      data_page_offset: BigInt(start),
    },
  };
}
