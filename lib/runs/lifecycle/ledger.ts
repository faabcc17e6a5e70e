import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import { decodeDigests, encodeDigests } from "@/lib/plan/vector-digest";
import type { FindingKind, Reason } from "@/lib/shapes/reason";
import { isClearance, type Outcome } from "@/lib/shapes/run";
import type { Meter } from "../pacing/meter";
import { LeaseLost } from "./interruptions";
import { type Claimed, fence } from "./lease";
import { runChannel } from "./parts";
import { storable } from "./storable";

/** `index`: of a document. */
export type NewFinding = { kind: FindingKind; reason: Reason; detail: string; index?: string };
/** How one record of a chunk ended. */
export type Settled = {
  sequence: number;
  position: number;
  /** The chunk's, where a segment isn't one namespace; the segment's when left out. */
  namespace?: string;
  id: string;
  outcome: keyof Outcome;
  findings?: NewFinding[];
  /** What it cost: counted with the outcome, so that an interruption loses or doubles neither. */
  used?: Used;
};
/** A vector that is about to be written. */
export type Sent = { sequence: number; position: number; digest: number };
/**
 * `tokens` of a text that was embedded, `null` where none was; bytes of its record in a request that was accepted; whether the record is new
 * in the target, with a vector that the run's model made.
 */
export type Used = { tokens: number | null; bytesWritten: number; added?: boolean };

const letters: Record<keyof Outcome, string> = {
  written: "w",
  unchanged: "u",
  skipped: "s",
  failed: "f",
  drifted: "d",
};
const pendingLetter = ".";

/** Longer would hold up the batches, shorter would write more often than anybody looks. */
const gatherMs = 40;
const tellAtMostEveryMs = 200;

type OpenChunk = {
  namespace: string;
  sequence: number;
  outcome: string[];
  /** Of the vectors that were written; 0 where none was, or where it isn't known. */
  digests: Uint32Array;
  pending: number;
};
const keyOf = (namespace: string, sequence: number) => `${sequence}/${namespace}`;

/**
 * Writes down how records ended, in transactions fenced by the lease: counters, findings and the chunk's outcomes move together or
 * not at all, so nothing is counted twice. What arrives while one transaction is under way goes into the next.
 */
export class Ledger {
  private readonly chunks = new Map<string, OpenChunk>();
  private waiting: { settled: Settled[]; sent: Sent[]; done: () => void; failed: (error: unknown) => void }[] = [];
  private writing: Promise<void> | null = null;
  private toldAt = 0;

  constructor(
    private readonly database: Database,
    private readonly held: Claimed,
    private readonly usdPerMillionTokens: number,
    private readonly meter: Pick<Meter, "take">,
    /** Called once a commit shows that the run isn't to be worked on any more: before any batch learns that it is done. */
    private readonly stop: () => void = () => {},
  ) {}

  /** Takes up a chunk; answers the positions that are still to be done. `outcome` is what an earlier worker wrote down, if any. */
  open(
    sequence: number,
    creates: number,
    outcome: string | null,
    { namespace = this.held.namespace, digests = "" }: { namespace?: string; digests?: string | null } = {},
  ): number[] {
    const known = outcome ?? pendingLetter.repeat(creates);
    const pending = [...known].flatMap((letter, position) => (letter === pendingLetter ? [position] : []));
    if (pending.length > 0)
      this.chunks.set(keyOf(namespace, sequence), {
        namespace,
        sequence,
        outcome: [...known],
        digests: decodeDigests(digests ?? "", known.length),
        pending: pending.length,
      });
    return pending;
  }

  /** Resolves once the records' outcomes are committed. @throws LeaseLost */
  settle(settled: Settled[]): Promise<void> {
    return settled.length === 0 ? Promise.resolve() : this.enqueue(settled, []);
  }

  /**
   * Notes which vectors are about to be written, so that they can be told after whatever interrupts the write. @throws LeaseLost
   */
  intend(sent: Sent[]): Promise<void> {
    return sent.length === 0 ? Promise.resolve() : this.enqueue([], sent);
  }

  private enqueue(settled: Settled[], sent: Sent[]): Promise<void> {
    const written = new Promise<void>((done, failed) => this.waiting.push({ settled, sent, done, failed }));
    this.writing ??= this.writeAll();
    return written;
  }

  /** Notes texts that were paid for and couldn't be written: they count as spent, and are told apart. @throws LeaseLost */
  async notePaid(texts: number, tokens: number): Promise<void> {
    if (texts === 0) return;
    const usd = (tokens / 1e6) * this.usdPerMillionTokens;
    await fence(
      this.database,
      this.held,
      `"texts" = "texts" + $4, "tokens" = "tokens" + $5, "usd" = "usd" + $6,
       "lostTexts" = "lostTexts" + $4, "lostTokens" = "lostTokens" + $5, "lostUsd" = "lostUsd" + $6`,
      [texts, tokens, usd],
    );
  }

