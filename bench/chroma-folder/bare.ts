import { open, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import sqlite from "node-sqlite3-wasm";
import { asFloats } from "@/lib/formats/file-reader";

const blockBytes = 4 * 1024 * 1024;

/**
 * What reading takes at least: every row of SQLite once, in the order in which it stands there, and every vector's numbers once, in the order of the file.
 * Which vector is whose isn't asked, and nothing is checked. Answers how many vectors were read.
 */
export async function bare(folder: string): Promise<number> {
  const database = new sqlite.Database(path.join(folder, "chroma.sqlite3"), { readOnly: true });
  const rows = database.prepare(
    `SELECT e.embedding_id, m.key, m.string_value, m.int_value, m.float_value, m.bool_value
       FROM embeddings e JOIN embedding_metadata m ON m.id = e.id`,
  );
  for (const _ of rows.iterate()) {
    // Reading is all that is measured.
  }
  rows.finalize();
  database.close();
  const [segment] = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const header = await readFile(path.join(folder, segment?.name ?? "", "header.bin"));
  const number = (at: number) => Number(header.readBigUInt64LE(at));
  const [elements, elementBytes, labelAt, vectorAt] = [number(20), number(28), number(36), number(44)];
  const file = await open(path.join(folder, segment?.name ?? "", "data_level0.bin"), "r");
  const atOnce = Math.floor(blockBytes / elementBytes);
  const bytes = Buffer.allocUnsafeSlow(atOnce * elementBytes);
  for (let from = 0; from < elements; from += atOnce) {
    await file.read(bytes, 0, bytes.length, from * elementBytes);
    for (let at = 0; at < Math.min(atOnce, elements - from); at++)
      Array.from(asFloats(bytes.subarray(at * elementBytes + vectorAt, at * elementBytes + labelAt)));
  }
  await file.close();
  return elements;
}
