import type { Embedded } from "@/lib/embedders/contract";
import { packBatches } from "@/lib/plan/batches";
import { type Seen, sameVectors } from "@/lib/plan/seen";
import { sameMetadata } from "@/lib/plan/target-metadata";
import { vectorDigest } from "@/lib/plan/vector-digest";
import type { Reason } from "@/lib/shapes/reason";
import type { SparseValues, Upserted, VectorRecord } from "@/lib/stores/contract";
import type { NewFinding } from "../lifecycle/finding-rows";
import { LeaseLost } from "../lifecycle/interruptions";
import type { Settled, Used } from "../lifecycle/ledger";
import type { Paced } from "../pacing/calls";
import { callSplitting } from "../pacing/split";
import type { Prepared } from "./prepare";
import { readHeads } from "./read-heads";
import { withinCeiling } from "./reserve";
import type { Work } from "./work";

/** As many as there are batches under way: whichever was written last is among them. */
const receiptsKept = 16;

/**
 * A record on its way: where it stands in its chunk, what was read and prepared of it, and whether it takes the place of a record that
 * stands there.
 */
export type Item = {
  sequence: number;
  position: number;
  head: Seen;
  prepared: Prepared;
  replaces?: boolean;
  /** Told with its outcome once it is written. */
  textChanged?: NewFinding | null;
};

/**
 * Brings one batch to the target: leaves alone what that holds by now, embeds the rest or takes its vectors as they are, writes it, and notes
 * how each record ended.
 * The look at the target comes after the wait for the quotas and right before the embedding, so that nothing is paid for twice
 * after an interruption, and a record that came to the target meanwhile keeps what it has.
 */
export async function carry(work: Work, items: readonly Item[]): Promise<void> {
  const paced = pacedFor(work, items);
  await work.calls.pace(paced);
  const absent = await leavePresent(work, items);
  await withinCeiling(work, absent, async (within, fitting) => {
    const copied = fitting.flatMap((item) => copiedVector(item) ?? []);
    const texts = fitting.filter((item) => item.prepared.from === "text");
    const vectors = texts.length === 0 ? [] : await embed(within, texts, pacedOf(within, texts, items, paced), true);
    await write(within, [...copied, ...vectors]);
  });
}

/** What was paced for all of a batch is good for it as it was; for a part of it that part is. */
const pacedOf = (work: Work, texts: readonly Item[], items: readonly Item[], paced: readonly Paced[]) =>
  texts.length === items.length ? paced : pacedFor(work, texts);

/** The source's own vector, of an item that takes it along. */
export function copiedVector(item: Item): Vector | null {
  const { values, sparseValues } = item.head;
  return item.prepared.from === "source" && values !== undefined ? { item, values, sparseValues } : null;
}

async function leavePresent(work: Work, items: readonly Item[]): Promise<Item[]> {
  const heads = await readHeads(
    work,
    "target",
    items.map((item) => item.head.id),
  );
  const absent = items.filter((item) => heads.missing.has(item.head.id));
  const present = items.filter((item) => !heads.missing.has(item.head.id));
  const settled = present.map((item): Settled => {
    const place = { sequence: item.sequence, position: item.position, id: item.head.id };
    const unreadable = heads.unreadable.get(item.head.id);
    if (unreadable !== undefined) {
      const findings: NewFinding[] = [
        { kind: "skipped", reason: "unreadable", detail: `In the target: ${unreadable}` },
      ];
      return { ...place, outcome: "skipped", findings };
    }
    const head = heads.records.get(item.head.id);
    // After an interruption, a record that is exactly what would be written is one that this run wrote and didn't get to note.
    const ours =
      work.held.attempts > 1 &&
      head !== undefined &&
      sameMetadata(head.metadata, item.prepared.metadata) &&
      (item.prepared.from === "text" || sameVectors(item.head, head));
    if (!ours) return { ...place, outcome: "unchanged" };
    return { ...place, outcome: "written", findings: warningsOf(item), used: usedFor(item, 0) };
  });
  await work.ledger.settle(settled);
  return absent;
}

/** What is written of an item: a vector made of its text, or the one that the target has. */
export type Vector = { item: Item; values: number[]; sparseValues: SparseValues | undefined };

/** Embeds the texts; a text that is refused, or fails always, costs only itself. */
export async function embed(
  work: Work,
  items: readonly Item[],
  paced: readonly Paced[],
  paid: boolean,
): Promise<Vector[]> {
  const { embedder } = work.parts;
  const vectors: Vector[] = [];
  await callSplitting<Item, Embedded[]>(
    {
      calls: work.calls,
      door: work.doors.embed,
      idOf: (item) => item.head.id,
      paced: (some) => (some === items ? paced : pacedFor(work, some)),
      call: (some, signal) =>
        embedder.embed(
          some.map((item) => item.prepared.text),
          { signal },
        ),
      done: async (some, outcomes) => {
        for (const [position, item] of some.entries()) {
          const outcome = outcomes[position];
          if (outcome?.ok) vectors.push({ item, values: outcome.values, sparseValues: item.head.sparseValues });
          else
            await fail(
              work,
              item,
              outcome?.reason ?? "rejected-by-embedder",
              outcome?.detail ?? "The service gave no vector for this text.",
              usedFor(item, 0),
            );
        }
      },
      alone: (item, failure) => fail(work, item, "rejected-by-embedder", failure.message),
      look: {
        from: 5,
        paced: [{ allowance: work.allowances.texts, units: 1 }],
        ask: (signal) => embedder.probe({ signal }),
      },
    },
    items,
    paid,
  );
  return vectors;
}

