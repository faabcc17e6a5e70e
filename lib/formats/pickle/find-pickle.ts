import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { FoundStore } from "../contract";
import { FormatError } from "../format-error";
import { readPickle } from "./read-pickle";
import { rowsOfPickle } from "./rows-of-pickle";

/** Bytes of a pickle: it is read whole, since anything in it may refer to anything before. */
const mostBytes = 1024 * 1024 * 1024;

/** A pickle of records. @throws FormatError */
export async function findPickle(file: string, shown: string): Promise<FoundStore> {
  const { size } = await stat(file);
  if (size > mostBytes)
    throw new FormatError(
      "too-large",
      `${path.basename(file)} has ${size.toLocaleString("en-US")} bytes; pickles of up to 1 GB are read.`,
    );
  const value = readPickle(await readFile(file));
  rowsOfPickle(value).next();
  return {
    kind: "pickle",
    format: "Python pickle",
    path: shown,
    collections: [
      {
        name: path.basename(file).replace(/\.(pkl|pickle)$/, ""),
        within: null,
        dimension: null,
        metric: null,
        faults: [],
        async *records() {
          yield* rowsOfPickle(value);
        },
      },
    ],
    close: async () => {},
  };
}
