import { z } from "zod";
import { decodePrint, decodePrints, type Print } from "@/lib/documents/clearance/print";
import type { Scalar } from "@/lib/documents/contract";
import { Bitmap } from "@/lib/plan/bitmap";
import { scalarSchema } from "@/lib/shapes/documents/clearance";
import { firstOutcome } from "../compare/reviewed";
import type { ClearanceWork } from "../compare/work";
import type { Errand } from "./apply-outcome";

/** Chunk rows loaded at a time: some 20,000 documents at most. */
const chunksAtOnce = 20;

const chunkSchema = z.object({
  namespace: z.string(),
  sequence: z.number(),
  creates: z.array(z.string()),
  createPrints: z.string(),
  updates: z.number(),
  outcome: z.string().nullable(),
});
type ChunkRow = z.infer<typeof chunkSchema>;

const updateSchema = z.object({
  namespace: z.string(),
  sequence: z.number(),
  id: z.string(),
  targetPrint: z.string(),
  differences: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.array(z.object({ key: z.string(), target: scalarSchema.optional() }))),
});
type UpdateRow = z.infer<typeof updateSchema>;

const excludedSchema = z.object({
  kind: z.string(),
  namespace: z.string(),
  sequence: z.number(),
  count: z.number(),
  members: z.string(),
});

const placeOf = ({ namespace, sequence }: { namespace: string; sequence: number }) => `${sequence}/${namespace}`;

/** The approved changes of the plan that are still to be done, chunk by chunk, each with the fence under which it was reviewed. */
export async function* reviewedErrands(work: ClearanceWork): AsyncGenerator<Errand[]> {
  const { planId, settings } = work.held;
  const { database } = work.parts;
  const given = `(SELECT * FROM unnest($2::text[], $3::int[]))`;
  for (let after: ChunkRow | undefined; ; ) {
    const chunks: ChunkRow[] = await readChunks(work, after);
    after = chunks.at(-1);
    if (after === undefined) return;
    const places = [planId, chunks.map((chunk) => chunk.namespace), chunks.map((chunk) => chunk.sequence)];
    const updates = chunks.some((chunk) => chunk.updates > 0)
      ? await database.rows(
          updateSchema,
          `SELECT "namespace", "sequence", "id", "targetPrint", "differences" FROM "Change"
            WHERE "planId" = $1 AND "kind" = 'update' AND ("namespace", "sequence") IN ${given}
            ORDER BY "namespace", "sequence", "position"`,
          places,
        )
      : [];
    const excluded = await database.rows(
      excludedSchema,
      `SELECT "kind", "namespace", "sequence", "count", "members" FROM "Exclusion"
        WHERE "planId" = $1 AND ("namespace", "sequence") IN ${given}`,
      places,
    );
    for (const chunk of chunks) {
      const here = (row: { namespace: string; sequence: number }) => placeOf(row) === placeOf(chunk);
      const changes = errandsOf(work, chunk, updates.filter(here));
      const out = excluded.filter(here).flatMap(({ kind, count, members }) =>
        Bitmap.decode(members, count)
          .positions()
          .map((position) => (kind === "create" ? position : chunk.creates.length + position)),
      );
      const kinds = changes.map((_, position) => ({
        kind: position < chunk.creates.length ? ("create" as const) : ("update" as const),
      }));
      const outcome = chunk.outcome ?? firstOutcome(kinds, settings.only, new Set(out));
      const todo = work.ledger.open(chunk.sequence, changes.length, outcome, { namespace: chunk.namespace });
      yield todo.flatMap((position) => changes[position] ?? []);
    }
  }
}

function readChunks(work: ClearanceWork, after: ChunkRow | undefined): Promise<ChunkRow[]> {
  const { planId, runId, settings, retryOf } = work.held;
  return work.parts.database.rows(
    chunkSchema,
    `SELECT c."namespace", c."sequence", c."creates", c."createPrints", c."updates", p."outcome"
       FROM "Chunk" c LEFT JOIN "Progress" p ON p."runId" = $1 AND p."namespace" = c."namespace" AND p."sequence" = c."sequence"
      WHERE c."planId" = $2 AND p."done" IS NOT TRUE AND ($3::text IS NULL OR (c."namespace", c."sequence") > ($3::text, $4::int))
        AND ((c."createCount" > 0 AND $5 <> 'updates') OR (c."updates" > 0 AND $5 <> 'creates'))
        AND ($6::boolean OR p."outcome" IS NOT NULL)
      ORDER BY c."namespace", c."sequence" LIMIT ${chunksAtOnce}`,
    [runId, planId, after?.namespace ?? null, after?.sequence ?? null, settings.only, retryOf === null],
  );
}

function errandsOf(work: ClearanceWork, chunk: ChunkRow, updates: readonly UpdateRow[]): Errand[] {
  const { namespace, sequence, creates } = chunk;
  const { indices, request } = work.held.settings;
  const prints = decodePrints(chunk.createPrints);
  if (prints.length !== creates.length || updates.length !== chunk.updates)
    throw new Error(`chunk ${sequence} of the plan isn't whole`);
  const errand = (id: string, position: number, print: Print, reviewed: Scalar | null): Errand => {
    const index = indices[print.index];
    if (index === undefined) throw new Error(`chunk ${sequence} of the plan names an index that the plan doesn't`);
    return {
      position: { namespace, sequence, position },
      namespace,
      key: { index: index.name, id, routing: print.routing },
      seqNo: print.seqNo,
      primaryTerm: print.primaryTerm,
      reviewed,
      rewrite: false,
    };
  };
  return [
    ...prints.map((print, position) => errand(creates[position] ?? "", position, print, null)),
    ...updates.map(({ id, targetPrint, differences }, position) => {
      const reviewed = differences.find(({ key }) => key === request.field)?.target ?? null;
      return errand(id, creates.length + position, decodePrint(targetPrint), reviewed);
    }),
  ];
}
