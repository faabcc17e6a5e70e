import { setMaxListeners } from "node:events";
import { expect, test } from "vitest";
import type { Database } from "@/lib/db/contract";
import { openTestDatabase } from "@/lib/db/testing";
import { clearanceRequestSchema } from "@/lib/documents/clearance/request";
import type { DocumentIndex, Held, Scalar, Update, UpdateOutcome } from "@/lib/documents/contract";
import { type FailureCode, ServiceFailure } from "@/lib/failures";
import { Calls } from "../pacing/calls";
import { Quotas } from "../pacing/quota";
import { type SendingWork, type Settling, type Site, writeBatch } from "./apply-batch";
import type { Errand } from "./apply-outcome";
import { Breadth } from "./breadth";

/** A repeatable stream of numbers from 0 to 1 (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Standing = { seqNo: number; held: Held };
/** What was written over what, by us. */
type Write = { id: string; over: Held; value: Scalar };

const failure = (code: FailureCode) =>
  new ServiceFailure({ code, service: "Model", operation: "bulkUpdate", message: code, retryAfterMs: 1 });

/** A server that keeps the rules of fencing, and on which everything goes wrong and others write at any moment. */
class Model implements Pick<DocumentIndex, "service" | "bulkUpdate" | "read"> {
  readonly service = "Model";
  readonly documents = new Map<string, Standing>();
  readonly writes: Write[] = [];
  private seqNo = 0;
  trouble = true;
  /** Updates that it has room for in one request. */
  room = Number.POSITIVE_INFINITY;

  constructor(
    private readonly roll: () => number,
    private readonly poisoned: string | null,
  ) {}

  put(id: string, held: Held): Standing {
    const standing = { seqNo: this.seqNo++, held };
    this.documents.set(id, standing);
    return standing;
  }

  async bulkUpdate(_: string, updates: readonly Update[]): Promise<UpdateOutcome[]> {
    if (updates.length > this.room) throw failure("throttled");
    this.stir();
    this.fail(["throttled", "unavailable", "connection"]);
    if (updates.some(({ id }) => id === this.poisoned)) throw failure("invalid");
    const outcomes = updates.map((update) => this.update(update));
    this.fail(["connection", "timeout", "malformed"]);
    return outcomes;
  }

  async read(keys: Parameters<DocumentIndex["read"]>[0]) {
    this.stir();
    this.fail(["throttled", "connection"]);
    return keys.map((key) => {
      const standing = this.documents.get(key.id);
      return standing ? { ...key, ...standing, primaryTerm: 1 } : null;
    });
  }

  private update({ id, seqNo, value }: Update): UpdateOutcome {
    const chance = this.trouble ? this.roll() : 1;
    if (chance < 0.1) return { state: "throttled", detail: "queue" };
    if (chance < 0.15) return { state: "unavailable", detail: "shard" };
    if (chance < 0.17) return { state: "refused", reason: "mapping-refused", scope: "document", detail: "no" };
    const standing = this.documents.get(id);
    if (standing === undefined) return { state: "missing" };
    if (standing.seqNo !== seqNo) return { state: "conflict" };
    if (standing.held.state === "value" && standing.held.value === value) return { state: "noop" };
    this.writes.push({ id, over: standing.held, value });
    this.put(id, { state: "value", value });
    return { state: "updated" };
  }

  /** Somebody else writes. */
  private stir(): void {
    if (!this.trouble) return;
    for (const [id, { held }] of [...this.documents]) {
      const chance = this.roll();
      if (chance < 0.05) this.put(id, held);
      else if (chance < 0.06) this.put(id, { state: "value", value: 1 + Math.floor(this.roll() * 3) });
      else if (chance < 0.065) this.documents.delete(id);
      else if (chance < 0.07) this.put(id, { state: "other", words: "it is a list" });
    }
  }

  private fail(codes: readonly FailureCode[]): void {
    const code = this.trouble && this.roll() < 0.2 ? codes[Math.floor(this.roll() * codes.length)] : undefined;
    if (code !== undefined) throw failure(code);
  }
}

function callsOver(database: Database): Calls {
  const signal = new AbortController().signal;
  setMaxListeners(0, signal);
  return new Calls({ quotas: new Quotas(database), drain: signal, abort: signal, onWait() {}, onTrouble() {} });
}

