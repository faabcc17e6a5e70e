import { closeSync, openSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { FormatError } from "../format-error";
import type { HandedOver } from "./machine";
import { readDicts, readFirstPickle } from "./read-pickle";
import type { PickleValue } from "./values";

/** Bytes of a pickle: it is read whole, since anything in it may refer to anything before. */
const mostBytes = 1024 * 1024 * 1024;

/** As `readPickle`. @throws FormatError `too-large` before anything is read */
export async function readPickleFile(file: string): Promise<PickleValue> {
  return (await readFirstOfFile(file)).value;
}

/** As `readFirstPickle`. @throws FormatError `too-large` before anything is read */
export async function readFirstOfFile(file: string): Promise<{ value: PickleValue; rest: number }> {
  await sizeOf(file);
  return readFirstPickle(await readFile(file));
}

/** As `readDicts`. @throws FormatError `too-large` before anything is read */
export async function* dictsOfFile(
  file: string,
  dicts: ReadonlySet<string>,
): AsyncGenerator<HandedOver, PickleValue, void> {
  const size = await sizeOf(file);
  const opened = openSync(file, "r");
  try {
    return yield* readDicts(opened, size, dicts);
  } finally {
    closeSync(opened);
  }
}

async function sizeOf(file: string): Promise<number> {
  const { size } = await stat(file);
  if (size > mostBytes)
    throw new FormatError(
      "too-large",
      `${path.basename(file)} has ${size.toLocaleString("en-US")} bytes; pickles of up to 1 GB are read.`,
    );
  return size;
}
