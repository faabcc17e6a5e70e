import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { JoinedChunk } from "@/lib/plan/merge-join";
import type { Verdict } from "@/lib/shapes/runs/verdict";
import { verdictOf } from "@/lib/shapes/runs/verdict-words";
import { joinListings } from "../compare/joined";
import { shortSides, withheldSides } from "../compare/listing-findings";
import { Sampler } from "../compare/sampler";
import type { Work } from "../compare/work";
import { insertFindings } from "../lifecycle/finding-rows";
import { Drained } from "../lifecycle/interruptions";
import { markedWords } from "../lifecycle/marked-models";
import { modelWords, readSpaces } from "../lifecycle/vector-spaces";
import { markedIn } from "../transfer/guard-models";
import { compareRecords, type Mismatch } from "./compare-records";
import { explain } from "./explain-missing";
import { HeldVectors } from "./held-vectors";
import { lostHalves } from "./lost-halves";
import { type Before, type Counted, isSure, wordsFor } from "./verify-words";

/** A target that shows writes late gets this long to show them, with growing pauses between the listings. */
export const visibilityPausesMs = [250, 500, 1000, 2000, 4000, 8000, 15_000];
/** After this, listings decide. */
const settleMs = 10_000;
/** Mismatches kept in the verdict; all of them become findings of a verification. */
const namedMismatches = 20;
const joinedAtOnce = 1000;
const mostRelistings = 2;

/**
 * Reads back what stands: both listings whole (statistics lag), joined, and a sample of the records in both (or all of them),
 * fetched and compared. Reads only. Memory: one chunk and the sample.
 */
export async function verify(of: Work): Promise<Verdict> {
  const work: Work = { ...of, readsBack: true };
  const { settings, kind } = work.held;
  await settleReceipts(work);
  const eventual = kind !== "verify" && work.parts.target.can.visibility === "eventual";
  let counted = await countByListing(work);
  // What a first listing passed over, or what came while it was read, a second one has.
  for (let again = 0; again < mostRelistings && passedOver(work); again++) counted = await countByListing(work);
  for (const pauseMs of eventual ? visibilityPausesMs : []) {
    if (counted.missing === 0) break;
    await delay(pauseMs, undefined, { signal: work.drain }).catch(() => {
      throw new Drained();
    });
    counted = await countByListing(work);
  }
  if (counted.missing > 0) await noteMissing(work, counted);
  // Behind what is missing at all: of a half that stands, the finding says which.
  const halves = await lostHalves(work, (lost) =>
    note(
      work,
      counted,
      lost.map(({ id, detail }) => ({ id, reason: "missing-from-target", detail })),
    ),
  );
  const short = shortSides(work.listings);
  const withheld = withheldSides(work.listings);
  return verdictOf({
    nothing: counted.source === 0 || (kind !== "verify" && counted.compared === 0),
    words: `${wordsFor(counted, settings, work.listings, halves?.words)}${await madeBy(work, counted.target)}`,
    source: { count: counted.source, exact: true },
    target: { count: counted.target, exact: true },
    missing: counted.missing,
    explainedMissing: counted.explained,
    ...(counted.takenOut > 0 ? { takenOut: counted.takenOut } : {}),
    arrivedLater: counted.arrived,
    orphans: counted.orphans,
    ...(isSure(counted.before) ? {} : { uncompared: counted.before.records }),
    sampled: counted.compared,
    comparable: counted.matched - counted.before.records,
    sampleMismatches: counted.differing,
    vectors: counted.held.vectors,
    ...(short.length > 0 ? { short } : {}),
    ...(withheld.length > 0 ? { withheld } : {}),
    ...(halves === null ? {} : { halves: halves.counts }),
    mismatches: counted.named,
  });
}

/** Which models made the target's vectors, as far as Portage knows. */
async function madeBy(work: Work, total: number): Promise<string> {
  const { parts, held, places } = work;
  if (total === 0) return "";
  const spaces = await readSpaces(parts.database, held.settings.target, [places.target.namespace]);
  const marked = spaces.length === 0 ? markedWords(await markedIn(work)) : "";
  return ` Vectors: ${modelWords(spaces, total)}${marked === "" ? "" : `; ${marked}`}.`;
}

/** Whether a listing turned out to hold more than the join saw of it. */
function passedOver({ listings }: Work): boolean {
  return [listings.source, listings.target].some((of) => of && of.passedOver > 0);
}

/** Waits until the last writes are visible, as far as the store can tell. */
export async function settleReceipts(work: Work): Promise<void> {
  for (const receipt of work.receipts) {
    await work.calls.make([], (signal) =>
      work.parts.target.settle(work.places.target, receipt, { signal, timeoutMs: settleMs }),
    );
  }
}