/** What embedding these takes from the quotas. */
export function pacedFor(work: Work, items: readonly Item[]): Paced[] {
  const texts = items.filter((item) => item.prepared.from === "text");
  if (texts.length === 0) return [];
  return [
    { allowance: work.allowances.texts, units: texts.length },
    { allowance: work.allowances.tokens, units: texts.reduce((sum, item) => sum + item.prepared.tokens, 0) },
  ];
}

type Parcel = { item: Item; record: VectorRecord };

/** Writes the records in requests that keep to the target's limits, all of them at once. */
export async function write(work: Work, vectors: readonly Vector[]): Promise<void> {
  const { target } = work.parts;
  const parcels = vectors.map(({ item, values, sparseValues }): Parcel => {
    const { head, prepared } = item;
    return {
      item,
      record: { id: head.id, values, metadata: prepared.metadata, ...(sparseValues ? { sparseValues } : {}) },
    };
  });
  const most = {
    count: Math.min(target.can.limits.upsertRecords, work.held.settings.upsertBatchSize),
    size: target.can.limits.upsertBytes,
  };
  const batches = packBatches(parcels, most, (parcel) => target.sizeOf(parcel.record));
  await noteSent(work, parcels);
  const unwritten = new Set<Item>(vectors.map(({ item }) => item));
  const written = await Promise.allSettled(
    batches.map((batch) => upsert(work, batch, (item) => unwritten.delete(item))),
  );
  const failed = written.find((result) => result.status === "rejected");
  if (!failed) return;
  await notePaid(work, [...unwritten]);
  throw failed.reason;
}

/** Notes the vectors' digests before they are sent. What is paid for is written also where they can't be noted: a disk may be full. */
async function noteSent(work: Work, parcels: readonly Parcel[]): Promise<void> {
  const sent = parcels.map(({ item: { sequence, position }, record }) => ({
    sequence,
    position,
    digest: vectorDigest(record.values),
  }));
  await work.ledger.intend(sent).catch((error: unknown) => {
    if (error instanceof LeaseLost) throw error;
  });
}

/** Texts that were embedded and couldn't be written cost what they cost: they will be embedded again. */
async function notePaid(work: Work, items: readonly Item[]): Promise<void> {
  const tokens = items.flatMap(({ prepared }) => (prepared.from === "text" ? [prepared.tokens] : []));
  await work.ledger.notePaid(
    tokens.length,
    tokens.reduce((sum, one) => sum + one, 0),
  );
}

async function upsert(work: Work, parcels: readonly Parcel[], settled: (item: Item) => void): Promise<void> {
  const { target } = work.parts;
  const { target: place } = work.places;
  await callSplitting<Parcel, Upserted>(
    {
      calls: work.finishing,
      door: work.doors.write,
      idOf: (parcel) => parcel.record.id,
      paced: () => [{ allowance: work.allowances.upsert(place.namespace), units: 1 }],
      call: (some, signal) =>
        target.upsert(
          place,
          some.map((parcel) => parcel.record),
          { signal },
        ),
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
        ask: (signal) => target.fetchHeads(place, [parcels[0]?.record.id ?? ""], { signal }),
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
    parcels.map(({ item, record }): Settled => {
      const place = { sequence: item.sequence, position: item.position, id: item.head.id };
      if (accepted.has(item.head.id)) {
        const used = usedFor(item, work.parts.target.sizeOf(record));
        return { ...place, outcome: "written", findings: warningsOf(item), used };
      }
      const detail = rejected.get(item.head.id) ?? "The target's answer doesn't name this record.";
      const findings: NewFinding[] = [{ kind: "failed", reason: "rejected-by-target", detail }];
      return { ...place, outcome: "failed", findings, used: usedFor(item, 0) };
    }),
  );
}

export function warningsOf({ prepared, textChanged }: Item): NewFinding[] {
  return [prepared.warning, textChanged ?? null].filter((warning) => warning !== null);
}

/** What an item has cost once it is embedded, or would have where it wasn't. */
export function usedFor(item: Item, bytesWritten: number): Used {
  const { from, tokens } = item.prepared;
  return {
    tokens: from === "text" ? tokens : null,
    bytesWritten,
    added: from !== "target" && item.replaces !== true,
  };
}

function fail(work: Work, item: Item, reason: Reason, detail: string, used?: Used): Promise<void> {
  const { sequence, position, head } = item;
  const findings: NewFinding[] = [{ kind: "failed", reason, detail }];
  return work.ledger.settle([
    { sequence, position, id: head.id, outcome: "failed", findings, ...(used ? { used } : {}) },
  ]);
}
