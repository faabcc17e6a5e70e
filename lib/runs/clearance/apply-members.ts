import { z } from "zod";
import { decodePrint } from "@/lib/documents/clearance/print";
import type { DocumentHead } from "@/lib/documents/contract";
import type { ClearanceWork } from "../compare/work";
import { storable } from "../lifecycle/storable";

/** How a document of the plan ended in this run: a letter as in `Progress`, `null` where the run has no outcome for it. */
export type Member = { letter: string | null };

const memberSchema = z.object({
  namespace: z.string(),
  id: z.string(),
  print: z.string(),
  letter: z.string().nullable(),
});

/** Documents as they are named in a plan. */
export const nameOf = (key: { index: string; id: string }) => JSON.stringify([key.index, key.id]);
export const namespaceOf = (head: Pick<DocumentHead, "namespace">) => head.namespace ?? "";

/**
 * Which of the documents the plan would change, by name: a pass over what is left meets them again, and leaves alone what the operator
 * took out or what has ended with a finding.
 */
export async function membersAmong(
  work: ClearanceWork,
  heads: readonly DocumentHead[],
): Promise<ReadonlyMap<string, Member>> {
  if (heads.length === 0) return new Map();
  const { runId, planId, settings } = work.held;
  const rows = await work.parts.database.rows(
    memberSchema,
    `SELECT c."namespace", d.id, split_part(c."createPrints", chr(10), d.position::int) AS print,
            nullif(substr(p."outcome", d.position::int, 1), '') AS letter
       FROM "Chunk" c LEFT JOIN "Progress" p ON p."runId" = $1 AND p."namespace" = c."namespace" AND p."sequence" = c."sequence"
      CROSS JOIN LATERAL unnest(c."creates") WITH ORDINALITY AS d(id, position)
      WHERE c."planId" = $2 AND c."createCount" > 0 AND c."namespace" = ANY($3::text[]) AND d.id = ANY($4::text[])
     UNION ALL
     SELECT c."namespace", u."id", u."targetPrint", nullif(substr(p."outcome", c."createCount" + u."position" + 1, 1), '')
       FROM "Change" u JOIN "Chunk" c ON c."planId" = u."planId" AND c."namespace" = u."namespace" AND c."sequence" = u."sequence"
       LEFT JOIN "Progress" p ON p."runId" = $1 AND p."namespace" = c."namespace" AND p."sequence" = c."sequence"
      WHERE u."planId" = $2 AND u."kind" = 'update' AND u."id" = ANY($4::text[])`,
    [runId, planId, [...new Set(heads.map((head) => storable(namespaceOf(head))))], heads.map(({ id }) => id)],
  );
  return new Map(
    rows.flatMap(({ id, print, letter }) => {
      const index = settings.indices[decodePrint(print).index]?.name;
      return index === undefined ? [] : [[nameOf({ index, id }), { letter }]];
    }),
  );
}