  /** Notes texts that a read-back check embedded again. @throws LeaseLost */
  async noteChecked(texts: number, tokens: number): Promise<void> {
    const usd = (tokens / 1e6) * this.usdPerMillionTokens;
    const added = `"texts" = "texts" + $4, "tokens" = "tokens" + $5, "usd" = "usd" + $6`;
    await fence(this.database, this.held, added, [texts, tokens, usd]);
  }

  private async writeAll(): Promise<void> {
    // What ends at nearly the same time shares one trip to the database.
    await delay(gatherMs);
    while (this.waiting.length > 0) {
      const taken = this.waiting;
      this.waiting = [];
      const settled = taken.flatMap((item) => item.settled);
      const sent = taken.flatMap((item) => item.sent);
      try {
        await this.write(settled, sent);
        for (const item of taken) item.done();
      } catch (error) {
        for (const item of taken) item.failed(error);
      }
    }
    // In the same breath as the look at what waits: whoever settles right after being told begins the next round.
    this.writing = null;
  }

  private async write(settled: Settled[], sent: Sent[]): Promise<void> {
    const open = new Set<OpenChunk>();
    for (const { sequence, position, digest } of sent) {
      const chunk = this.chunks.get(keyOf(this.held.namespace, sequence));
      if (!chunk || chunk.outcome[position] !== pendingLetter) continue;
      chunk.digests[position] = digest;
      open.add(chunk);
    }
    let last: OpenChunk | undefined;
    const fresh = settled.filter(({ namespace = this.held.namespace, sequence, position, outcome }) => {
      // Mostly one chunk's records follow each other.
      const isLast = last?.sequence === sequence && last.namespace === namespace;
      const chunk = isLast ? last : this.chunks.get(keyOf(namespace, sequence));
      last = chunk;
      if (!chunk || chunk.outcome[position] !== pendingLetter) return false;
      chunk.outcome[position] = letters[outcome];
      chunk.pending--;
      open.add(chunk);
      return true;
    });
    const touched = [...open].map(({ namespace, sequence, outcome, digests, pending }) => ({
      namespace,
      sequence,
      outcome: outcome.join(""),
      digests: digests.some((digest) => digest !== 0) ? encodeDigests(digests) : "",
      done: pending === 0,
    }));
    const sum: Outcome = { written: 0, unchanged: 0, skipped: 0, failed: 0, drifted: 0 };
    for (const { outcome } of fresh) sum[outcome]++;
    const used = fresh.flatMap((item) => (item.used ? [item.used] : []));
    const texts = used.flatMap((one) => (one.tokens === null ? [] : [one.tokens]));
    const tokens = texts.reduce((total, one) => total + one, 0);
    const findings = fresh.flatMap(({ id, namespace = this.held.namespace, findings: found = [] }) =>
      found.map((finding) => ({ id, namespace, ...finding })),
    );
    const made = fresh.filter(({ outcome, used: one }) => outcome === "written" && one && one.tokens !== null).length;
    const added = fresh.filter(({ outcome, used: one }) => outcome === "written" && one?.added === true).length;
    const tell = Date.now() - this.toldAt >= tellAtMostEveryMs;
    if (tell) this.toldAt = Date.now();
    const metered = this.meter.take();
    const [result] = await this.database.rows(heldSchema, commitStatement, [
      this.held.runId,
      this.held.namespace,
      this.held.leaseToken,
      sum.written,
      sum.unchanged,
      sum.skipped,
      sum.failed,
      sum.drifted,
      texts.length,
      tokens,
      (tokens / 1e6) * this.usdPerMillionTokens,
      used.reduce((total, one) => total + one.bytesWritten, 0),
      touched.map((chunk) => chunk.sequence),
      touched.map((chunk) => chunk.outcome),
      touched.map((chunk) => chunk.done),
      ...columnsOf(findings),
      tell,
      runChannel,
      touched.map((chunk) => chunk.namespace),
      findings.map((finding) => finding.namespace),
      ...spaceOf(this.held),
      added,
      touched.map((chunk) => chunk.digests),
      metered.lists,
      metered.fetches,
      metered.embeds,
      metered.upserts,
      metered.readUsd,
      metered.writeUsd,
      made,
    ]);
    if (result?.held !== 1) throw new LeaseLost();
    if (!result.workable) this.stop();
    for (const { namespace, sequence, done } of touched) if (done) this.chunks.delete(keyOf(namespace, sequence));
  }
}

/** Where a run's vectors go and what makes them; of a run over documents none are written. */
function spaceOf({ settings }: Claimed): [string, string, string, number, string] {
  if (isClearance(settings)) return ["", "", "", 0, ""];
  const { target, embedder } = settings;
  return [target.account ?? "", target.index, embedder.model, embedder.dimension, embedder.task];
}

const heldSchema = z.object({ held: z.number(), workable: z.boolean() });

