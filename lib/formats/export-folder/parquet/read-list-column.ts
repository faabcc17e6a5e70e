import { parquetHeader } from "hyparquet/src/column.js";
import { FormatError } from "../../format-error";
import { runsIn } from "./run-lengths";
import type { ListColumn } from "./schema";

/** Where the numbers of a row stand. */
export type Stretch = { buffer: ArrayBuffer; from: number; length: number };

/**
 * The rows of a column that `writeListColumn` wrote: stretches of the buffer that is given.
 * @param chunk the column's bytes, which are moved in it
 * @throws FormatError for a page of another make, or one that contradicts itself
 */
export function readListColumn(chunk: Buffer<ArrayBuffer>, column: ListColumn, rows: number): (Stretch | null)[] {
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 };
  const header = parquetHeader(reader).data_page_header_v2;
  if (header === undefined || header.encoding !== "PLAIN" || header.is_compressed !== false)
    throw new FormatError("refused", "The file's lists weren't written by Portage.");
  const repetitionEnd = reader.offset + header.repetition_levels_byte_length;
  const definitionEnd = repetitionEnd + header.definition_levels_byte_length;
  if (definitionEnd > chunk.length) throw new FormatError("malformed", "A page is shorter than its levels.");
  const lengths = lengthsOf(
    chunk.subarray(reader.offset, repetitionEnd),
    chunk.subarray(repetitionEnd, definitionEnd),
    column,
    rows,
  );
  const numbers = lengths.reduce<number>((sum, length) => sum + (length ?? 0), 0);
  if (definitionEnd + numbers * 4 !== chunk.length)
    throw new FormatError("malformed", "A page holds more or fewer numbers than its levels say.");
  // Moved up to three bytes ahead, because the page stands at any offset and numbers of 4 bytes need one divisible by 4.
  const aligned = definitionEnd - ((chunk.byteOffset + definitionEnd) % 4);
  chunk.copyWithin(aligned, definitionEnd);
  let at = chunk.byteOffset + aligned;
  return lengths.map((length) => {
    if (length === null) return null;
    const row = { buffer: chunk.buffer, from: at, length };
    at += length * 4;
    return row;
  });
}

/** How many numbers each row holds; `null` where it holds no list. */
function lengthsOf(
  repetition: Uint8Array,
  definition: Uint8Array,
  { nullLevel, emptyLevel, valueLevel }: ListColumn,
  rows: number,
): (number | null)[] {
  // Entries of each row: one for a list of one number, an empty list, or none.
  const entries: number[] = [];
  for (const { level, count } of runsIn(repetition)) {
    if (entries.length + (level === 0 ? count : 0) > rows || level > 1 || (level === 1 && entries.length === 0))
      throw new FormatError("malformed", "A page holds more rows than the file says.");
    if (level === 0) for (let row = 0; row < count; row++) entries.push(1);
    else entries[entries.length - 1] = (entries.at(-1) ?? 0) + count;
  }
  if (entries.length !== rows) throw new FormatError("malformed", "A page holds fewer rows than the file says.");
  const levels = runsIn(definition);
  let run = { level: 0, count: 0 };
  return entries.map((length) => {
    if (run.count === 0) run = levels.next().value ?? { level: 0, count: 0 };
    const { level, count } = run;
    if (count < length || (level !== valueLevel && length > 1))
      throw new FormatError("malformed", "The levels of a page contradict each other.");
    run = { level, count: count - length };
    if (level === valueLevel) return length;
    if (level === emptyLevel) return 0;
    if (level === nullLevel) return null;
    throw new FormatError("malformed", "A list holds an empty place.");
  });
}
