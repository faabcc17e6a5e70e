import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Compressors } from "hyparquet";
import { compressors as others } from "hyparquet-compressors";
import { FormatError } from "../format-error";

/** What a page of a column may claim to be unpacked; writers make pages of some MB. Bytes. */
const largestPage = 512 * 1024 * 1024;

type Unpack = (packed: Uint8Array, length: number) => Uint8Array;

/** Refuses a claim before memory is taken for it. */
const bounded =
  (unpack: Unpack): Unpack =>
  (packed, length) => {
    if (length > largestPage)
      throw new FormatError(
        "refused",
        `A part of the file says that it holds ${length} bytes, more than is read at once.`,
      );
    return unpack(packed, length);
  };

const unpack = (name: "ZSTD" | "LZ4" | "LZ4_RAW"): Unpack => {
  const own = others[name];
  if (own === undefined) throw new Error(`hyparquet-compressors doesn't know ${name} any more.`);
  return bounded((packed, length) => own(packed, length));
};

/** Everything but LZO, which no writer of today makes; Snappy the reader knows itself. Node's own where it has one, which is faster. */
export const compressors: Compressors = {
  GZIP: bounded((packed, length) => gunzipSync(packed, { maxOutputLength: length || largestPage })),
  BROTLI: bounded((packed, length) => brotliDecompressSync(packed, { maxOutputLength: length || largestPage })),
  ZSTD: unpack("ZSTD"),
  LZ4: unpack("LZ4"),
  LZ4_RAW: unpack("LZ4_RAW"),
};
