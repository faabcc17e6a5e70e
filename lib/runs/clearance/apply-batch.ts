import { setTimeout as delay } from "node:timers/promises";
import type { ClearanceRequest } from "@/lib/documents/clearance/request";
import type { DocumentIndex, Update } from "@/lib/documents/contract";
import { type FailureCode, isServiceFailure, ServiceFailure } from "@/lib/failures";
import { Drained } from "../lifecycle/interruptions";
import { type Calls, pauseAfter } from "../pacing/calls";
import { afterLook, afterUpdate, deleted, type Ended, type Errand, ended, type Next, restless } from "./apply-outcome";
import { refusedIndex } from "./apply-standing";
import type { Breadth } from "./breadth";

/** A document that changes between each look and the write after it is left after so many. */
const mostLooks = 12;
/** A request for which there is no room so often is halved: it may be more than the server ever takes at once. */
const mostRefusals = 3;
/** After these, the server may have done what was asked without anybody hearing of it. */
const unheard: readonly FailureCode[] = ["connection", "timeout", "malformed", "unavailable"];

export type Settling = { errand: Errand; ended: Ended };

/** The part of a segment's work that sending needs. */
export type SendingWork = {
  held: { attempts: number; settings: { request: ClearanceRequest } };
  documents: Pick<DocumentIndex, "service" | "bulkUpdate" | "read">;
  calls: Pick<Calls, "make">;
  drain: AbortSignal;
};

/**
 * What sending needs beside the work. `settle` takes outcomes as they come and isn't waited for; `refused` takes documents that one request
 * was refused for, and throws where it isn't them.
 */
export type Site = {
  work: SendingWork;
  breadth: Breadth;
  requireSame: () => Promise<void>;
  settle: (settled: readonly Settling[]) => void;
  refused: (settled: readonly Settling[]) => Promise<void>;
};

export function updateOf({ key, seqNo, primaryTerm, rewrite }: Errand, value: Update["value"]): Update {
  const { index, id, routing } = key;
  return { index, id, routing, seqNo, primaryTerm, value, rewrite };
}

/**
 * Brings a batch to its end: every document is written, left alone, or has a finding. What changed since it was read is looked at
 * and decided on again; what the server had no room for is sent again.
 * @throws OperatorError when a whole index refuses, ServiceFailure, Drained
 */
export async function writeBatch(site: Site, errands: readonly Errand[]): Promise<void> {
  const { work } = site;
  let heard = work.held.attempts === 1;
  let left = errands;
  for (let looks = 0; left.length > 0; ) {
    const sent = await send(site, left);
    heard &&= sent.heard;
    if (sent.tooMuch) return writeHalves(site, left, sent.tooMuch);
    const sorted = sortOut(left, sent.next);
    site.settle(sorted.settled);
    if (sorted.stopped) {
      // An index that was deleted says so by itself, in clearer words.
      await site.requireSame();
      throw refusedIndex(sorted.stopped.errand.key.index, sorted.stopped.refusal);
    }
    if (sorted.refused.length > 0) await site.refused(sorted.refused);
    if (sorted.gone.length > 0) {
      await site.requireSame();
      site.settle(sorted.gone.map((errand) => ({ errand, ended: deleted })));
    }
    const looked = sorted.look.length > 0 ? await look(site, sorted.look, { last: ++looks >= mostLooks, heard }) : [];
    left = [...looked, ...sorted.again];
    if (sorted.again.length > 0 || looks > 1) await pause(work, Math.max(1, looks));
  }
}

type Sent = { next: Next[]; heard: boolean; tooMuch: ServiceFailure | null };

