import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { FormatError } from "../format-error";
import { readFirstPickle } from "./read-pickle";
import type { PickleValue } from "./values";

/** Bytes of a pickle: it is read whole, since anything in it may refer to anything before. */
const mostBytes = 1024 * 1024 * 1024;

/** As `readPickle`. @throws FormatError `too-large` before anything is read */
export async function readPickleFile(file: string): Promise<PickleValue> {
  return (await readFirstOfFile(file)).value;
}

/** As `readFirstPickle`. @throws FormatError `too-large` before anything is read */
export async function readFirstOfFile(file: string): Promise<{ value: PickleValue; rest: number }> {
  const { size } = await stat(file);
  if (size > mostBytes)
    throw new FormatError(
      "too-large",
      `${path.basename(file)} has ${size.toLocaleString("en-US")} bytes; pickles of up to 1 GB are read.`,
    );
  return readFirstPickle(await readFile(file));
}
