import { setTimeout as delay } from "node:timers/promises";
import { ServiceFailure } from "@/lib/failures";
import { OperatorError } from "@/lib/operator-error";
import { compareBytes } from "@/lib/stores/byte-order";
import type { Count } from "@/lib/stores/contract";
import { Drained } from "../lifecycle/interruptions";
import { checked } from "./checked-listing";
import { halvesPages } from "./halves";
import { listing } from "./listing";
import { type Side, storeOn, type Work } from "./work";

/** What a side's listing gave, held against what its statistics count. */
export type SideListing = {
  /** IDs that the join got. */
  listed: number;
  counted: number;
  /** Records that are counted and were not listed, or came to light in a later listing, where the join had passed already. */
  short: number;
  /** Of these, how many a later listing gave in the midst of what the first one had gone through. */
  passedOver: number;
  /** How often it was listed and counted again. */
  asked: number;
  note?: string;
  /** Why the side may hold more than it shows to whoever lists and counts. */
  withheld?: string;
};
export type Listings = Partial<Record<Side, SideListing>>;

/** Pauses before a listing that gave less than statistics count is asked again: 20 seconds in all. */
export const shortfallPausesMs = [500, 1000, 2000, 4000, 5000, 7500];
/** A listing may give ten times what statistics count and so many more: these lag behind writes by minutes. */
const mostTimes = 10;
const mostBeyond = 100_000;
/** A count that was asked for when the listing began speaks of it for so long. */
const earlyGoodMs = 2000;
/** Longer listings are read again twice only, at the first and at the last time of asking: each costs a read unit per page. */
const fewPages = 100;

/**
 * A side's IDs from behind `after` on, in the order that the store gives them. At the end the listing is held against the statistics:
 * where it gave less, both are asked again, and what a later listing gives behind its end is handed on as if it had come at once.
 * How it ended stands in `work.listings`.
 * @throws OperatorError `listing-empty` when nothing is listed where records are counted
 */
export async function* countedListing(work: Work, side: Side, after: string | null): AsyncGenerator<string[]> {
  const ordered = storeOn(work, side).can.listing === "byte-ordered";
  const behind = (ids: string[], bound: string | null) =>
    bound === null ? ids : ids.filter((id) => compareBytes(id, bound) > 0);
  // A namespace of a few pages is counted while it is listed: of many small ones, a trip more is a good part of the time.
  const begun = performance.now();
  const early = work.held.kind === "plan" ? countOf(work, side).catch(() => null) : null;
  let listed = 0;
  let pages = 0;
  let last: string | null = null;
  for await (const ids of pagesOf(work, side, ordered)) {
    listed += ids.length;
    pages++;
    last = ids.at(-1) ?? last;
    yield ordered ? behind(ids, after) : ids;
  }
  // While a run writes to the target, its statistics grow under the listing; its read-back lists and counts again.
  if (side === "target" && work.held.kind === "reembed" && !work.readsBack) return;

  const soon = performance.now() - begun < earlyGoodMs ? await early : null;
  let count = soon ?? (await countOf(work, side));
  if (side === "target" && listed < count.value) count = (await wholeOf(work)) ?? count;
  let passedOver = 0;
  let latest = listed;
  let asked = 0;
  const shortNow = () => Math.max(0, count.value - Math.max(listed + passedOver, latest));
  const pauses = count.exact || work.listings[side]?.short ? shortfallPausesMs.slice(0, 2) : shortfallPausesMs;
  for (const pauseMs of pauses) {
    if (shortNow() === 0) break;
    await wait(work, side, { listed: Math.max(listed, latest), counted: count.value, pauseMs });
    asked++;
    count = await countOf(work, side);
    if (shortNow() === 0) break;
    if (asked > 1 && asked < pauses.length && pages > fewPages) continue;
    let again = 0;
    let upToLast = 0;
    const bound: string | null = last;
    for await (const ids of pagesOf(work, side, ordered)) {
      again += ids.length;
      const more: string[] = ordered ? behind(ids, bound) : ids;
      upToLast += ids.length - more.length;
      if (more.length === 0) continue;
      if (ordered) last = more.at(-1) ?? last;
      yield ordered ? behind(more, after) : more;
    }
    if (ordered) {
      passedOver = Math.max(passedOver, upToLast - listed);
      listed += again - upToLast;
    } else listed = Math.max(listed, again);
    latest = again;
  }
  const short = Math.max(shortNow(), passedOver);
  if (listed === 0 && short > 0) throw emptyListing(work, side, count.value);
  work.listings[side] = {
    listed,
    counted: count.value,
    short,
    passedOver,
    asked,
    ...(count.note ? { note: count.note } : {}),
    ...(count.withheld ? { withheld: count.withheld } : {}),
  };
}

function pagesOf(work: Work, side: Side, ordered: boolean): AsyncGenerator<string[]> {
  const pages = bounded(work, side, listing(work, side, null));
  return ordered ? checked(pages, storeOn(work, side).service) : pages;
}

/** Ends a listing that goes on far beyond what is counted: one that makes up IDs would never end by itself. */
async function* bounded(work: Work, side: Side, pages: AsyncIterable<string[]>): AsyncGenerator<string[]> {
  let listed = 0;
  let read = 0;
  let most = mostBeyond;
  for await (const ids of pages) {
    listed += ids.length;
    read++;
    if (listed > most) {
      const { value } = await countOf(work, side);
      most = value * mostTimes + mostBeyond;
      if (listed > most) throw beyond(work, side, { listed, read, counted: value });
    }
    yield ids;
  }
}

function beyond(work: Work, side: Side, of: { listed: number; read: number; counted: number }): ServiceFailure {
  const { service } = storeOn(work, side);
  const number = (value: number) => value.toLocaleString("en-US");
  const message = `${service}'s listing of the ${side} doesn't end: ${number(of.read)} pages gave ${number(of.listed)} IDs, where its statistics count ${number(of.counted)} records`;
  return new ServiceFailure({ code: "endless", service, operation: "listIds", message });
}

function countOf(work: Work, side: Side): Promise<Count> {
  const store = storeOn(work, side);
  return work.calls.make([], (signal) => store.count(work.places[side], { signal }));
}

/** Of a target made of two halves, counts of either side are no count of what has both. */
async function wholeOf(work: Work): Promise<Count | null> {
  if (!work.parts.target.halves) return null;
  let value = 0;
  for await (const { both } of halvesPages(work)) value += both;
  return { value, exact: true };
}

async function wait(work: Work, side: Side, of: { listed: number; counted: number; pauseMs: number }): Promise<void> {
  const number = (value: number) => value.toLocaleString("en-US");
  const words = `the ${side}'s listing (${number(of.listed)} IDs) to give what its statistics count (${number(of.counted)})`;
  work.onWait({ words, until: Date.now() + of.pauseMs });
  await work.tell("warn", "listing-short", `Waiting for ${words}: both are asked again in ${of.pauseMs / 1000} s.`);
  await delay(of.pauseMs, undefined, { signal: work.drain }).catch(() => {
    throw new Drained();
  });
  work.onWait(null);
}

function emptyListing(work: Work, side: Side, counted: number): OperatorError {
  const { service } = storeOn(work, side);
  return new OperatorError({
    kind: "failed",
    code: "listing-empty",
    what: `${service} lists no record in the ${side}, where its statistics count ${counted.toLocaleString("en-US")}. Both were asked again for 20 seconds, and it stayed so.`,
    notLost: "An empty listing was not taken for an empty namespace. Nothing was planned or written of it.",
    next: "If the records were deleted just now, resume the run in some minutes, when statistics have followed. Else look at the index with the service.",
  });
}