/** One bulk request, made until the server takes at least a part of it. */
async function send({ work, breadth }: Site, errands: readonly Errand[]): Promise<Sent> {
  const { field, value } = work.held.settings.request;
  const updates = errands.map((errand) => updateOf(errand, value));
  let heard = true;
  let refusals = 0;
  try {
    const next = await work.calls.make([], async (signal) => {
      try {
        const outcomes = await work.documents.bulkUpdate(field, updates, { signal });
        const next = outcomes.map(afterUpdate);
        const again = next.flatMap((one) => (one.next === "again" ? [one.code] : []));
        if (again.includes("throttled")) breadth.throttled();
        else breadth.answered();
        // Its primary may have written it, and failed in the middle of telling the others.
        if (again.includes("unavailable")) heard = false;
        refuseNothingDone(work, next);
        return next;
      } catch (error) {
        if (isServiceFailure(error) && error.code === "throttled") {
          breadth.throttled();
          if (++refusals >= mostRefusals && errands.length > 1) throw asTooLarge(error);
        }
        if (isServiceFailure(error) && unheard.includes(error.code)) heard = false;
        throw error;
      }
    });
    return { next, heard, tooMuch: null };
  } catch (error) {
    if (isServiceFailure(error) && (error.code === "invalid" || error.code === "too-large"))
      return { next: [], heard, tooMuch: error };
    throw error;
  }
}

const asTooLarge = ({ service, operation, message }: ServiceFailure) =>
  new ServiceFailure({ code: "too-large", service, operation, message });

/** When the server had room for nothing, the request counts as failed: the pauses between attempts grow, and the page says why. */
function refuseNothingDone(work: SendingWork, next: readonly Next[]): void {
  const [first] = next;
  if (first?.next !== "again" || next.some((one) => one.next !== "again")) return;
  throw new ServiceFailure({
    code: first.code,
    service: work.documents.service,
    operation: "bulkUpdate",
    message: first.detail,
  });
}

/** A request that is refused as a whole is halved until the bad document stands alone. */
async function writeHalves(site: Site, errands: readonly Errand[], failure: ServiceFailure): Promise<void> {
  const [only, ...others] = errands;
  if (only === undefined) return;
  if (others.length === 0) {
    const finding = { kind: "failed", reason: "rejected-by-target", detail: failure.message } as const;
    return site.refused([{ errand: only, ended: ended("failed", finding) }]);
  }
  const middle = Math.ceil(errands.length / 2);
  await writeBatch(site, errands.slice(0, middle));
  await writeBatch(site, errands.slice(middle));
}

type Sorted = {
  settled: Settling[];
  look: Errand[];
  gone: Errand[];
  again: Errand[];
  refused: Settling[];
  stopped: { errand: Errand; refusal: Extract<Next, { next: "stop" }>["refusal"] } | null;
};

function sortOut(errands: readonly Errand[], outcomes: readonly Next[]): Sorted {
  const sorted: Sorted = { settled: [], look: [], gone: [], again: [], refused: [], stopped: null };
  for (const [at, errand] of errands.entries()) {
    const outcome = outcomes[at];
    if (outcome === undefined) throw new Error("a document was sent and got no outcome");
    if (outcome.next === "end") sorted.settled.push({ errand, ended: outcome.ended });
    else if (outcome.next === "refused") sorted.refused.push({ errand, ended: outcome.ended });
    else if (outcome.next === "stop") sorted.stopped ??= { errand, refusal: outcome.refusal };
    else sorted[outcome.next].push(errand);
  }
  return sorted;
}

/** Reads documents that changed since and decides on them again; answers those that are still to be written. */
async function look(
  site: Site,
  errands: readonly Errand[],
  { last, heard }: { last: boolean; heard: boolean },
): Promise<Errand[]> {
  const { work } = site;
  const { request } = work.held.settings;
  const keys = errands.map(({ key }) => key);
  const heads = await work.calls.make([], (signal) => work.documents.read(keys, { field: request.field }, { signal }));
  if (heads.includes(null)) await site.requireSame();
  const settled: Settling[] = [];
  const left: Errand[] = [];
  for (const [at, errand] of errands.entries()) {
    const next = afterLook(request, errand, heads[at] ?? null, !heard);
    if ("ended" in next) settled.push({ errand, ended: next.ended });
    else if (last) settled.push({ errand, ended: restless });
    else left.push(next.errand);
  }
  site.settle(settled);
  return left;
}

async function pause(work: SendingWork, attempt: number): Promise<void> {
  await delay(pauseAfter(attempt, undefined), undefined, { signal: work.drain }).catch(() => {
    throw new Drained();
  });
}
