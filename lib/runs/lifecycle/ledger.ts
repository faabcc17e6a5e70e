import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "@/lib/db/contract";
import { decodeDigests, encodeDigests } from "@/lib/plan/vector-digest";
import type { Outcome } from "@/lib/shapes/runs/run";
import type { Meter } from "../pacing/meter";
import { commitStatement, heldSchema, spaceOf, writtenNamespace } from "./commit-statement";
import { columnsOf, type NewFinding } from "./finding-rows";
import { LeaseLost } from "./interruptions";
import { type Claimed, fence } from "./lease";
import { runChannel } from "./parts";

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

  /** Notes texts that were charged for and whose vectors can't be used: they are to be embedded again. @throws LeaseLost */
  noteUnusable(texts: number, tokens: number): Promise<void> {
    return this.notePaid(texts, tokens);
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
      metered.targetLists,
      metered.targetFetches,
      writtenNamespace(this.held),
    ]);
    if (result?.held !== 1) throw new LeaseLost();
    if (!result.workable) this.stop();
    for (const { namespace, sequence, done } of touched) if (done) this.chunks.delete(keyOf(namespace, sequence));
  }
}
