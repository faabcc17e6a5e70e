import type { Sql } from "@/lib/db/contract";
import type { Digest } from "@/lib/plan/digest";
import { facetsOf } from "@/lib/plan/facets";
import type { ChunkChanges } from "./analyse-mirror";
import { storable } from "./storable";

export type ChunkPlace = { planId: string; namespace: string; sequence: number };

/** What a change adds to its plan's hash: all that applying it depends on. */
export const hashedCreate = (namespace: string, id: string, sourcePrint: string) =>
  ["create", namespace, id, sourcePrint] as const;
export const hashedUpdate = (
  namespace: string,
  update: { id: string; sourcePrint: string; targetPrint: string; textChanged: boolean },
) =>
  [
    "update",
    namespace,
    update.id,
    update.sourcePrint,
    update.targetPrint,
    update.textChanged ? "text" : "kept",
  ] as const;

/** Adds a chunk's changes to a plan's hash. */
export function digestChanges(digest: Digest, namespace: string, changes: ChunkChanges): void {
  for (const { id, sourcePrint } of changes.creates) digest.add(...hashedCreate(namespace, id, sourcePrint));
  for (const update of changes.updates) digest.add(...hashedUpdate(namespace, update));
}

/**
 * Writes down a chunk's updates and problems, a row each, and what filters and counts are answered from. Creates and orphans need
 * no rows: their IDs stand in the chunk. To be called in the transaction that writes the chunk.
 */
export async function recordChanges(sql: Sql, place: ChunkPlace, changes: ChunkChanges): Promise<void> {
  const rows = [
    ...changes.updates.map((update, position) => ({ ...update, kind: "update", position, reason: null, detail: null })),
    ...changes.problems.map((problem, position) => ({
      ...problem,
      kind: "problem",
      position,
      textChanged: false,
      sourcePrint: "",
      targetPrint: "",
    })),
  ];
  if (rows.length === 0) return;
  await sql.run(
    `INSERT INTO "Change" ("planId", "namespace", "sequence", "kind", "position", "id", "textChanged", "differences", "reason", "detail", "sourcePrint", "targetPrint")
     SELECT $1, $2, $3, c.* FROM unnest($4::text[], $5::int[], $6::text[], $7::boolean[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[]) AS c`,
    [
      place.planId,
      place.namespace,
      place.sequence,
      rows.map((row) => row.kind),
      rows.map((row) => row.position),
      rows.map((row) => row.id),
      rows.map((row) => row.textChanged),
      rows.map((row) => JSON.stringify(row.differences)),
      rows.map((row) => row.reason),
      rows.map((row) => (row.detail === null ? null : storable(row.detail))),
      rows.map((row) => row.sourcePrint),
      rows.map((row) => row.targetPrint),
    ],
  );
  const facets = facetsOf(
    changes.updates,
    changes.problems.map((problem) => problem.reason),
  );
  await sql.run(
    `INSERT INTO "ChangeFacet" ("planId", "namespace", "sequence", "facet", "sign", "key", "count", "members")
     SELECT $1, $2, $3, f.* FROM unnest($4::text[], $5::text[], $6::text[], $7::int[], $8::text[]) AS f`,
    [
      place.planId,
      place.namespace,
      place.sequence,
      facets.map((facet) => facet.facet),
      facets.map((facet) => facet.sign),
      facets.map((facet) => facet.key),
      facets.map((facet) => facet.count),
      facets.map((facet) => facet.members),
    ],
  );
}
