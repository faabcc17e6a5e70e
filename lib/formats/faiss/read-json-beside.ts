import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { Json } from "../contract";
import { FormatError } from "../format-error";
import { fromJson, losesDigits } from "../tables/from-json";

/** It is read whole, as pickles are. */
const mostBytes = 512 * 1024 * 1024;

/**
 * A list of texts or of objects beside an index: JSON, or JSON lines.
 * @throws FormatError
 */
export async function readJsonBeside(file: string): Promise<Json> {
  const { size } = await stat(file);
  if (size > mostBytes) throw new FormatError("too-large", "It has more than 512 MB.");
  const text = (await readFile(file, "utf8")).replace(/^\ufeff/, "");
  if (losesDigits(text))
    throw new FormatError("refused", "It holds an integer beyond 2^53, which would lose digits. Write it as a text.");
  const parts = path.extname(file) === ".jsonl" ? text.split("\n").filter((line) => line.trim() !== "") : null;
  try {
    return fromJson(parts === null ? JSON.parse(text) : parts.map((line): unknown => JSON.parse(line)));
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError("malformed", "It is no JSON: it is cut off or damaged.");
  }
}
