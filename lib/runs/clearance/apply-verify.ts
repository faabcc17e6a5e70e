import { setTimeout as delay } from "node:timers/promises";
import { isValue } from "@/lib/documents/clearance/decide";
import { selectionsOf } from "@/lib/documents/clearance/request";
import { isServiceFailure } from "@/lib/failures";
import type { Verdict } from "@/lib/shapes/runs/verdict";
import { verdictOf } from "@/lib/shapes/runs/verdict-words";
import type { ClearanceWork } from "../compare/work";
import { insertFindings, type NewFinding } from "../lifecycle/finding-rows";
import { Drained } from "../lifecycle/interruptions";
import { wordsFor } from "./verify-words";
import { type Written, WrittenSample, writtenDocuments } from "./written-documents";

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

type Mismatch = Written & { reason: NewFinding["reason"]; detail: string };

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
    comparable: found.written + arrivals.length,
    sampleMismatches: found.different,
    mismatches: mismatches.map(({ key, detail }) => ({ id: key.id, detail })),
  });
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
