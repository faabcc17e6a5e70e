import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Verdict } from "@/lib/shapes/runs/verdict";
import { verdictOf } from "@/lib/shapes/runs/verdict-words";
import type { Listings } from "../compare/counted-listing";
import { shortSides, shortWords, withheldSides, withheldWords } from "../compare/listing-findings";
import { readHeads } from "../compare/read-heads";
import { Sampler } from "../compare/sampler";
import type { Work } from "../compare/work";
import { insertFindings, type NewFinding } from "../lifecycle/finding-rows";
import { Drained } from "../lifecycle/interruptions";
import { addCompared, type Compared, compareRecords, nothingCompared } from "./compare-records";
import { HeldVectors } from "./held-vectors";
import { settleReceipts, visibilityPausesMs } from "./verify";

const chunksAtOnce = 20;
/** Mismatches kept in the verdict; all of them become findings. */
const namedMismatches = 20;
const longestStaleMs = 1000;

type Mismatch = { id: string; reason: NewFinding["reason"]; detail: string };

/**
 * Reads back what a run over a plan wrote, by ID: a sample of it, or all of it where that is asked for or where it is little. Lists
 * nothing, so that a small change to a large namespace stays cheap; what the plan left as it was is not this run's to answer for.
 */
export async function verifyWritten(work: Work): Promise<Verdict> {
  const { settings } = work.held;
  await settleReceipts(work);
  const sampler = new Sampler(
    settings.verifyFull ? 0 : settings.verifySample,
    `${work.held.runId}/${work.held.namespace}`,
  );
  const held = new HeldVectors(work);
  const mismatches: Mismatch[] = [];
  let written = 0;
  let compared = 0;
  let missing = 0;
  let different = 0;
  const differ = async (found: readonly Mismatch[]) => {
    different += found.length;
    mismatches.push(...found.slice(0, Math.max(0, namedMismatches - mismatches.length)));
    await note(work, found);
  };
  const check = async (ids: readonly string[]) => {
    const { absent, found } = await compareWritten(work, ids);
    compared += ids.length;
    missing += absent.length;
    await differ([...absent, ...held.take(found)]);
  };
  for await (const ids of writtenIds(work)) {
    written += ids.length;
    if (settings.verifyFull) await check(ids);
    else for (const id of ids) sampler.offer(id);
  }
  await check(sampler.taken());
  await differ(await held.end());
  const [source, target] = await Promise.all([
    work.calls.make([], (signal) => work.parts.source.count(work.places.source, { signal })),
    work.calls.make([], (signal) => work.parts.target.count(work.places.target, { signal })),
  ]);
  const listings = await analysed(work);
  const left = await leftOut(work);
  const unapplied = await notApplied(work);
  const short = shortSides(listings);
  const withheld = withheldSides(listings);
  return verdictOf({
    nothing: written === 0,
    lacking: left + unapplied.count,
    words: [
      ...shortWords(listings).map((words) => `When it was analysed, ${words}.`),
      ...withheldWords(listings).map((words) => `When it was analysed, ${words}.`),
      wordsFor({ written, compared, different }, held.words(settings.embedder.dimension)),
      ...(left > 0 ? [`${left.toLocaleString("en-US")} left out with a reason.`] : []),
      ...unapplied.words,
    ].join(" "),
    ...(short.length > 0 ? { short } : {}),
    ...(withheld.length > 0 ? { withheld } : {}),
    source: { count: source.value, exact: source.exact },
    target: { count: target.value, exact: target.exact },
    missing,
    explainedMissing: left,
    arrivedLater: 0,
    orphans: 0,
    sampled: compared,
    comparable: written,
    sampleMismatches: different - missing,
    vectors: held.vectors,
    mismatches: mismatches.map(({ id, detail }) => ({ id, detail })),
  });
}

const listedSchema = z.object({
  listed: z.number(),
  counted: z.number(),
  short: z.number(),
  passedOver: z.number(),
  asked: z.number(),
  note: z.string().exactOptional(),
  withheld: z.string().exactOptional(),
});
const listingsSchema = z.object({
  listings: z.object({ source: listedSchema.exactOptional(), target: listedSchema.exactOptional() }).nullable(),
});

/** How the listings of the plan's analysis ended: what it didn't see, this run couldn't write. */
async function analysed({ parts, held }: Work): Promise<Listings> {
  const [row] = await parts.database.rows(
    listingsSchema,
    `SELECT s."listings" FROM "Segment" s JOIN "Run" r ON r."id" = s."runId"
      WHERE r."planId" = $1 AND r."kind" = 'plan' AND s."namespace" = $2 LIMIT 1`,
    [held.planId, held.namespace],
  );
  return row?.listings ?? {};
}

/** Changes of the plan that this run did not carry out; each is a finding. */
async function leftOut({ parts, held }: Work): Promise<number> {
  const [row] = await parts.database.rows(
    z.object({ left: z.number() }),
    `SELECT ("skipped" + "failed" + "drifted")::int AS "left" FROM "Segment" WHERE "runId" = $1 AND "namespace" = $2`,
    [held.runId, held.namespace],
  );
  return row?.left ?? 0;
}

const unappliedSchema = z.object({ problems: z.number(), excluded: z.number(), later: z.number() });

