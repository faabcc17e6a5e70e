import { packBatches } from "@/lib/plan/batches";
import { digestOf } from "@/lib/plan/kept-numbers";
import type { MetadataChange, RecordHead, Upserted, VectorRecord, VectorTarget } from "@/lib/stores/contract";
import { lastWritten } from "../compare/last-written";
import type { Work } from "../compare/work";
import type { NewFinding } from "../lifecycle/finding-rows";
import { LeaseLost } from "../lifecycle/interruptions";
import type { Sent, Settled } from "../lifecycle/ledger";
import type { Paced } from "../pacing/calls";
import { callSplitting } from "../pacing/split";
import { fail, type Item, usedFor, type Vector, warningsOf } from "./item";

/** As many as there are batches under way: whichever was written last is among them. */
const receiptsKept = 16;

/** `bytes` that it takes in a request. */
type Parcel = { item: Item; bytes: number };
type Whole = Parcel & { record: VectorRecord };
type Change = Parcel & { change: MetadataChange };

/**
 * Writes the records in requests that keep to the target's limits, all of them at once. Takes the vectors over: their numbers aren't held while
 * requests wait where the target keeps them otherwise.
 */
export async function write(work: Work, vectors: Vector[]): Promise<void> {
  const { target } = work.parts;
  const { target: place } = work.places;
  const { keeps } = work.held.settings.target;
  const sent: Sent[] = [];
  const parcels = vectors.splice(0).map(({ item, values, sparseValues }): Whole => {
    const { sequence, position, head, prepared } = item;
    const record = { id: head.id, values, metadata: prepared.metadata, ...(sparseValues ? { sparseValues } : {}) };
    const bytes = target.sizeOf(record);
    sent.push({ sequence, position, digest: digestOf(values, keeps) });
    return { item, record: target.packed?.(record) ?? record, bytes };
  });
  await noteSent(work, sent);
  await sendAll(work, parcels, {
    most: target.can.limits.upsertRecords,
    paced: () => [{ allowance: work.allowances.upsert(place.namespace), units: 1 }],
    send: (some, signal) =>
      target.upsert(
        place,
        some.map(({ record }) => record),
        { signal },
      ),
  });
}

/** Changes the metadata of records that keep their vectors, where the target can do that by itself: no vector is sent. */
export async function writeMetadata(
  work: Work,
  changes: readonly { item: Item; before: RecordHead }[],
  changeMetadata: NonNullable<VectorTarget["changeMetadata"]>,
): Promise<void> {
  const parcels = changes.map(({ item, before }): Change => {
    const { targetOwnedKeys: owned } = work.held.settings;
    const change = { ...before, metadata: item.prepared.metadata, before: before.metadata, owned };
    return { item, change, bytes: Buffer.byteLength(JSON.stringify(change)) };
  });
  await noteKept(work, parcels);
  const { limits } = work.parts.target.can;
  const allowance = work.allowances.change(work.places.target.namespace);
  // What is gone is told by a look afterwards: a request that reads.
  const look = { allowance: work.allowances.fetch("target"), units: 1 };
  await sendAll(work, parcels, {
    most: limits.changes?.records ?? limits.upsertRecords,
    paced: (some) => [{ allowance, units: some.length }, look],
    send: (some, signal) =>
      changeMetadata(
        work.places.target,
        some.map(({ change }) => change),
        { signal },
      ),
  });
}

type Sending<P> = {
  /** Records in one request. */
  most: number;
  paced: (parcels: readonly P[]) => readonly Paced[];
  send: (parcels: readonly P[], signal: AbortSignal) => Promise<Upserted>;
};

async function sendAll<P extends Parcel>(work: Work, parcels: readonly P[], sending: Sending<P>): Promise<void> {
  const { limits } = work.parts.target.can;
  const most = {
    count: Math.min(sending.most, work.held.settings.upsertBatchSize),
    size: limits.upsertBytes,
  };
  const batches = packBatches(parcels, most, ({ bytes }) => bytes);
  const unwritten = new Set<Item>(parcels.map(({ item }) => item));
  const written = await Promise.allSettled(
    batches.map((batch) => sendBatch(work, batch, sending, (item) => unwritten.delete(item))),
  );
  const failed = written.find((result) => result.status === "rejected");
  if (!failed) return;
  await notePaid(work, [...unwritten]);
  throw failed.reason;
}

/** Notes the vectors' digests before they are sent. What is paid for is written also where they can't be noted: a disk may be full. */
async function noteSent(work: Work, sent: Sent[]): Promise<void> {
  await work.ledger.intend(sent).catch((error: unknown) => {
    if (error instanceof LeaseLost) throw error;
  });
}

/** The vectors stay as they are, and so does what is known of them: the newest write of a record is the one that is asked. */
async function noteKept(work: Work, parcels: readonly Change[]): Promise<void> {
  const known = await lastWritten(
    work,
    parcels.map(({ item }) => item.head.id),
  );
  const sent = parcels.flatMap(({ item: { sequence, position, head } }): Sent[] => {
    const digest = known.get(head.id)?.digest ?? null;
    return digest === null ? [] : [{ sequence, position, digest }];
  });
  await noteSent(work, sent);
}

/** Texts that were embedded and couldn't be written cost what they cost: they will be embedded again. */
async function notePaid(work: Work, items: readonly Item[]): Promise<void> {
  const tokens = items.flatMap(({ prepared }) => (prepared.from === "text" ? [prepared.tokens] : []));
  await work.ledger.notePaid(
    tokens.length,
    tokens.reduce((sum, one) => sum + one, 0),
  );
}

async function sendBatch<P extends Parcel>(
  work: Work,
  parcels: readonly P[],
  { paced, send }: Sending<P>,
  settled: (item: Item) => void,
): Promise<void> {
  const { target } = work.parts;
  const { target: place } = work.places;
  await callSplitting<P, Upserted>(
    {
      calls: work.finishing,
      door: work.doors.write,
      idOf: ({ item }) => item.head.id,
      paced,
      call: send,
      done: async (some, answer) => {
        await noteWritten(work, some, answer);
        for (const { item } of some) settled(item);
      },
      alone: async ({ item }, failure) => {
        await fail(work, item, "rejected-by-target", failure.message, usedFor(item, 0));
        settled(item);
      },
      look: {
        from: 12,
        paced: [{ allowance: work.allowances.fetch("target"), units: 1 }],
        ask: (signal) => target.fetchHeads(place, [parcels[0]?.item.head.id ?? ""], { signal }),
      },
    },
    parcels,
  );
}

async function noteWritten(work: Work, parcels: readonly Parcel[], answer: Upserted): Promise<void> {
  if (answer.receipt) work.receipts.push(answer.receipt);
  work.receipts.splice(0, work.receipts.length - receiptsKept);
  const rejected = new Map(answer.rejected.map(({ id, detail }) => [id, detail]));
  const accepted = new Set(answer.accepted);
  await work.ledger.settle(
    parcels.map(({ item, bytes }): Settled => {
      const place = { sequence: item.sequence, position: item.position, id: item.head.id };
      if (accepted.has(item.head.id)) {
        const used = usedFor(item, bytes);
        return { ...place, outcome: "written", findings: warningsOf(item), used };
      }
      const detail = rejected.get(item.head.id) ?? "The target's answer doesn't name this record.";
      const findings: NewFinding[] = [{ kind: "failed", reason: "rejected-by-target", detail }];
      return { ...place, outcome: "failed", findings, used: usedFor(item, 0) };
    }),
  );
}
