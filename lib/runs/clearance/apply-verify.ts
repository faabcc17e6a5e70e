import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { isValue } from "@/lib/documents/clearance/decide";
import { decodePrint } from "@/lib/documents/clearance/print";
import { selectionsOf } from "@/lib/documents/clearance/request";
import type { DocumentKey } from "@/lib/documents/contract";
import { isServiceFailure } from "@/lib/failures";
import type { Verdict } from "@/lib/shapes/verdict";
import { verdictOf } from "@/lib/shapes/verdict-words";
import { insertFindings, type NewFinding } from "../lifecycle/finding-rows";
import { Drained } from "../lifecycle/interruptions";
import { Sampler } from "../transfer/sampler";
import type { ClearanceWork } from "../transfer/work";

const chunksAtOnce = 20;
const readAtOnce = 1000;
/** Mismatches kept in the verdict; all of them become findings. */
const namedMismatches = 20;
/** A server refreshes by itself after a second by default; whoever may not ask for it waits a little longer. */
const ownRefreshMs = 1500;

/** Counts by searching, as of a refresh. */
export type Counts = { scope: number; right: number; missing: number };

/** Makes all writes visible to searches, or waits until the server has done that by itself. */
export async function refreshed(work: ClearanceWork): Promise<void> {
  const { target } = work.held.settings;
  try {
    await work.calls.make([], (signal) => work.documents.refresh(target, { signal }));
  } catch (error) {
    if (!isServiceFailure(error) || error.code !== "auth") throw error;
    await delay(ownRefreshMs, undefined, { signal: work.drain }).catch(() => {
      throw new Drained();
    });
  }
}

/** Documents in scope that searches find without the value, after a refresh. */
export async function countMissing(work: ClearanceWork): Promise<number> {
  await refreshed(work);
  const { target, request } = work.held.settings;
  return work.calls.make([], (signal) => work.documents.count(target, selectionsOf(request).missing, { signal }));
}

async function countAll(work: ClearanceWork): Promise<Counts> {
  await refreshed(work);
  const { target, request } = work.held.settings;
  const { scope, right, missing } = selectionsOf(request);
  const [inScope, withValue, without] = await Promise.all(
    [scope, right, missing].map((selection) =>
      work.calls.make([], (signal) => work.documents.count(target, selection, { signal })),
    ),
  );
  return { scope: inScope ?? 0, right: withValue ?? 0, missing: without ?? 0 };
}

type Written = { namespace: string; key: DocumentKey };
type Mismatch = Written & { reason: NewFinding["reason"]; detail: string };

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

/**
 * Reads back what the run wrote: counts by searching after a refresh, and a sample of the written documents, or all of them, read by ID.
 * @param arrived documents that came after the review and were written, and a sample of them
 * @param left documents that are without the value: taken out, with a finding, or newcomers
 * @param newcomers those of them that came after the review, and that nobody asked to set
 */
