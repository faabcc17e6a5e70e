import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { mergeJoin } from "@/lib/plan/merge-join";
import type { Verdict } from "@/lib/shapes/run";
import { compareSample, type Mismatch } from "./compare-sample";
import { Drained } from "./interruptions";
import { insertFindings } from "./ledger";
import { listing } from "./listing";
import { Sampler } from "./sampler";
import type { Work } from "./work";

/** A target that shows writes late gets this long to show them, with growing pauses between the listings. */
const visibilityPausesMs = [250, 500, 1000, 2000, 4000, 8000, 15_000];
/** Mismatches kept in the verdict; all of them become findings of a verification. */
const namedMismatches = 20;
const joinedAtOnce = 1000;

type Counted = { source: number; target: number; matched: number; missing: number; explained: number; arrived: number; orphans: number; sample: string[]; missingIds: string[] };

/**
 * Reads back what stands: both listings whole (statistics lag), joined, and a sample of the records in both, fetched and compared.
 * Reads only.
 */
export async function verify(work: Work): Promise<Verdict> {
  const { settings, kind } = work.held;
  let counted = await countByListing(work);
  if (kind !== "verify" && work.parts.target.can.visibility === "eventual") {
    for (const pauseMs of visibilityPausesMs) {
      if (counted.missing === 0) break;
      await delay(pauseMs, undefined, { signal: work.drain }).catch(() => {
        throw new Drained();
      });
      counted = await countByListing(work);
    }
  }
  const mismatches = await compareSample(work, counted.sample);
  await noteFindings(work, counted, mismatches);
  const ok = counted.missing === 0 && mismatches.length === 0;
  return {
    ok,
    words: wordsFor(counted, mismatches, settings.verifyFull),
    source: { count: counted.source, exact: true },
    target: { count: counted.target, exact: true },
    missing: counted.missing,
    explainedMissing: counted.explained,
    arrivedLater: counted.arrived,
    orphans: counted.orphans,
    sampled: counted.sample.length,
    sampleMismatches: mismatches.length,
    mismatches: [
      ...counted.missingIds.slice(0, namedMismatches).map((id) => ({ id, detail: "Missing from the target." })),
      ...mismatches.map(({ id, detail }) => ({ id, detail })),
    ].slice(0, namedMismatches),
  };
}

/** Walks both listings to the end of what the run walked (a limit may have ended it early). */
async function countByListing(work: Work): Promise<Counted> {
  const { settings, retryOf, kind } = work.held;
  const counted: Counted = { source: 0, target: 0, matched: 0, missing: 0, explained: 0, arrived: 0, orphans: 0, sample: [], missingIds: [] };
  const sampler = new Sampler(settings.verifyFull ? Number.POSITIVE_INFINITY : settings.verifySample, `${work.held.runId}/${work.held.namespace}`);
  const partial = kind === "reembed" && (settings.limit !== null || retryOf !== null);
  for await (const chunk of mergeJoin(listing(work, "source", null), listing(work, "target", null), joinedAtOnce)) {
    counted.source += chunk.sourceOnly.length + chunk.both.length;
    counted.target += chunk.targetOnly.length + chunk.both.length;
    counted.matched += chunk.both.length;
    counted.orphans += chunk.targetOnly.length;
    for (const id of chunk.both) sampler.offer(id);
    if (chunk.sourceOnly.length > 0) {
      const told = await explain(work, chunk.sourceOnly, chunk.first, chunk.last);
      counted.explained += told.explained;
      counted.arrived += partial || kind !== "verify" ? told.unknown : 0;
      const missing = kind === "verify" ? chunk.sourceOnly.filter((id) => !told.explainedIds.has(id)) : told.lost;
      counted.missing += missing.length;
      if (counted.missingIds.length < joinedAtOnce) counted.missingIds.push(...missing);
    }
  }
  counted.sample = sampler.taken();
  return counted;
}

const explainedSchema = z.object({ id: z.string(), found: z.boolean(), planned: z.boolean() });

/** Of IDs that the target lacks: which have a finding, which this run meant to write, which it never saw. */
async function explain(work: Work, ids: readonly string[], first: string, last: string) {
  const { runId, namespace, planId } = work.held;
  const rows = await work.parts.database.rows(
    explainedSchema,
    `WITH asked AS (SELECT unnest($1::text[]) AS id),
          planned AS (SELECT unnest(c."creates") AS id FROM "Chunk" c
                       WHERE c."planId" = $4 AND c."namespace" = $3
                         AND c."firstId" COLLATE "C" <= $6 COLLATE "C" AND c."lastId" COLLATE "C" >= $5 COLLATE "C")
     SELECT asked.id,
            EXISTS (SELECT 1 FROM "Finding" f JOIN "Run" r ON r."id" = f."runId"
                     WHERE f."recordId" = asked.id AND f."namespace" = $3 AND f."kind" IN ('skipped', 'failed', 'drifted')
                       AND (f."runId" = $2 OR r."kind" <> 'verify')) AS found,
            EXISTS (SELECT 1 FROM planned WHERE planned.id = asked.id) AS planned
       FROM asked`,
    [ids, runId, namespace, planId, first, last],
  );
  const explainedIds = new Set(rows.filter((row) => row.found).map((row) => row.id));
  const lost = rows.filter((row) => !row.found && row.planned).map((row) => row.id);
  return { explainedIds, explained: explainedIds.size, lost, unknown: rows.filter((row) => !row.found && !row.planned).length };
}

async function noteFindings(work: Work, counted: Counted, mismatches: readonly Mismatch[]): Promise<void> {
  const missing = counted.missingIds.map((id) => ({
    id,
    kind: work.held.kind === "verify" ? ("failed" as const) : ("warning" as const),
    reason: "missing-from-target" as const,
    detail: "The read-back check found it in the source's listing and not in the target's.",
  }));
  const differing = mismatches.map(({ id, reason, detail }) => ({
    id,
    kind: work.held.kind === "verify" ? ("failed" as const) : ("warning" as const),
    reason,
    detail,
  }));
  await work.parts.database.transaction((sql) => insertFindings(sql, work.held, [...missing, ...differing]));
}

function wordsFor(counted: Counted, mismatches: readonly Mismatch[], full: boolean): string {
  const number = (value: number) => value.toLocaleString("en-US");
  const parts = [
    `${number(counted.matched)} of ${number(counted.source)} source IDs found in the target, by listing both`,
    counted.explained > 0 ? `${number(counted.explained)} left out with a reason` : "",
    counted.missing > 0 ? `${number(counted.missing)} missing without one` : "",
    counted.arrived > 0 ? `${number(counted.arrived)} not part of this run` : "",
    `${full ? "all" : number(counted.sample.length)} records compared, ${mismatches.length === 0 ? "all equal" : `${number(mismatches.length)} different`}`,
    counted.orphans > 0 ? `${number(counted.orphans)} only in the target, kept` : "",
  ];
  return `${parts.filter((part) => part !== "").join("; ")}.`;
}
