import type { Sql } from "@/lib/db/contract";
import { Bits } from "@/lib/plan/bits";
import type { ChangeDirectory } from "./change-directory";
import { type ChangeFilter, facetsFor } from "./change-filter";
import { markChunks, readFacet } from "./facet-blocks";

/** All changes that a filter means: what any page of them is found by, wherever it lies. */
export type Selection = {
  directory: ChangeDirectory;
  /** By the directory's numbers. */
  bits: Bits;
  /** False while a search hasn't been through the whole plan: then more may match. */
  exact: boolean;
};

/**
 * Works out which changes a filter means but for its search, without reading them: from the facets, and from what was taken out.
 * Costs some bits a change.
 */
export async function readSelection(sql: Sql, filter: ChangeFilter, directory: ChangeDirectory): Promise<Bits> {
  const { planId, kind, namespace, excluded } = filter;
  const { from, end } =
    namespace === undefined ? { from: 0, end: directory.size } : directory.numbersOf(directory.indicesOf(namespace));
  let bits = Bits.range(directory.size, from, end);
  for (const facet of facetsFor(filter)) bits = bits.and(await readFacet(sql, planId, directory, facet));
  if (excluded === undefined) return bits;
  if (kind !== "create" && kind !== "update") return excluded ? Bits.none(directory.size) : bits;
  const out = await readExcluded(sql, filter, directory);
  return excluded ? bits.and(out) : bits.without(out);
}

/** Which changes were taken out of the plan. */
export async function readExcluded(
  sql: Sql,
  { planId, kind, namespace }: ChangeFilter,
  directory: ChangeDirectory,
): Promise<Bits> {
  const bits = Bits.none(directory.size);
  await markChunks(sql, directory, bits, {
    of: `"Exclusion" WHERE "planId" = $1 AND "kind" = $2 AND ($3::text IS NULL OR "namespace" = $3::text)`,
    values: [planId, kind, namespace ?? null],
  });
  return bits;
}
