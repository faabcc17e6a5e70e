import { modelMark, withMark } from "@/lib/plan/model-mark";
import { vectorFault } from "@/lib/plan/seen";
import { textOf } from "@/lib/plan/text";
import type { Reason } from "@/lib/shapes/runs/reason";
import type { RecordHead, VectorTarget } from "@/lib/stores/contract";
import { checkChange } from "../compare/check-change";
import { type Prepared, prepareText, prepareVector } from "../compare/prepare";
import { readHeads, readListed, readTargetRecords, readTwice } from "../compare/read-heads";
import { type Reviewed, reviewedChanges } from "../compare/reviewed";
import type { Work } from "../compare/work";
import type { Settled } from "../lifecycle/ledger";
import { holdsOthers } from "./guard-models";
import { type Item, usedFor, type Vector } from "./item";
import { withinCeiling } from "./reserve";
import { transfer } from "./transfer";
import { copiedVector, embed, pacedFor } from "./transfer-batch";
import { write, writeMetadata } from "./write-records";

type ToEmbed = Item & { change: Reviewed };
type Read = { embedded: ToEmbed[]; kept: Reviewed[] };

/**
 * Carries out the approved changes of a plan's namespace and nothing else. Right before it is written, every record is looked at again
 * on both sides; one that isn't what was reviewed any more is left alone. What remains between that look and the write is one
 * request's time: the store has no conditional write.
 */
export async function mirror(work: Work): Promise<void> {
  const copies = work.held.settings.vectors === "source";
  await transfer<ToEmbed, Reviewed>(work, reviewedChanges(work), {
    readAhead: 3,
    read: (changes) => readItems(work, changes),
    send: (items) => transferEmbedded(work, items),
    keep: (changes) => (copies ? writeCopied(work, changes) : writeKept(work, changes)),
  });
}

/** Reads what has to be embedded, and finds what moved before anything is paid for it. What keeps its vector is read when written. */
async function readItems(work: Work, changes: readonly Reviewed[]): Promise<Read> {
  if (work.held.settings.vectors === "source") return { embedded: [], kept: [...changes] };
  const always = work.held.settings.updatePolicy === "always";
  const mayEmbed = changes.filter((change) => change.textChanged || always);
  const kept = changes.filter((change) => !mayEmbed.includes(change));
  if (mayEmbed.length === 0) return { embedded: [], kept };
  const { passed, settled } = await lookAtBoth(work, mayEmbed);
  const embedded: ToEmbed[] = [];
  for (const { change, head, write: planned } of passed) {
    if (planned.vector.from !== "text") {
      kept.push(change);
      continue;
    }
    const prepared = await prepareVector(work, planned);
    const place = { sequence: change.sequence, position: change.position, replaces: change.kind === "update" };
    if (prepared.ok) embedded.push({ change, head, prepared, ...place });
    else settled.push(skipped(change, prepared.reason, prepared.detail));
  }
  await work.ledger.settle(settled);
  return { embedded, kept };
}

/** Reads the heads of both sides and parts what may be written from what ended otherwise. */
async function lookAtBoth(work: Work, changes: readonly Reviewed[]) {
  const ids = changes.map((change) => change.id);
  const present = changes.filter((change) => change.kind === "update").map((change) => change.id);
  const absent = changes.filter((change) => change.kind === "create").map((change) => change.id);
  const [source, updated, created] = await Promise.all([
    readListed(work, ids),
    readListed(work, present, "target"),
    readHeads(work, "target", absent),
  ]);
  const checked = changes.map((change) => ({
    change,
    standing: updated.records.get(change.id) ?? null,
    ...checkChange(work, change, source, change.kind === "update" ? updated : created),
  }));
  return {
    passed: checked.flatMap((one) => ("write" in one ? [one] : [])),
    settled: checked.flatMap((one) => ("settled" in one ? [one.settled] : [])),
  };
}

/** Embeds a batch, looks at both sides once more, and writes what still is what was reviewed. */
function transferEmbedded(work: Work, items: readonly ToEmbed[]): Promise<void> {
  return withinCeiling(work, items, embedAndWrite);
}

async function embedAndWrite(work: Work, items: readonly ToEmbed[]): Promise<void> {
  const paced = pacedFor(work, items);
  await work.calls.pace(paced);
  const vectors = await embed(work, items, paced, true);
  const byPlace = new Map(items.map((item) => [placeOf(item), item.change]));
  const embedded = vectors.flatMap((vector) => {
    const change = byPlace.get(placeOf(vector.item));
    return change ? [{ vector, change }] : [];
  });
  // What is paid for is brought to its end, also when the run is asked to stop.
  const finishing = { ...work, calls: work.finishing };
  const { passed, settled } = await lookAtBoth(
    finishing,
    embedded.map(({ change }) => change),
  );
  const confirmed = new Map(passed.map((one) => [one.change, one.write]));
  const ready = embedded.flatMap(({ vector, change }): Vector[] => {
    const planned = confirmed.get(change);
    if (!planned) return [];
    // Also a record that was to keep its vector, and could not, has one of this model now.
    const metadata = withMark(planned.metadata, modelMark(work.held.settings));
    const metadataBytes = Buffer.byteLength(JSON.stringify(metadata));
    const prepared: Prepared = { ...vector.item.prepared, metadata, metadataBytes };
    return [{ ...vector, item: { ...vector.item, prepared } }];
  });
  const paidFor = new Map(embedded.map(({ vector, change }) => [placeOf(change), usedFor(vector.item, 0)]));
  await work.ledger.settle(
    settled.map((one) => {
      const used = paidFor.get(placeOf(one));
      return used ? { ...one, used } : one;
    }),
  );
  await write(work, ready);
}