/** Joins both listings and compares the records that were sampled, or all. */
async function countByListing(work: Work): Promise<Counted> {
  const { settings, kind } = work.held;
  const counted: Counted = {
    source: 0,
    target: 0,
    matched: 0,
    missing: 0,
    explained: 0,
    takenOut: 0,
    arrived: 0,
    orphans: 0,
    before: { records: 0, compared: 0, different: 0, unsure: 0 },
    compared: 0,
    differing: 0,
    held: new HeldVectors(work),
    named: [],
  };
  const sampler = new Sampler(
    settings.verifyFull ? 0 : settings.verifySample,
    `${work.held.runId}/${work.held.namespace}`,
  );
  const before = new Sampler(settings.verifySample, `${work.held.runId}/${work.held.namespace}/before`);
  const differ = async (mismatches: readonly Mismatch[]) => {
    counted.differing += mismatches.length;
    await note(work, counted, mismatches);
  };
  const compare = async (ids: readonly string[]) => {
    counted.compared += ids.length;
    await differ(counted.held.take(await compareRecords(work, ids)));
  };
  for await (const chunk of joined(work)) {
    counted.source += chunk.sourceOnly.length + chunk.both.length;
    counted.target += chunk.targetOnly.length + chunk.both.length;
    counted.matched += chunk.both.length;
    counted.orphans += chunk.targetOnly.length;
    if (chunk.sourceOnly.length > 0) {
      const told = await explain(work, chunk);
      counted.explained += told.explained;
      counted.takenOut += told.takenOut;
      counted.missing += told.missing.length;
      counted.arrived += told.arrived;
    }
    // A run answers for what it wrote; what was in the target before may differ, which is for mirroring to show.
    const answeredFor = kind === "verify" ? chunk.both : await plannedAmong(work, chunk);
    if (settings.verifyFull) await compare(answeredFor);
    else for (const id of answeredFor) sampler.offer(id);
    const own = new Set(answeredFor);
    for (const id of own.size < chunk.both.length ? chunk.both : [])
      if (!own.has(id)) {
        counted.before.records++;
        before.offer(id);
      }
  }
  await compare(sampler.taken());
  if (counted.compared > 0) await compareBefore(work, counted.before, before.taken());
  await differ(await counted.held.end());
  return counted;
}

/** A sample of what the run left alone since it was there: what it is like is told, and is no finding of this run's. */
async function compareBefore(work: Work, before: Before, ids: readonly string[]): Promise<void> {
  const { mismatches, open, doubtful } = await compareRecords(work, ids);
  before.compared = ids.length;
  before.different = mismatches.length;
  before.unsure = open.length + doubtful.length;
}

function joined(work: Work): AsyncGenerator<JoinedChunk> {
  return joinListings(work, null, joinedAtOnce);
}

/** One more scan, to write down what is missing: seldom needed, and it may be any number. */
async function noteMissing(work: Work, counted: Counted): Promise<void> {
  const detail = "The read-back check found it in the source's listing and not in the target's.";
  for await (const chunk of joined(work)) {
    if (chunk.sourceOnly.length === 0) continue;
    const { missing } = await explain(work, chunk);
    await note(
      work,
      counted,
      missing.map((id) => ({ id, reason: "missing-from-target", detail })),
    );
  }
}

const plannedSchema = z.object({ id: z.string() });

/** Of the IDs, those that this run created: what came into the target before it did is not its own. */
async function plannedAmong(work: Work, { both: ids, first, last }: JoinedChunk): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await work.parts.database.rows(
    plannedSchema,
    `SELECT planned.id FROM "Chunk" c
       JOIN "Progress" p ON p."runId" = $6 AND p."namespace" = c."namespace" AND p."sequence" = c."sequence"
      CROSS JOIN LATERAL unnest(c."creates") WITH ORDINALITY AS planned(id, at)
      WHERE c."planId" = $2 AND c."namespace" = $3
        AND c."firstId" COLLATE "C" <= $5 COLLATE "C" AND c."lastId" COLLATE "C" >= $4 COLLATE "C"
        AND planned.id = ANY($1) AND substr(p."outcome", planned.at::int, 1) = 'w'`,
    [ids, work.held.planId, work.held.namespace, first, last, work.held.runId],
  );
  return rows.map((row) => row.id);
}

type Noted = { id: string; reason: Mismatch["reason"] | "missing-from-target"; detail: string };

/** Writes down what doesn't match: a verification's own outcome, a warning beside a run's. */
async function note(work: Work, counted: Counted, noted: readonly Noted[]): Promise<void> {
  if (noted.length === 0) return;
  const kind = work.held.kind === "verify" ? "failed" : "warning";
  const room = Math.max(0, namedMismatches - counted.named.length);
  const named = new Set(counted.named.map(({ id }) => id));
  const fresh = noted.filter(({ id }) => !named.has(id));
  counted.named.push(...fresh.slice(0, room).map(({ id, detail }) => ({ id, detail })));
  await work.parts.database.transaction((sql) =>
    insertFindings(
      sql,
      work.held,
      noted.map((finding) => ({ ...finding, kind })),
    ),
  );
}
