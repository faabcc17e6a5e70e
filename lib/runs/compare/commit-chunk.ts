import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { Digest } from "@/lib/plan/digest";
import type { JoinedChunk } from "@/lib/plan/merge-join";
import { insertFindings } from "../lifecycle/finding-rows";
import { LeaseLost } from "../lifecycle/interruptions";
import { runChannel } from "../lifecycle/parts";
import { digestChanges, recordChanges } from "./record-changes";
import type { Analysis } from "./scan";
import type { Work } from "./work";

const heldSchema = z.object({ held: z.number() });

/** `analysed`: the records were looked at, as a plan does; `tell`: watchers are told. */
type Looked = { analysis: Analysis; analysed: boolean; tell: boolean };

/**
 * Writes a chunk down, moves the segment's counters and its checkpoint, all together and only under the lease. Where nothing differs,
 * which is most of what a mirroring sees, that is one statement. @throws LeaseLost
 */
export async function commitChunk(work: Work, sequence: number, chunk: JoinedChunk, looked: Looked): Promise<void> {
  const { database } = work.parts;
  const { held } = work;
  const { changes, findings } = looked.analysis;
  const recorded =
    changes !== undefined && changes.creates.length + changes.updates.length + changes.problems.length > 0;
  if (!recorded && findings.length === 0) return insertChunk(database, work, sequence, chunk, looked);
  await database.transaction(async (sql) => {
    await insertChunk(sql, work, sequence, chunk, looked);
    if (held.planId !== null && changes)
      await recordChanges(sql, { planId: held.planId, namespace: held.namespace, sequence }, changes);
    await insertFindings(sql, held, findings);
  });
}

async function insertChunk(
  sql: Sql,
  { held }: Work,
  sequence: number,
  chunk: JoinedChunk,
  looked: Looked,
): Promise<void> {
  const { analysis, analysed, tell } = looked;
  const { changes } = analysis;
  const digest = new Digest();
  if (changes) digestChanges(digest, held.namespace, changes);
  else for (const id of chunk.sourceOnly) digest.add("create", held.namespace, id);
  const creates = changes ? changes.creates.map((create) => create.id) : chunk.sourceOnly;
  const records = chunk.sourceOnly.length + chunk.both.length;
  const [result] = await sql.rows(heldSchema, statement, [
    held.runId,
    held.namespace,
    held.leaseToken,
    records,
    // A dry run leaves every record as it is, so all but the problems count as unchanged by it.
    analysed ? records - analysis.problems : chunk.both.length,
    chunk.targetOnly.length,
    analysis.problems,
    sequence,
    chunk.last,
    held.planId,
    chunk.first,
    creates,
    changes ? changes.unchanged : chunk.both.length,
    chunk.targetOnly,
    analysis.texts,
    analysis.tokens,
    analysis.bytes,
    digest.toString(),
    creates.length,
    changes?.updates.length ?? 0,
    changes?.updates.filter((update) => update.textChanged).length ?? 0,
    changes ? changes.creates.map((create) => create.sourcePrint).join("") : "",
    changes?.other.texts ?? 0,
    changes?.other.tokens ?? 0,
    tell,
    runChannel,
  ]);
  if (result?.held !== 1) throw new LeaseLost();
}

/** `$1` to `$3` the lease, `$4` to `$9` the segment, `$10` and on the chunk, `$25` and `$26` the notice. */
const statement = `
WITH fenced AS (
  UPDATE "Segment" SET "total" = "total" + $4, "unchanged" = "unchanged" + $5, "orphans" = "orphans" + $6, "skipped" = "skipped" + $7,
         "chunks" = $8::int + 1, "listedThrough" = $9
   WHERE "runId" = $1 AND "namespace" = $2 AND "leaseToken" = $3 RETURNING 1
), chunk AS (
  INSERT INTO "Chunk" ("planId", "namespace", "sequence", "firstId", "lastId", "creates", "unchanged", "orphans", "texts", "tokens", "bytes",
                       "problems", "digest", "createCount", "orphanCount", "updates", "textChanged", "createPrints", "otherTexts", "otherTokens")
  SELECT $10::text, $2::text, $8::int, $11::text, $9::text, $12::text[], $13::int, $14::text[], $15::int, $16::int, $17::bigint,
         $7::int, $18::text, $19::int, $6::int, $20::int, $21::int, $22::text, $23::int, $24::int FROM fenced
)
SELECT (SELECT count(*) FROM fenced)::int AS "held", CASE WHEN $25::boolean THEN pg_notify($26::text, $1::text) END AS "told"`;
