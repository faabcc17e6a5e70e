import path from "node:path";
import sqlite, { type Database } from "node-sqlite3-wasm";
import { z } from "zod";
import type { FileCollection, FileVectors } from "@/lib/formats/contract";
import { asFloats } from "@/lib/formats/file-reader";
import { fromJson } from "@/lib/formats/tables/from-json";
import { makeScratchFolder } from "@/lib/scratch-folder";
import type { FileIndex, FileRead } from "./file-index";
import { type FileMetadata, type HeadRules, withText } from "./file-metadata";
import { idBounds } from "./id-bounds";

const table = `CREATE TABLE record (id BLOB PRIMARY KEY, metadata TEXT, wrong TEXT, dimension INTEGER, at INTEGER, vector BLOB,
  times INTEGER NOT NULL DEFAULT 1)`;
const idRow = z.object({ id: z.instanceof(Uint8Array) });
const recordRow = idRow.extend({
  metadata: z.string().nullable(),
  wrong: z.string().nullable(),
  at: z.number().nullable(),
  vector: z.instanceof(Uint8Array).nullable(),
  times: z.number(),
});
const countsRow = z.object({ records: z.number(), withoutVector: z.number() });
const dimensionRow = z.object({ dimension: z.number() });

/** Records in one transaction, after which whoever else works in this process has a turn. */
const recordsAtOnce = 500;

export type Spool = Pick<FileIndex, "dimension" | "records" | "withoutVector" | "ids" | "read"> & {
  close(): Promise<void>;
};

/**
 * Goes once through files that are in no order and writes down on a scratch disk what each record is, so that they can be listed by their IDs
 * and read one by one, in memory that doesn't grow with their number. Vectors are left where they stand where the files let them be found again.
 */
export async function spool(collection: FileCollection, rules: HeadRules): Promise<Spool> {
  const { path: folder, remove } = await makeScratchFolder();
  let database: Database | null = null;
  let vectors: FileVectors | null = null;
  const close = async () => {
    await vectors?.close();
    database?.close();
    await remove();
  };
  try {
    database = new sqlite.Database(path.join(folder, "records.sqlite3"));
    for (const setting of ["locking_mode = EXCLUSIVE", "journal_mode = OFF", "synchronous = OFF"])
      database.exec(`PRAGMA ${setting}`);
    database.exec(table);
    await fill(database, collection, rules);
    vectors = (await collection.vectors?.()) ?? null;
    return { ...reader(database, vectors), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fill(database: Database, collection: FileCollection, rules: HeadRules): Promise<void> {
  const canFindAgain = collection.vectors !== undefined;
  const insert = database.prepare(
    `INSERT INTO record (id, metadata, wrong, dimension, at, vector) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET times = times + 1`,
  );
  try {
    let since = 0;
    database.run("BEGIN");
    for await (const { id, text, metadata, values, at } of collection.records()) {
      const head = withText(metadata, text, rules);
      const place = canFindAgain && values !== null ? (at ?? null) : null;
      const bytes =
        values && place === null ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength) : null;
      insert.run([
        Buffer.from(id),
        "metadata" in head ? JSON.stringify(head.metadata) : null,
        "wrong" in head ? head.wrong : null,
        values?.length ?? null,
        place,
        bytes,
      ]);
      if (++since < recordsAtOnce) continue;
      since = 0;
      database.run("COMMIT");
      await new Promise((resolve) => setImmediate(resolve));
      database.run("BEGIN");
    }
    database.run("COMMIT");
  } finally {
    insert.finalize();
  }
}

function reader(database: Database, vectors: FileVectors | null): Omit<Spool, "close"> {
  const one = <Row>(schema: z.ZodType<Row>, sql: string): Row | null => {
    const row = database.get(sql);
    return row === null ? null : schema.parse(row);
  };
  const { records = 0, withoutVector = 0 } =
    one(
      countsRow,
      "SELECT count(*) AS records, count(*) FILTER (WHERE dimension IS NULL) AS withoutVector FROM record",
    ) ?? {};
  const usual = one(
    dimensionRow,
    "SELECT dimension FROM record WHERE dimension IS NOT NULL GROUP BY dimension ORDER BY count(*) DESC, dimension LIMIT 1",
  );
  return {
    records,
    withoutVector,
    dimension: usual?.dimension ?? null,
    ids: ({ after, prefix, limit }) =>
      database
        .all(
          "SELECT id FROM record WHERE id >= ?1 AND (?2 IS NULL OR id < ?2) AND (?3 IS NULL OR id > ?3) ORDER BY id LIMIT ?4",
          [idBounds(prefix).from, idBounds(prefix).below, bytesOf(after), limit],
        )
        .map((row) => textOf(idRow.parse(row).id)),
    read: async (ids, values) => {
      const rows = database
        .all(
          `SELECT id, metadata, wrong, at, ${values ? "vector" : "NULL AS vector"}, times FROM record
            WHERE id IN (${ids.map(() => "?").join(", ")})`,
          ids.map((id) => Buffer.from(id)),
        )
        .map((row) => recordRow.parse(row));
      return Promise.all(
        rows.map(async (row): Promise<FileRead> => {
          const found = values && row.at !== null ? await vectors?.vectorAt(row.at) : null;
          const kept = row.vector && asFloats(Buffer.from(row.vector));
          return { id: textOf(row.id), head: headOf(row), values: found ?? kept };
        }),
      );
    },
  };
}

/** Of several records of one ID none is taken: which of them was meant isn't known. */
function headOf({ metadata, wrong, times }: z.infer<typeof recordRow>): FileMetadata {
  if (times > 1) return { wrong: `${times.toLocaleString("en-US")} records of the file have this ID` };
  if (metadata === null) return { wrong: wrong ?? "its metadata can't be read" };
  const parsed = fromJson(JSON.parse(metadata));
  return parsed instanceof Map ? withText(parsed, null, asWritten) : { wrong: "its metadata can't be read" };
}

const asWritten: HeadRules = { textKey: "", largeIntegersAsText: false };
const bytesOf = (id: string | null) => (id === null ? null : Buffer.from(id));
const textOf = (id: Uint8Array) => Buffer.from(id).toString("utf8");
