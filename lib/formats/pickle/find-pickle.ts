import path from "node:path";
import type { FoundStore } from "../contract";
import { readFirstOfFile } from "./read-pickle-file";
import { rowsOfPickle } from "./rows-of-pickle";

/** A pickle of records. @throws FormatError */
export async function findPickle(file: string, shown: string): Promise<FoundStore> {
  const { value, rest } = await readFirstOfFile(file);
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
        faults:
          rest === 0
            ? []
            : [
                `${rest.toLocaleString("en-US")} bytes behind the first pickle of the file aren't read: dump each into a file.`,
              ],
        async *records() {
          yield* rowsOfPickle(value);
        },
      },
    ],
    close: async () => {},
  };
}
