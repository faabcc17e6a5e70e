import { z } from "zod";
import type { JoinedChunk } from "@/lib/plan/merge-join";
import { orderedMap } from "@/lib/plan/ordered-map";
import { readAhead } from "@/lib/plan/read-ahead";
import { compareBytes } from "@/lib/stores/byte-order";
import { tellRunChanged } from "../lifecycle/events";
import { insertFindings, type NewFinding } from "../lifecycle/finding-rows";
import { fence } from "../lifecycle/lease";
import type { ChunkChanges } from "./analyse";
import { commitChunk } from "./commit-chunk";
import { joinListings, type OnPage } from "./joined";
import { listingFindings, shortOf } from "./listing-findings";
import type { Work } from "./work";

/** What a look at a chunk's records adds to it: a dry run looks, a run doesn't. */
export type Analysis = {
  texts: number;
  tokens: number;
  bytes: number;
  problems: number;
  findings: (NewFinding & { id: string })[];
  /** What a plan would do; a run without one takes the chunk as it was joined. */
  changes?: ChunkChanges;
};
const unseen: Analysis = { texts: 0, tokens: 0, bytes: 0, problems: 0, findings: [] };

/** IDs of both listings in one chunk. */
const chunkSize = 1000;
const analysedAtOnce = 3;
const listedAhead = 3;
const tellAtMostEveryMs = 200;

const createdSchema = z.object({ creates: z.number() });

/**
 * Scans both listings of the segment's namespace from where the last worker stopped and writes down, chunk by chunk, what is only in
 * the source, in both, only in the target. Ten million IDs are ten thousand rows: it may run ahead of whoever works on the chunks.
 */
export async function scan(
  work: Work,
  analyse: ((chunk: JoinedChunk) => Promise<Analysis>) | null,
  onChunk: () => void,
  onPage?: OnPage,
): Promise<void> {
  const { held, parts } = work;
  if (held.listed) return;
  let sequence = held.chunks;
  let toldAt = 0;
  const joined = limited(work, joinListings(work, held.listedThrough, chunkSize, onPage));
  // Listing, looking and writing down go on at the same time.
  const analysed = orderedMap(readAhead(joined, listedAhead), analysedAtOnce, async (chunk) => ({
    chunk,
    analysis: analyse ? await analyse(chunk) : unseen,
  }));
  for await (const { chunk, analysis } of readAhead(analysed, 1)) {
    const at = sequence++;
    const tell = Date.now() - toldAt >= tellAtMostEveryMs;
    if (tell) toldAt = Date.now();
    await commitChunk(work, at, chunk, { analysis, analysed: analyse !== null, tell });
    onChunk();
  }
  await parts.database.transaction(async (sql) => {
    const longTexts = work.textKeys.summary();
    await fence(
      sql,
      held,
      `"listed" = true, "listings" = $4::jsonb, "short" = $5, "longTexts" = coalesce($6::jsonb, "longTexts")`,
      [JSON.stringify(work.listings), shortOf(work.listings), longTexts === null ? null : JSON.stringify(longTexts)],
    );
    await insertFindings(sql, held, listingFindings(work.listings));
    await tellRunChanged(sql, held.runId);
  });
}

/** Ends the scan at the record that fills the operator's limit of creates. */
async function* limited(work: Work, chunks: AsyncIterable<JoinedChunk>): AsyncGenerator<JoinedChunk> {
  const { limit } = work.held.settings;
  if (limit === null) {
    yield* chunks;
    return;
  }
  const [before] = await work.parts.database.rows(
    createdSchema,
    `SELECT coalesce(sum(cardinality("creates") + "problems"), 0)::int AS "creates" FROM "Chunk" WHERE "planId" = $1 AND "namespace" = $2`,
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