function siteOf(work: SendingWork, settled: Settling[]): Site {
  const settle = (some: readonly Settling[]) => void settled.push(...some);
  return {
    work,
    breadth: new Breadth(4),
    requireSame: async () => {},
    settle,
    refused: async (some) => settle(some),
  };
}

test("whatever goes wrong and whoever else writes, each document ends once, and only what was reviewed is written over", async () => {
  const database = await openTestDatabase();
  const calls = callsOver(database);
  const tally = { written: 0, unchanged: 0, skipped: 0, failed: 0, drifted: 0 };
  const one = async (seed: number) => {
    const roll = dice(seed);
    const overwriting = seed % 2 === 0;
    const request = clearanceRequestSchema.parse({
      value: 1,
      ...(overwriting ? { documents: "every", overwrite: true } : {}),
    });
    const poisoned = roll() < 0.3 ? "d3" : null;
    const model = new Model(roll, poisoned);
    const errands = Array.from({ length: 12 }, (_, at): Errand => {
      const reviewed = overwriting && roll() < 0.4 ? 2 + Math.floor(roll() * 2) : null;
      const standing = model.put(
        `d${at}`,
        reviewed === null ? { state: "absent" } : { state: "value", value: reviewed },
      );
      const key = { index: "documents", id: `d${at}`, routing: null };
      const position = { namespace: "n", sequence: 0, position: at };
      return { position, namespace: "n", key, seqNo: standing.seqNo, primaryTerm: 1, reviewed, rewrite: false };
    });
    const settled: Settling[] = [];
    const work = {
      held: { attempts: 1, settings: { request } },
      documents: model,
      calls,
      drain: new AbortController().signal,
    };
    setTimeout(() => {
      model.trouble = false;
    }, 1000);
    await writeBatch(siteOf(work, settled), errands);
    expect(settled.map(({ errand }) => errand.key.id).sort()).toEqual(errands.map(({ key }) => key.id).sort());
    if (poisoned !== null) expect(model.writes.some(({ id }) => id === poisoned)).toBe(false);
    const reviewedOf = new Map(errands.map(({ key, reviewed }) => [key.id, reviewed]));
    for (const { id, over, value } of model.writes) {
      expect(value).toBe(1);
      if (over.state === "absent") continue;
      expect(over.state === "value" && over.value === reviewedOf.get(id)).toBe(true);
    }
    for (const { ended } of settled) {
      tally[ended.outcome]++;
      // Found right after an answer was lost counts as written, so a write without that outcome is one that somebody wrote over.
      if (ended.outcome === "written" || ended.outcome === "unchanged") expect(ended.finding).toBeNull();
      else expect(ended.finding).not.toBeNull();
    }
  };
  await Promise.all(Array.from({ length: 40 }, (_, seed) => one(seed + 1)));
  await database.close();
  // The dice were not kind: everything did happen.
  for (const count of Object.values(tally)) expect(count).toBeGreaterThan(0);
});

test("a request that the server never has room for is sent in smaller ones", async () => {
  const database = await openTestDatabase();
  const model = new Model(dice(1), null);
  model.trouble = false;
  model.room = 4;
  const errands = Array.from({ length: 30 }, (_, at): Errand => {
    const { seqNo } = model.put(`d${at}`, { state: "absent" });
    const key = { index: "documents", id: `d${at}`, routing: null };
    const position = { namespace: "n", sequence: 0, position: at };
    return { position, namespace: "n", key, seqNo, primaryTerm: 1, reviewed: null, rewrite: false };
  });
  const settled: Settling[] = [];
  const work = {
    held: { attempts: 1, settings: { request: clearanceRequestSchema.parse({ value: 1 }) } },
    documents: model,
    calls: callsOver(database),
    drain: new AbortController().signal,
  };
  await writeBatch(siteOf(work, settled), errands);
  await database.close();
  expect(settled.map(({ ended }) => ended.outcome)).toEqual(errands.map(() => "written"));
  expect(new Set(model.writes.map(({ id }) => id)).size).toBe(30);
  expect(model.writes).toHaveLength(30);
});
