import type { Sql } from "@/lib/db/contract";
import type { Digest } from "@/lib/plan/digest";
import { loadOf, packCosts } from "@/lib/plan/estimate/costs";
import { facetsOf } from "@/lib/plan/facets";
import { rosterOf } from "@/lib/plan/roster";
import { storable } from "../lifecycle/storable";
import type { ChunkChanges } from "./analyse";

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
 * Writes down a chunk's updates and problems, a row each, and what filters, counts, searches and estimates are answered from. Creates
 * and orphans need no rows: their IDs stand in the chunk. To be called in the transaction that writes the chunk.
 */
export async function recordChanges(sql: Sql, place: ChunkPlace, changes: ChunkChanges): Promise<void> {
  await recordRosters(sql, place, changes);
  const rows = [
    ...changes.updates.map((update, position) => ({ ...update, kind: "update", position, reason: null, detail: null })),
    ...changes.problems.map((problem, position) => ({
      ...problem,
      kind: "problem",
      position,
      textChanged: false,
      sourcePrint: "",
      targetPrint: problem.targetPrint ?? "",
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

async function recordRosters(sql: Sql, place: ChunkPlace, { creates, updates, problems }: ChunkChanges): Promise<void> {
  const costs = (changes: ChunkChanges["creates"]) => changes.map(({ cost }) => cost ?? { tokens: 0, bytes: 0 });
  const ids = (changes: readonly { id: string }[]) => rosterOf(changes.map(({ id }) => id));
  const rosters = [
    { kind: "create", ids: "", costs: costs(creates) },
    { kind: "update", ids: ids(updates), costs: costs(updates) },
    { kind: "problem", ids: ids(problems), costs: [] },
  ].filter((roster) => roster.ids !== "" || roster.costs.length > 0);
  if (rosters.length === 0) return;
  const loads = rosters.map((roster) => loadOf(roster.costs));
  await sql.run(
    `INSERT INTO "ChangeRoster" ("planId", "namespace", "sequence", "kind", "ids", "texts", "tokens", "bytes", "costs")
     SELECT $1, $2, $3, r.* FROM unnest($4::text[], $5::text[], $6::int[], $7::bigint[], $8::bigint[], $9::text[]) AS r`,
    [
      place.planId,
      place.namespace,
      place.sequence,
      rosters.map((roster) => roster.kind),
      rosters.map((roster) => roster.ids),
      loads.map((load) => load.texts),
      loads.map((load) => load.tokens),
      loads.map((load) => load.bytes),
      rosters.map((roster) => packCosts(roster.costs)),
    ],
  );
}
