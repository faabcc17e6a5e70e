import { setImmediate } from "node:timers/promises";
import type { Database } from "node-sqlite3-wasm";
import { z } from "zod";
import type { ChromaCollectionRow } from "./collection-row";
import type { ChromaSegment } from "./read-segment";
import { rowsOf } from "./rows";

const sequence = z.union([z.number(), z.bigint()]);
const syncedRow = z.object({ through: z.union([sequence, z.instanceof(Uint8Array)]).nullable() });

const entryRow = z.object({ sequence, operation: z.number(), id: z.string(), has: z.number() });

/** What the queue asks for: an add of an ID that is there, and an update of one that isn't, change nothing. */
const operations = { add: 0, update: 1, upsert: 2, delete: 3 } as const;

/**
 * Works out where each record's vector stands: in the segment's files up to the entry that they know, in the queue after it.
 * Written into a table of the copy, so that memory doesn't hold an ID map of the collection.
 */
export async function placeVectors(
  database: Database,
  row: ChromaCollectionRow,
  segment: ChromaSegment | null,
): Promise<void> {
  database.run(
    `CREATE TABLE IF NOT EXISTS portage_vector (collection TEXT NOT NULL, id TEXT NOT NULL, element INTEGER, norm REAL, queued INTEGER,
       PRIMARY KEY (collection, id)) WITHOUT ROWID`,
  );
  database.run("BEGIN");
  try {
    database.run("DELETE FROM portage_vector WHERE collection = ?", [row.id]);
    const synced = segment === null ? null : await placeElements(database, row, segment);
    const after = segment === null ? -1n : (sequenceOf(database, row.vectorSegment) ?? synced ?? -1n);
    // Texts are written a moment after the queue: vectors that are ahead of them aren't taken.
    applyQueue(database, row, { after, through: sequenceOf(database, row.metadataSegment) });
    database.run("COMMIT");
  } catch (error) {
    database.run("ROLLBACK");
    throw error;
  }
}

/** Returns the last entry of the queue that the files know, as they say it themselves. */
async function placeElements(
  database: Database,
  row: ChromaCollectionRow,
  segment: ChromaSegment,
): Promise<bigint | null> {
  const insert = database.prepare(
    "INSERT OR REPLACE INTO portage_vector (collection, id, element, norm) VALUES (?, ?, ?, ?)",
  );
  const elements = segment.elements();
  try {
    for (;;) {
      const next = await elements.next();
      if (next.done) return next.value;
      for (const { id, element, norm } of next.value) insert.run([row.id, id, element, norm]);
      // Whoever else wants the thread isn't kept waiting for all of them.
      await setImmediate();
    }
  } finally {
    await elements.return(null);
    insert.finalize();
  }
}

/** The last entry of the queue that a segment knows: an integer since 1.0, eight bytes big-endian before; 0.4 keeps that of vectors in their own pickle. */
function sequenceOf(database: Database, segment: string | null): bigint | null {
  const sql = "SELECT seq_id AS through FROM max_seq_id WHERE segment_id = ?";
  const through = rowsOf(database, syncedRow, sql, [segment])[0]?.through ?? null;
  if (through instanceof Uint8Array) return Buffer.from(through).readBigUInt64BE(0);
  return through === null ? null : BigInt(through);
}

function applyQueue(
  database: Database,
  { id }: ChromaCollectionRow,
  { after, through }: { after: bigint; through: bigint | null },
): void {
  const mine = "q.topic LIKE '%/' || ?1 AND q.seq_id > ?2 AND (?3 IS NULL OR q.seq_id <= ?3)";
  const values = [id, after, through];
  const there = database.prepare("SELECT 1 FROM portage_vector WHERE collection = ? AND id = ?");
  const put = database.prepare("INSERT OR REPLACE INTO portage_vector (collection, id, queued) VALUES (?, ?, ?)");
  const remove = database.prepare("DELETE FROM portage_vector WHERE collection = ? AND id = ?");
  const entries = database.prepare(
    `SELECT q.seq_id AS sequence, q.operation, q.id, q.vector IS NOT NULL AS has FROM embeddings_queue q WHERE ${mine} ORDER BY q.seq_id`,
  );
  try {
    for (const raw of entries.iterate(values)) {
      const entry = entryRow.parse(raw);
      const isThere = there.get([id, entry.id]) !== null;
      if (entry.operation === operations.delete) remove.run([id, entry.id]);
      else if (
        entry.has === 1 &&
        (entry.operation === operations.upsert || isThere === (entry.operation === operations.update))
      )
        put.run([id, entry.id, entry.sequence]);
    }
  } finally {
    for (const statement of [there, put, remove, entries]) statement.finalize();
  }
}
