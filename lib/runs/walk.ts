import { z } from "zod";
import { Digest } from "@/lib/plan/digest";
import type { JoinedChunk } from "@/lib/plan/merge-join";
import { orderedMap } from "@/lib/plan/ordered-map";
import { readAhead } from "@/lib/plan/read-ahead";
import { compareBytes } from "@/lib/stores/byte-order";
import type { ChunkChanges } from "./analyse-mirror";
import { tellRunChanged } from "./events";
import { joinListings } from "./joined";
import { fence } from "./lease";
import { insertFindings, type NewFinding } from "./ledger";
import { digestChanges, recordChanges } from "./record-changes";
import type { Work } from "./work";

/** What a look at a chunk's records adds to it: a dry run looks, a run doesn't. */
export type Analysis = {
  texts: number;
  tokens: number;
  bytes: number;
  problems: number;
  findings: (NewFinding & { id: string })[];
  /** What mirroring would do; a re-embedding takes the chunk as it was joined. */
  changes?: ChunkChanges;
};
const unseen: Analysis = { texts: 0, tokens: 0, bytes: 0, problems: 0, findings: [] };

/** IDs of both listings in one chunk. */
const chunkSize = 1000;
const analysedAtOnce = 3;
const listedAhead = 3;

const createdSchema = z.object({ creates: z.number() });

/**
 * Walks both listings of the segment's namespace from where the last worker stopped and writes down, chunk by chunk, what is only in
 * the source, in both, only in the target. Ten million IDs are ten thousand rows: it may run ahead of whoever works on the chunks.
 */
export async function walk(
  work: Work,
  analyse: ((chunk: JoinedChunk) => Promise<Analysis>) | null,
  onChunk: () => void,
): Promise<void> {
  const { held, parts } = work;
  if (held.listed) return;
  let sequence = held.chunks;
  const joined = limited(work, joinListings(work, held.listedThrough, chunkSize));
  // Listing, looking and writing down go on at the same time.
  const analysed = orderedMap(readAhead(joined, listedAhead), analysedAtOnce, async (chunk) => ({
    chunk,
    analysis: analyse ? await analyse(chunk) : unseen,
  }));
  for await (const { chunk, analysis } of readAhead(analysed, 1)) {
    const at = sequence++;
    await parts.database.transaction(async (sql) => {
      const records = chunk.sourceOnly.length + chunk.both.length;
      // A dry run leaves every record as it is, so all but the problems count as unchanged by it.
      const unchanged = analyse ? records - analysis.problems : chunk.both.length;
      await fence(
        sql,
        held,
        `"total" = "total" + $4, "unchanged" = "unchanged" + $5, "orphans" = "orphans" + $6, "skipped" = "skipped" + $7,
         "chunks" = $8, "listedThrough" = $9`,
        [records, unchanged, chunk.targetOnly.length, analysis.problems, at + 1, chunk.last],
      );
      await insertChunk(sql, { planId: held.planId, namespace: held.namespace, sequence: at, chunk, analysis });
      if (held.planId !== null && analysis.changes)
        await recordChanges(sql, { planId: held.planId, namespace: held.namespace, sequence: at }, analysis.changes);
      await insertFindings(sql, held, analysis.findings);
      await tellRunChanged(sql, held.runId);
    });
    onChunk();
  }
  await parts.database.transaction(async (sql) => {
    await fence(sql, held, `"listed" = true`);
    await tellRunChanged(sql, held.runId);
  });
}

type ChunkRow = { planId: string | null; namespace: string; sequence: number; chunk: JoinedChunk; analysis: Analysis };

async function insertChunk(sql: Parameters<typeof insertFindings>[0], row: ChunkRow): Promise<void> {
  const { chunk, analysis } = row;
  const { changes } = analysis;
  const digest = new Digest();
  if (changes) digestChanges(digest, row.namespace, changes);
  else for (const id of chunk.sourceOnly) digest.add("create", row.namespace, id);
  const creates = changes ? changes.creates.map((create) => create.id) : chunk.sourceOnly;
  await sql.run(
    `INSERT INTO "Chunk" ("planId", "namespace", "sequence", "firstId", "lastId", "creates", "unchanged", "orphans", "texts", "tokens", "bytes", "problems", "digest",
                          "createCount", "orphanCount", "updates", "textChanged", "createPrints", "otherTexts", "otherTokens")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
    [
      row.planId,
      row.namespace,
      row.sequence,
      chunk.first,
      chunk.last,
      creates,
      changes ? changes.unchanged : chunk.both.length,
      chunk.targetOnly,
      analysis.texts,
      analysis.tokens,
      analysis.bytes,
      analysis.problems,
      digest.toString(),
      creates.length,
      chunk.targetOnly.length,
      changes?.updates.length ?? 0,
      changes?.updates.filter((update) => update.textChanged).length ?? 0,
      changes?.creates.map((create) => create.sourcePrint).join("") ?? "",
      changes?.other.texts ?? 0,
      changes?.other.tokens ?? 0,
    ],
  );
}

/** Ends the walk at the record that fills the operator's limit of creates. */
async function* limited(work: Work, chunks: AsyncIterable<JoinedChunk>): AsyncGenerator<JoinedChunk> {
  const { limit } = work.held.settings;
  if (limit === null) {
    yield* chunks;
    return;
  }
  const [before] = await work.parts.database.rows(
    createdSchema,
    `SELECT coalesce(sum(cardinality("creates")), 0)::int AS "creates" FROM "Chunk" WHERE "planId" = $1 AND "namespace" = $2`,
    [work.held.planId, work.held.namespace],
  );
  let left = limit - (before?.creates ?? 0);
  if (left <= 0) return;
  for await (const chunk of chunks) {
    const last = chunk.sourceOnly[left - 1];
    if (chunk.sourceOnly.length < left || last === undefined) {
      left -= chunk.sourceOnly.length;
      yield chunk;
      continue;
    }
    const upTo = (ids: string[]) => ids.filter((id) => compareBytes(id, last) <= 0);
    yield {
      first: chunk.first,
      last,
      sourceOnly: upTo(chunk.sourceOnly),
      both: upTo(chunk.both),
      targetOnly: upTo(chunk.targetOnly),
    };
    return;
  }
}