export async function verifyDocuments(
  work: ClearanceWork,
  {
    arrived,
    arrivals,
    left,
    newcomers,
  }: { arrived: number; arrivals: readonly Written[]; left: number; newcomers: number },
): Promise<Verdict> {
  const { request, verifyFull, verifySample } = work.held.settings;
  const counts = await countAll(work);
  const sample = new WrittenSample(verifyFull ? 0 : verifySample, work.held.runId);
  const mismatches: Mismatch[] = [];
  const found = { written: 0, compared: 0, gone: 0, different: 0 };
  const check = async (written: readonly Written[]) => {
    const wrong = await compare(work, written);
    found.compared += written.length;
    found.gone += wrong.filter(({ reason }) => reason === "missing-from-target").length;
    found.different += wrong.length;
    mismatches.push(...wrong.slice(0, Math.max(0, namedMismatches - mismatches.length)));
    for (const { namespace, key, reason, detail } of wrong)
      await insertFindings(work.parts.database, { runId: work.held.runId, namespace }, [
        { id: key.id, index: key.index, kind: "warning", reason, detail },
      ]);
  };
  for await (const written of writtenDocuments(work)) {
    found.written += written.length;
    if (verifyFull) await check(written);
    else for (const one of written) sample.offer(one);
  }
  for (const one of arrivals) sample.offer(one);
  await check([...sample.taken(), ...(verifyFull ? arrivals : [])]);
  const missing = Math.max(0, counts.missing - left);
  return verdictOf({
    nothing: counts.scope === 0,
    // What came after the review was written and is among what was compared.
    lacking: Math.min(left, counts.missing),
    words: wordsFor(`${request.field} ${JSON.stringify(request.value)}`, counts, {
      ...found,
      left,
      arrived,
      newcomers,
    }),
    source: { count: counts.scope, exact: true },
    target: { count: counts.right, exact: true },
    missing,
    explainedMissing: Math.min(left, counts.missing),
    arrivedLater: arrived + newcomers,
    orphans: 0,
    sampled: found.compared,
    sampleMismatches: found.different,
    mismatches: mismatches.map(({ key, detail }) => ({ id: key.id, detail })),
  });
}

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
async function* writtenDocuments(work: ClearanceWork): AsyncGenerator<Written[]> {
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

/** Reads documents by ID and names those that don't hold the value. */
async function compare(work: ClearanceWork, written: readonly Written[]): Promise<Mismatch[]> {
  const { field, value } = work.held.settings.request;
  const mismatches: Mismatch[] = [];
  for (let start = 0; start < written.length; start += readAtOnce) {
    const some = written.slice(start, start + readAtOnce);
    const keys = some.map(({ key }) => key);
    const heads = await work.calls.make([], (signal) => work.documents.read(keys, { field }, { signal }));
    for (const [at, one] of some.entries()) {
      const head = heads[at] ?? null;
      if (head === null) {
        const detail = "The read-back check didn't find the document, where this run had written it.";
        mismatches.push({ ...one, reason: "missing-from-target", detail });
      } else if (head.held.state !== "value" || !isValue(head.held.value, value)) {
        const holds = head.held.state === "value" ? JSON.stringify(head.held.value) : "nothing";
        const detail = `The read-back check found ${holds}, where this run had written ${JSON.stringify(value)}.`;
        mismatches.push({ ...one, reason: "differs", detail });
      }
    }
  }
  return mismatches;
}

const number = (value: number) => value.toLocaleString("en-US");
const documents = (count: number) => (count === 1 ? "1 document" : `${number(count)} documents`);

function wordsFor(
  what: string,
  { scope, right, missing }: Counts,
  found: { written: number; compared: number; different: number; left: number; arrived: number; newcomers: number },
): string {
  const other = Math.max(0, scope - right - missing);
  const counted = [
    `Counted after a refresh: ${number(right)} of ${documents(scope)} have ${what}`,
    ...(other > 0 ? [`${number(other)} another value`] : []),
    missing === 0
      ? "none is without"
      : `${number(missing)} ${missing === 1 ? "is" : "are"} without${missing <= found.left ? withoutBecause(missing, found.newcomers) : ""}`,
  ].join(", ");
  const all = found.written + found.arrived;
  const later = found.arrived > 0 ? ` (${number(found.arrived)} of them came after the review)` : "";
  if (all === 0) return `${counted}. Nothing was written, so there was nothing to read back.`;
  const coverage =
    found.compared >= all ? `all ${number(all)}` : `a sample of ${number(found.compared)} of ${number(all)}`;
  const outcome =
    found.different === 0 ? "all hold the value" : `${number(found.different)} are gone or hold something else`;
  return `${counted}. Read back ${coverage} written documents${later} by ID: ${outcome}.`;
}

/** Why documents are without the value: they came since, or were taken out or left alone with a finding. */
function withoutBecause(missing: number, newcomers: number): string {
  const others = missing - newcomers;
  const rest = others > 0 ? `${number(others)} taken out, or left alone with a finding` : "";
  if (newcomers === 0) return `: ${rest}`;
  return `: ${[`${number(newcomers)} came since the plan (plan again)`, rest].filter((part) => part !== "").join(", ")}`;
}

/** What the operator reads of documents that nobody reviewed. */
export const newcomersInWords = (newcomers: number) =>
  `${documents(newcomers)} without a value came since the plan: plan again.`;
