import { Cursor } from "../cursor";
import { FormatError } from "../format-error";
import { type HandedOver, Machine } from "./machine";
import { Memo } from "./memo";
import type { PickleValue } from "./values";

const what = "The pickle";
const noPickle = "The file is empty: it is no pickle.";

/**
 * Reads a pickle of any protocol (0 to 5) as data, by a machine that knows no way to run anything: whatever a pickle asks for beyond a
 * closed list of containers, numpy arrays and data classes is refused by name. Lengths are held against the file before they are
 * believed, nothing is recursive, and bytes are views of `bytes`, not copies.
 * @throws FormatError `foreign`, `truncated`, `malformed`, `refused`
 */
export function readPickle(bytes: Buffer): PickleValue {
  return readFirstPickle(bytes).value;
}

/** The first pickle of a file, and how many bytes stand behind it: several may be dumped into one file. @throws FormatError as `readPickle` */
export function readFirstPickle(bytes: Buffer): { value: PickleValue; rest: number } {
  if (bytes.length === 0) throw new FormatError("foreign", noPickle);
  const cursor = Cursor.ofBytes(bytes, what);
  const value = new Machine(cursor, new Memo(null)).run();
  return { value, rest: cursor.left };
}

/**
 * Reads an open file as `readPickle` does, without holding it: items of the dicts that stand under these keys are handed over as they come, some thousand
 * at a time, and are missing in what is returned.
 * @param size of at most 4 GB
 * @throws FormatError as `readPickle`
 */
export function readDicts(
  file: number,
  size: number,
  dicts: ReadonlySet<string>,
): Generator<HandedOver, PickleValue, void> {
  if (size === 0) throw new FormatError("foreign", noPickle);
  const memo = new Memo(Cursor.ofFile(file, size, what));
  return new Machine(Cursor.ofFile(file, size, what), memo, dicts).handingOver();
}