const placeOf = (of: { sequence: number; position: number }) => `${of.sequence}/${of.position}`;

/** Writes records with the source's own vectors, as both sides are found right before. */
async function writeCopied(work: Work, changes: readonly Reviewed[]): Promise<void> {
  const { passed, settled } = await lookAtBoth(work, changes);
  const vectors: Vector[] = [];
  for (const { change, head, write: planned } of passed) {
    const prepared = await prepareVector(work, planned);
    const { sequence, position, kind } = change;
    if (!prepared.ok) settled.push(skipped(change, prepared.reason, prepared.detail));
    else {
      const copied = copiedVector({ sequence, position, head, prepared, replaces: kind === "update" });
      if (copied !== null) vectors.push(copied);
    }
  }
  await work.ledger.settle(settled);
  await writeWithin(work, vectors);
}

async function writeWithin(work: Work, vectors: readonly Vector[]): Promise<void> {
  const byItem = new Map(vectors.map((vector) => [vector.item, vector]));
  await withinCeiling(work, [...byItem.keys()], (within, fitting) =>
    write(
      within,
      fitting.flatMap((item) => byItem.get(item) ?? []),
    ),
  );
}

/** The same where the target changes metadata by itself: its vectors are neither read nor sent. */
async function changeKept(
  work: Work,
  changes: readonly Reviewed[],
  changeMetadata: NonNullable<VectorTarget["changeMetadata"]>,
): Promise<void> {
  const { passed, settled } = await lookAtBoth(work, changes);
  const kept = new Map<Item, RecordHead>();
  for (const { change, head, standing, write: planned } of passed) {
    const prepared = await prepareVector(work, planned);
    const { sequence, position } = change;
    if (!prepared.ok) settled.push(skipped(change, prepared.reason, prepared.detail));
    else if (standing) kept.set({ sequence, position, head, prepared, replaces: true }, standing);
  }
  await work.ledger.settle(settled);
  await withinCeiling(work, [...kept.keys()], (within, fitting) =>
    writeMetadata(
      within,
      fitting.flatMap((item) => {
        const before = kept.get(item);
        return before ? [{ item, before }] : [];
      }),
      changeMetadata,
    ),
  );
}

/** Rewrites the metadata of records whose text is unchanged: the target's own vector goes back as it came, nothing is embedded. */
async function writeKept(work: Work, changes: readonly Reviewed[]): Promise<void> {
  const { target: store } = work.parts;
  if (store.changeMetadata) return changeKept(work, changes, store.changeMetadata);
  const ids = changes.map((change) => change.id);
  const [source, target] = await Promise.all([
    readListed(work, ids),
    readTwice(ids, (some) => readTargetRecords(work, some)),
  ]);
  const vectors: Vector[] = [];
  const unusable: ToEmbed[] = [];
  const settled: Settled[] = [];
  for (const change of changes) {
    const checked = checkChange(work, change, source, target);
    const record = target.records.get(change.id);
    if ("settled" in checked || !record) {
      if ("settled" in checked) settled.push(checked.settled);
      continue;
    }
    const { head, write: planned } = checked;
    const place = { change, head, sequence: change.sequence, position: change.position, replaces: true };
    if (vectorFault(record.values, work.held.settings.embedder.dimension) === null) {
      const { metadata, metadataBytes } = planned;
      const prepared: Prepared = {
        ok: true,
        from: "target",
        text: "",
        tokens: 0,
        metadata,
        metadataBytes,
        warning: null,
      };
      vectors.push({
        item: { ...place, prepared },
        values: record.values,
        sparseValues: record.sparseValues,
      });
      continue;
    }
    const text = textOf(head.metadata, work.held.settings);
    const prepared = text.usable ? await prepareText(work, { ...planned, text: text.text }) : text;
    if ("ok" in prepared && prepared.ok) unusable.push({ ...place, prepared });
    else settled.push(skipped(change, prepared.reason, prepared.detail));
  }
  await work.ledger.settle(settled);
  await writeWithin(work, vectors);
  if (unusable.length === 0) return;
  if (!(await holdsOthers(work))) return transferEmbedded(work, unusable);
  const detail = `The target's vector can't be kept, and one of ${work.held.settings.embedder.model} would be of another model than those beside it.`;
  await work.ledger.settle(unusable.map(({ change }) => skipped(change, "vector-invalid", detail)));
}

function skipped(change: Reviewed, reason: Reason, detail: string): Settled {
  const { id, sequence, position } = change;
  return { id, sequence, position, outcome: "skipped", findings: [{ kind: "skipped", reason, detail }] };
}