const findingsConflict = `ON CONFLICT ("runId", "namespace", "index", "recordId", "reason")
  DO UPDATE SET "attempts" = "Finding"."attempts" + 1, "detail" = EXCLUDED."detail", "kind" = EXCLUDED."kind", "at" = clock_timestamp()`;

/**
 * One statement, so one trip and one transaction: the counters move only under the lease, and everything else only with them.
 * `$1` to `$3` the lease, `$4` to `$12` the counters, `$13` to `$15` chunks, `$16` to `$20` findings, `$21` and `$22` the notice,
 * `$23` and `$24` the namespaces of chunks and findings, `$25` to `$30` which vectors were added where, and how many,
 * `$31` the chunks' digests, `$32` to `$37` the requests, of which the reads are taken from the ceiling as they come: texts and writes were
 * taken before. `$38` how many vectors were made, also for records that stood there: whether such a record had a vector of this space before
 * isn't known, so a space holds at least what it held and what was added, and at least what this run made (it writes a record once).
 */
const commitStatement = `
WITH fenced AS (
  UPDATE "Segment" SET "written" = "written" + $4, "unchanged" = "unchanged" + $5, "skipped" = "skipped" + $6, "failed" = "failed" + $7,
         "drifted" = "drifted" + $8, "texts" = "texts" + $9, "tokens" = "tokens" + $10, "usd" = "usd" + $11, "bytesWritten" = "bytesWritten" + $12,
         "lists" = "lists" + $32, "fetches" = "fetches" + $33, "embeds" = "embeds" + $34, "upserts" = "upserts" + $35,
         "readUsd" = "readUsd" + $36, "writeUsd" = "writeUsd" + $37, "made" = "made" + $38
   WHERE "runId" = $1 AND "namespace" = $2 AND "leaseToken" = $3 RETURNING "made"
), ceiling AS (
  UPDATE "Ceiling" c SET "usd" = c."usd" + $36 FROM fenced WHERE c."runId" = $1
), progress AS (
  INSERT INTO "Progress" ("runId", "namespace", "sequence", "outcome", "done", "digests")
  SELECT $1, p.* FROM unnest($23::text[], $13::int[], $14::text[], $15::boolean[], $31::text[]) AS p, fenced
  ON CONFLICT ("runId", "namespace", "sequence")
  DO UPDATE SET "outcome" = EXCLUDED."outcome", "done" = EXCLUDED."done", "digests" = EXCLUDED."digests"
), findings AS (
  INSERT INTO "Finding" ("runId", "namespace", "index", "recordId", "kind", "reason", "detail")
  SELECT DISTINCT ON (f.namespace, f.index, f.id, f.reason) $1, f.namespace, f.index, f.id, f.kind, f.reason, f.detail
    FROM unnest($24::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[])
      AS f(namespace, id, kind, reason, detail, index), fenced
  ${findingsConflict}
), spaces AS (
  INSERT INTO "VectorSpace" ("account", "index", "namespace", "model", "dimension", "task", "vectors", "firstRunId", "lastRunId", "firstAt", "lastAt")
  SELECT $25::text, $26::text, $2, $27::text, $28::int, $29::text, fenced."made", $1, $1, clock_timestamp(), clock_timestamp()
    FROM fenced WHERE $38::int > 0
  ON CONFLICT ("index", "namespace", "account", "model", "dimension", "task") DO UPDATE
    SET "vectors" = greatest("VectorSpace"."vectors" + $30::int, EXCLUDED."vectors"), "lastRunId" = EXCLUDED."lastRunId", "lastAt" = EXCLUDED."lastAt"
)
SELECT (SELECT count(*) FROM fenced)::int AS "held",
       EXISTS (SELECT 1 FROM "Run" WHERE "id" = $1 AND "state" IN ('queued', 'running', 'waiting')) AS "workable", CASE WHEN $21::boolean THEN pg_notify($22, $1) END AS "told"`;

function columnsOf(findings: readonly (NewFinding & { id: string })[]): string[][] {
  return [
    findings.map((finding) => finding.id),
    findings.map((finding) => finding.kind),
    findings.map((finding) => finding.reason),
    findings.map((finding) => storable(finding.detail)),
    findings.map((finding) => finding.index ?? ""),
  ];
}

/** Adds findings, or counts another attempt where the same one is known. */
export async function insertFindings(
  sql: Sql,
  of: { runId: string; namespace: string },
  findings: readonly (NewFinding & { id: string })[],
): Promise<void> {
  if (findings.length === 0) return;
  await sql.run(
    `INSERT INTO "Finding" ("runId", "namespace", "index", "recordId", "kind", "reason", "detail")
     SELECT DISTINCT ON (f.index, f.id, f.reason) $1, $2, f.index, f.id, f.kind, f.reason, f.detail
       FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) AS f(id, kind, reason, detail, index)
     ${findingsConflict}`,
    [of.runId, of.namespace, ...columnsOf(findings)],
  );
}