/** What the analysis found to differ and this run had no part in: what it wrote may be right, and the namespace still isn't. */
async function notApplied({ parts, held }: Work): Promise<{ count: number; words: string[] }> {
  const { only } = held.settings;
  const [row] = await parts.database.rows(
    unappliedSchema,
    `SELECT sum(c."problems")::int AS problems, coalesce(max(e.out), 0)::int AS excluded,
            (CASE WHEN $4 = 'both' OR bool_or(o.others) THEN 0 WHEN $4 = 'creates' THEN sum(c."updates") ELSE sum(c."createCount") END
              - CASE WHEN $4 = 'both' OR bool_or(o.others) THEN 0 ELSE coalesce(max(e.other), 0) END)::int AS later
       FROM "Chunk" c,
            (SELECT sum(x."count") AS out, sum(x."count") FILTER (WHERE x."kind" || 's' <> $4) AS other
               FROM "Exclusion" x WHERE x."planId" = $1 AND x."namespace" = $2) e,
            (SELECT EXISTS (SELECT FROM "Run" r WHERE r."planId" = $1 AND r."kind" = 'mirror' AND r."id" <> $3
                               AND coalesce(r."settings" ->> 'only', 'both') <> $4 AND r."state" LIKE 'succeeded%') AS others) o
      WHERE c."planId" = $1 AND c."namespace" = $2 HAVING count(*) > 0`,
    [held.planId, held.namespace, held.runId, only],
  );
  const { problems, excluded, later } = row ?? { problems: 0, excluded: 0, later: 0 };
  const number = (value: number) => value.toLocaleString("en-US");
  return {
    count: problems + excluded + later,
    words: [
      ...(excluded > 0 ? [`${number(excluded)} taken out of the plan.`] : []),
      ...(later > 0 ? [`${number(later)} of the plan not part of this run.`] : []),
      ...(problems > 0 ? [`${number(problems)} that can't be migrated.`] : []),
    ],
  };
}

const chunkSchema = z.object({ sequence: z.number(), creates: z.array(z.string()), outcome: z.string() });
const updateSchema = z.object({ sequence: z.number(), position: z.number(), id: z.string() });

/** The IDs that this run wrote, a chunk at a time. */
async function* writtenIds(work: Work): AsyncGenerator<string[]> {
  const { planId, runId, namespace } = work.held;
  for (let next = 0; ; ) {
    const chunks = await work.parts.database.rows(
      chunkSchema,
      `SELECT c."sequence", c."creates", p."outcome" FROM "Progress" p
         JOIN "Chunk" c ON c."planId" = $2 AND c."namespace" = p."namespace" AND c."sequence" = p."sequence"
        WHERE p."runId" = $1 AND p."namespace" = $3 AND p."sequence" >= $4 AND p."outcome" LIKE '%w%'
        ORDER BY p."sequence" LIMIT ${chunksAtOnce}`,
      [runId, planId, namespace, next],
    );
    if (chunks.length === 0) return;
    const updates = await work.parts.database.rows(
      updateSchema,
      `SELECT "sequence", "position", "id" FROM "Change"
        WHERE "planId" = $1 AND "namespace" = $2 AND "kind" = 'update' AND "sequence" = ANY($3)`,
      [planId, namespace, chunks.map((chunk) => chunk.sequence)],
    );
    for (const { sequence, creates, outcome } of chunks) {
      next = sequence + 1;
      yield [
        ...creates.filter((_, position) => outcome[position] === "w"),
        ...updates
          .filter((update) => update.sequence === sequence && outcome[creates.length + update.position] === "w")
          .map((update) => update.id),
      ];
    }
  }
}

type Found = { absent: Mismatch[]; found: Compared };

/** Compares records that must be there. What isn't seen as written yet is looked at again while the store may show writes late. */
async function compareWritten(work: Work, ids: readonly string[]): Promise<Found> {
  const eventual = work.parts.target.can.visibility === "eventual";
  const sum = nothingCompared();
  let { absent, found } = await compareOnce(work, ids);
  for (const pauseMs of eventual ? visibilityPausesMs : [0]) {
    const again = [...new Set([...[...absent, ...found.mismatches].map(({ id }) => id), ...found.doubtful])];
    // An older version is seen for a moment only; what differs for longer was edited.
    if (again.length === 0 || (absent.length === 0 && pauseMs > longestStaleMs)) break;
    await delay(pauseMs, undefined, { signal: work.drain }).catch(() => {
      throw new Drained();
    });
    addCompared(sum, { ...nothingCompared(), asSent: found.asSent, open: found.open });
    ({ absent, found } = await compareOnce(work, again));
  }
  addCompared(sum, found);
  return { absent, found: sum };
}

async function compareOnce(work: Work, ids: readonly string[]): Promise<Found> {
  if (ids.length === 0) return { absent: [], found: nothingCompared() };
  const { missing } = await readHeads(work, "target", ids);
  const detail = "The read-back check didn't find it in the target, where this run wrote it.";
  const absent = [...missing].map((id): Mismatch => ({ id, reason: "missing-from-target", detail }));
  const present = ids.filter((id) => !missing.has(id));
  return { absent, found: await compareRecords(work, present) };
}

async function note(work: Work, found: readonly Mismatch[]): Promise<void> {
  if (found.length === 0) return;
  const findings = found.map((finding) => ({ ...finding, kind: "warning" as const }));
  await work.parts.database.transaction((sql) => insertFindings(sql, work.held, findings));
}

function wordsFor(of: { written: number; compared: number; different: number }, vectors: readonly string[]): string {
  const number = (value: number) => value.toLocaleString("en-US");
  const { written, compared, different } = of;
  if (written === 0) return "Nothing was written, so there was nothing to read back.";
  const coverage =
    compared === written ? `all ${number(written)}` : `a sample of ${number(compared)} of ${number(written)}`;
  const outcome = different === 0 ? "metadata equal to the source's" : `${number(different)} missing or different`;
  return `${[`Read back ${coverage} written records by ID: ${outcome}`, ...vectors].join("; ")}.`;
}
