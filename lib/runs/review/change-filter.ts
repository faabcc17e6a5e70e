import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { Bitmap } from "@/lib/plan/bitmap";
import { type Facet, facetKey } from "@/lib/plan/facets";
import type { ChangeKind } from "@/lib/shapes/plans/change";
import type { Reason } from "@/lib/shapes/runs/reason";

/** Which changes of a plan are meant. All that are given must hold. */
export type ChangeFilter = {
  planId: string;
  kind: ChangeKind;
  namespace?: string | undefined;
  /** A metadata key that differs, under `sign` or under any. */
  key?: string | undefined;
  sign?: "+" | "-" | "~" | undefined;
  textChanged?: boolean | undefined;
  /** The value that would be overwritten, as text: a number in quotes is that number. */
  present?: string | undefined;
  reason?: Reason | undefined;
  /** Any part of an ID, letter by letter. */
  search?: string | undefined;
  excluded?: boolean | undefined;
};

/** Where a change stands in its plan: the chunk and the place among the chunk's changes of its kind. */
export type ChangePosition = { namespace: string; sequence: number; position: number };
export type ChunkPlace = Omit<ChangePosition, "position">;

/** Kinds of change that a filter can be about: only updates have keys, only problems reasons, only changes can be taken out. */
export function kindsFor(filter: Omit<ChangeFilter, "planId" | "kind">): ChangeKind[] {
  const { key, sign, textChanged, present } = filter;
  const updatesOnly = [key, sign, textChanged, present].some((asked) => asked !== undefined);
  const kinds: [ChangeKind, boolean][] = [
    ["create", !updatesOnly && filter.reason === undefined],
    ["update", filter.reason === undefined],
    ["problem", !updatesOnly && filter.excluded !== true],
    ["orphan", !updatesOnly && filter.reason === undefined && filter.excluded !== true],
  ];
  return kinds.flatMap(([kind, possible]) => (possible ? [kind] : []));
}

/** The facets that a filter asks for. */
export function facetsFor({ key, sign, textChanged, present, reason }: ChangeFilter): Facet[] {
  const facets: Facet[] = [];
  if (key !== undefined) facets.push({ facet: "key", sign: sign ?? "", key: facetKey(key) });
  else if (sign !== undefined) facets.push({ facet: "sign", sign, key: "" });
  if (textChanged !== undefined) facets.push({ facet: "text", sign: "", key: textChanged ? "changed" : "kept" });
  if (present !== undefined) facets.push({ facet: "present", sign: "", key: facetKey(present) });
  if (reason !== undefined) facets.push({ facet: "reason", sign: "", key: reason });
  return facets;
}

const excludedSchema = z.object({
  namespace: z.string(),
  sequence: z.number(),
  count: z.number(),
  members: z.string(),
});

/** Whether each of the positions was taken out. */
export async function markExcluded<S extends ChangePosition>(
  sql: Sql,
  planId: string,
  kind: ChangeKind,
  positions: readonly S[],
): Promise<(S & { excluded: boolean })[]> {
  if (positions.length === 0 || kind === "orphan" || kind === "problem")
    return positions.map((position) => ({ ...position, excluded: false }));
  const chunks = chunksOf(positions);
  const rows = await sql.rows(
    excludedSchema,
    `SELECT e."namespace", e."sequence", e."count", e."members" FROM unnest($3::text[], $4::int[]) AS c(namespace, sequence)
      CROSS JOIN LATERAL (SELECT * FROM "Exclusion" e WHERE e."planId" = $1 AND e."kind" = $2 AND e."namespace" = c.namespace
                             AND e."sequence" = c.sequence LIMIT 1) e`,
    [planId, kind, chunks.map((one) => one.namespace), chunks.map((one) => one.sequence)],
  );
  const out = new Map(rows.map((row) => [chunkName(row), Bitmap.decode(row.members, row.count)]));
  return positions.map((position) => ({
    ...position,
    excluded: out.get(chunkName(position))?.has(position.position) === true,
  }));
}

/** The chunks in which the positions stand, each once. */
export function chunksOf(positions: readonly ChunkPlace[]): ChunkPlace[] {
  return [...new Map(positions.map((position) => [chunkName(position), position])).values()];
}

export const chunkName = ({ namespace, sequence }: ChunkPlace) => `${sequence}/${namespace}`;
export const positionName = ({ namespace, sequence, position }: ChangePosition) =>
  `${sequence}/${position}/${namespace}`;
