import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { Digest } from "@/lib/plan/digest";
import { compareBytes } from "@/lib/stores/byte-order";
import type { ChunkChanges } from "../compare/analyse";
import { recordChanges } from "../compare/record-changes";
import type { ClearanceWork } from "../compare/work";
import { insertFindings } from "../lifecycle/finding-rows";
import { LeaseLost } from "../lifecycle/interruptions";
import { runChannel } from "../lifecycle/parts";
import type { PlannedDocument } from "./plan-sort";
import { hashedOverwrite, hashedSet } from "./reviewed-print";

type OfKind<K extends PlannedDocument["kind"]> = Extract<PlannedDocument, { kind: K }>;

/** Documents of one namespace that become a chunk; of those that are left alone only the number is kept. */
export type Bucket = {
  namespace: string;
  creates: OfKind<"create">[];
  updates: OfKind<"update">[];
  problems: OfKind<"problem">[];
  unchanged: number;
};

export const emptyBucket = (namespace: string): Bucket => ({
  namespace,
  creates: [],
  updates: [],
  problems: [],
  unchanged: 0,
});

/** Documents that the scan has seen since the last note of it, and how many of them can't be read. */
export type Progressed = { documents: number; problems: number; tell: boolean };

const byPlace = (
  one: Bucket["creates"][number] | Bucket["updates"][number] | Bucket["problems"][number],
  other: typeof one,
) => compareBytes(one.change.id, other.change.id) || compareBytes(one.head.index, other.head.index);

/** A bucket as a chunk holds it: its changes in byte order of IDs, the fences of the creates, what writing them takes, and their hash. */
export function chunkOf(bucket: Bucket) {
  const { namespace, unchanged } = bucket;
  const creates = bucket.creates.toSorted(byPlace);
  const updates = bucket.updates.toSorted(byPlace);
  const problems = bucket.problems.toSorted(byPlace);
  const changes: ChunkChanges = {
    creates: creates.map(({ change }) => change),
    updates: updates.map(({ change }) => change),
    problems: problems.map(({ change }) => change),
    unchanged,
    other: { texts: 0, tokens: 0 },
  };
  const digest = new Digest();
  for (const { id, sourcePrint } of changes.creates) digest.add(...hashedSet(namespace, id, sourcePrint));
  for (const { id, sourcePrint } of changes.updates) digest.add(...hashedOverwrite(namespace, id, sourcePrint));
  const bytes = [...creates, ...updates].reduce((sum, one) => sum + one.bytes, 0);
  const prints = creates.map(({ print }) => print).join("\n");
  return { changes, prints, bytes, digest: digest.toString() };
}

const heldSchema = z.object({ held: z.number() });

/** Writes chunks down with their changes, and how far the scan has come; all together and only under the lease. @throws LeaseLost */
export async function commitClearanceChunks(
  { held, parts }: ClearanceWork,
  first: number,
  buckets: readonly Bucket[],
  progressed: Progressed,
): Promise<void> {
  const { planId } = held;
  if (planId === null) throw new Error(`${held.runId} has no plan`);
  await parts.database.transaction(async (sql) => {
    await noteProgress(sql, { held }, progressed, first + buckets.length);
    for (const [at, bucket] of buckets.entries())
      await insertChunk(sql, { planId, runId: held.runId, sequence: first + at }, bucket);
  });
}

async function insertChunk(
  sql: Sql,
  { planId, runId, sequence }: { planId: string; runId: string; sequence: number },
  bucket: Bucket,
): Promise<void> {
  const { namespace, unchanged } = bucket;
  const { changes, prints, bytes, digest } = chunkOf(bucket);
  const ids = changes.creates.map(({ id }) => id);
  await sql.run(
    `INSERT INTO "Chunk" ("planId", "namespace", "sequence", "firstId", "lastId", "creates", "createCount", "createPrints", "updates",
                          "problems", "unchanged", "orphans", "bytes", "digest")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '{}', $12, $13)`,
    [
      planId,
      namespace,
      sequence,
      ids[0] ?? "",
      ids.at(-1) ?? "",
      ids,
      ids.length,
      prints,
      changes.updates.length,
      changes.problems.length,
      unchanged,
      bytes,
      digest,
    ],
  );
  if (ids.length + changes.updates.length + changes.problems.length > 0)
    await recordChanges(sql, { planId, namespace, sequence }, changes);
  const findings = bucket.problems.map(({ head: { index }, change: { id, reason, detail } }) => ({
    ...{ id, index, reason, detail },
    kind: "skipped" as const,
  }));
  await insertFindings(sql, { runId, namespace }, findings);
}

/** Moves the segment's counters: a plan leaves every document as it is, so all but the problems count as unchanged. @throws LeaseLost */
export async function noteProgress(
  sql: Sql,
  { held }: Pick<ClearanceWork, "held">,
  { documents, problems, tell }: Progressed,
  chunks: number,
): Promise<void> {
  const [result] = await sql.rows(
    heldSchema,
    `WITH fenced AS (
       UPDATE "Segment" SET "total" = "total" + $4, "unchanged" = "unchanged" + $5, "skipped" = "skipped" + $6, "chunks" = $7
        WHERE "runId" = $1 AND "namespace" = $2 AND "leaseToken" = $3 RETURNING 1
     )
     SELECT (SELECT count(*) FROM fenced)::int AS "held", CASE WHEN $8::boolean THEN pg_notify($9::text, $1::text) END AS "told"`,
    [held.runId, held.namespace, held.leaseToken, documents, documents - problems, problems, chunks, tell, runChannel],
  );
  if (result?.held !== 1) throw new LeaseLost();
}
