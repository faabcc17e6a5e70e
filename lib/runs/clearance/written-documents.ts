import { z } from "zod";
import { decodePrint } from "@/lib/documents/clearance/print";
import type { DocumentKey } from "@/lib/documents/contract";
import { Sampler } from "../compare/sampler";
import type { ClearanceWork } from "../compare/work";

const chunksAtOnce = 20;

/** A document that a run wrote. */
export type Written = { namespace: string; key: DocumentKey };

/** A sample of what a run writes, in bounded memory, drawn while it works or from what stands in the plan. */
export class WrittenSample {
  private readonly sampler: Sampler;

  constructor(size: number, seed: string) {
    this.sampler = new Sampler(size, seed);
  }

  offer({ namespace, key: { index, id, routing } }: Written): void {
    this.sampler.offer(JSON.stringify([namespace, index, id, routing]));
  }

  taken(): Written[] {
    return this.sampler.taken().map((text) => {
      const [namespace, index, id, routing] = takenSchema.parse(JSON.parse(text));
      return { namespace, key: { index, id, routing } };
    });
  }
}
const takenSchema = z.tuple([z.string(), z.string(), z.string(), z.string().nullable()]);

const chunkSchema = z.object({
  namespace: z.string(),
  sequence: z.number(),
  creates: z.array(z.string()),
  prints: z.string().transform((text) => text.split("\n")),
  outcome: z.string(),
});
const updateSchema = z.object({
  namespace: z.string(),
  sequence: z.number(),
  position: z.number(),
  id: z.string(),
  targetPrint: z.string(),
});

/** The documents of the plan that this run wrote, some chunks at a time. */
export async function* writtenDocuments(work: ClearanceWork): AsyncGenerator<Written[]> {
  const { planId, runId, settings } = work.held;
  const keyOf = (id: string, line: string): DocumentKey[] => {
    const { index, routing } = decodePrint(line);
    const name = settings.indices[index]?.name;
    return name === undefined ? [] : [{ index: name, id, routing }];
  };
  for (let after: z.infer<typeof chunkSchema> | undefined; ; ) {
    const chunks: z.infer<typeof chunkSchema>[] = await work.parts.database.rows(
      chunkSchema,
      `SELECT p."namespace", p."sequence", c."creates", c."createPrints" AS prints, p."outcome" FROM "Progress" p
         JOIN "Chunk" c ON c."planId" = $2 AND c."namespace" = p."namespace" AND c."sequence" = p."sequence"
        WHERE p."runId" = $1 AND ($3::text IS NULL OR (p."namespace", p."sequence") > ($3::text, $4::int)) AND p."outcome" LIKE '%w%'
        ORDER BY p."namespace", p."sequence" LIMIT ${chunksAtOnce}`,
      [runId, planId, after?.namespace ?? null, after?.sequence ?? null],
    );
    after = chunks.at(-1);
    if (after === undefined) return;
    const updates = await work.parts.database.rows(
      updateSchema,
      `SELECT "namespace", "sequence", "position", "id", "targetPrint" FROM "Change"
        WHERE "planId" = $1 AND "kind" = 'update' AND ("namespace", "sequence") IN (SELECT * FROM unnest($2::text[], $3::int[]))`,
      [planId, chunks.map((chunk) => chunk.namespace), chunks.map((chunk) => chunk.sequence)],
    );
    for (const { namespace, sequence, creates, prints, outcome } of chunks) {
      const here = updates.filter((update) => update.namespace === namespace && update.sequence === sequence);
      const keys = [
        ...creates.flatMap((id, at) => (outcome[at] === "w" ? keyOf(id, prints[at] ?? "") : [])),
        ...here.flatMap(({ id, position, targetPrint }) =>
          outcome[creates.length + position] === "w" ? keyOf(id, targetPrint) : [],
        ),
      ];
      yield keys.map((key) => ({ namespace, key }));
    }
  }
}
