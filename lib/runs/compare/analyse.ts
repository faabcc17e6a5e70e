import PQueue from "p-queue";
import { classifyChange } from "@/lib/plan/classify-change";
import type { Difference } from "@/lib/plan/differences";
import type { Cost } from "@/lib/plan/estimate/costs";
import { estimateTokens } from "@/lib/plan/estimate/tokens";
import { fingerprint } from "@/lib/plan/fingerprint";
import type { JoinedChunk } from "@/lib/plan/merge-join";
import type { Seen } from "@/lib/plan/seen";
import { textOf } from "@/lib/plan/text";
import type { Reason } from "@/lib/shapes/runs/reason";
import type { RunSettings } from "@/lib/shapes/runs/run";
import { compareBytes } from "@/lib/stores/byte-order";
import type { OnPage } from "./joined";
import { prepareVector } from "./prepare";
import { type Heads, readListed } from "./read-heads";
import type { Analysis } from "./scan";
import { beginningOf, Sweep } from "./sweep";
import { isTextless } from "./text-key-sample";
import type { Side, Work } from "./work";

/** `cost` is what applying it takes; left out where that isn't priced by texts and bytes. */
export type PlannedCreate = { id: string; sourcePrint: string; cost?: Cost };
/** `present`: as in a facet. */
export type PlannedUpdate = PlannedCreate & {
  targetPrint: string;
  textChanged: boolean;
  differences: Difference[];
  present?: string;
};
export type PlannedProblem = {
  id: string;
  reason: Reason;
  detail: string;
  differences: Difference[];
  /** Of a document: where it lies. */
  targetPrint?: string;
};

/** What a plan would do with a chunk's records, each list in byte order of IDs. */
export type ChunkChanges = {
  creates: PlannedCreate[];
  updates: PlannedUpdate[];
  problems: PlannedProblem[];
  unchanged: number;
  /** What the other update policy would embed more than this one, or less. */
  other: { texts: number; tokens: number };
};

/** Requests under way for one namespace while it is analysed; the quotas pace them all the same. */
const readsAtOnce = 8;

/**
 * How to look at a namespace's chunks: reads the heads of both sides, several batches at once, and sorts every record into what it
 * would become. A migration creates what is missing and leaves alone what stands: of that nothing is read. Embeds nothing, writes nothing,
 * and parses a vector only where vectors are copied.
 */
export function analysisOf(work: Work): { analyse: (chunk: JoinedChunk) => Promise<Analysis>; onPage: OnPage } {
  const reads = new PQueue({ concurrency: readsAtOnce });
  const sweeps = { source: new Sweep(work, "source"), target: new Sweep(work, "target") };
  const onPage = work.held.planKind === "reembed" ? () => {} : beginningOf(sweeps);
  const analyse = async (chunk: JoinedChunk): Promise<Analysis> => {
    const changes: ChunkChanges = {
      creates: [],
      updates: [],
      problems: [],
      unchanged: 0,
      other: { texts: 0, tokens: 0 },
    };
    const analysis: Analysis = { texts: 0, tokens: 0, bytes: 0, problems: 0, findings: [], changes };
    const look = (ids: readonly string[], both: boolean) =>
      reads.add(async () => {
        const [source, target] = both ? await readBoth(work, sweeps, ids, chunk) : [await readListed(work, ids), null];
        for (const id of ids) await sortOut(work, analysis, changes, id, source, target);
      });
    const creates = work.held.planKind === "reembed";
    if (creates) changes.unchanged += chunk.both.length;
    const outcomes = await Promise.allSettled([
      ...batchesOf(work, creates ? [] : chunk.both).map((ids) => look(ids, true)),
      ...batchesOf(work, chunk.sourceOnly).map((ids) => look(ids, false)),
    ]);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    for (const list of [changes.creates, changes.updates, changes.problems])
      list.sort((a, b) => compareBytes(a.id, b.id));
    analysis.problems = changes.problems.length;
    return analysis;
  };
  return { analyse, onPage };
}

/**
 * Both sides of records that both have. Where a sweep brought one, only that it is unchanged is taken from it: whatever else would become of
 * a record is decided on what a fetch says, which tells sparse values, too.
 */
async function readBoth(
  work: Work,
  sweeps: { source: Sweep; target: Sweep },
  ids: readonly string[],
  chunk: JoinedChunk,
): Promise<[Heads, Heads]> {
  const [source, target] = await Promise.all([sweeps.source.read(ids, chunk), sweeps.target.read(ids, chunk)]);
  const looked = ids.filter((id) => {
    if (!source.swept.has(id) && !target.swept.has(id)) return false;
    const [head, written] = [source.heads.records.get(id), target.heads.records.get(id)];
    if (!head || !written) return true;
    return classifyChange(head, written, work.held.settings, work.capacity).kind !== "unchanged";
  });
  const again = async (side: Side, { heads, swept }: { heads: Heads; swept: ReadonlySet<string> }) => {
    const those = looked.filter((id) => swept.has(id));
    if (those.length === 0) return heads;
    for (const id of those) heads.records.delete(id);
    const read = await readListed(work, those, side);
    return {
      records: new Map([...heads.records, ...read.records]),
      missing: new Set([...heads.missing, ...read.missing]),
      unreadable: new Map([...heads.unreadable, ...read.unreadable]),
    };
  };
  return Promise.all([again("source", source), again("target", target)]);
}

function batchesOf(work: Work, ids: readonly string[]): string[][] {
  const size = work.held.settings.queryBatchSize;
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, batch) =>
    ids.slice(batch * size, (batch + 1) * size),
  );
}

async function sortOut(
  work: Work,
  analysis: Analysis,
  changes: ChunkChanges,
  id: string,
  source: Heads,
  target: Heads | null,
): Promise<void> {
  const problem = (reason: Reason, detail: string, differences: Difference[] = []) => {
    changes.problems.push({ id, reason, detail, differences });
    analysis.findings.push({ id, kind: "skipped", reason, detail });
  };
  if (source.missing.has(id)) return problem("vanished-from-source", "It was listed, but is not there any more.");
  const head = source.records.get(id);
  if (!head) return problem("unreadable", source.unreadable.get(id) ?? "The source's answer can't be read.");
  if (target?.missing.has(id))
    return problem("unreadable", "The target lists it, but gives no record of it, asked twice.");
  const written = target?.records.get(id) ?? null;
  const unreadable = target?.unreadable.get(id);
  if (unreadable !== undefined) return problem("unreadable", `In the target: ${unreadable}`);

  const { settings } = work.held;
  const classified = classifyChange(head, written, settings, work.capacity);
  if (classified.kind === "unchanged") {
    changes.unchanged++;
    return;
  }
  if (classified.kind === "problem" && isTextless(classified.reason)) work.textKeys.add(head);
  if (classified.kind === "problem") return problem(classified.reason, classified.detail, classified.differences);
  const cost: Cost = { tokens: 0, bytes: classified.metadataBytes };
  if (classified.vector.from === "text") {
    const prepared = await prepareVector(work, classified);
    if (!prepared.ok)
      return problem(prepared.reason, prepared.detail, classified.kind === "update" ? classified.differences : []);
    analysis.texts++;
    analysis.tokens += prepared.tokens;
    cost.tokens = prepared.tokens;
    if (prepared.warning) analysis.findings.push({ id, ...prepared.warning });
  }
  analysis.bytes += classified.metadataBytes;
  const sourcePrint = fingerprint(head, settings);
  if (classified.kind === "create" || written === null) {
    changes.creates.push({ id, sourcePrint, cost });
    return;
  }
  const { textChanged, differences } = classified;
  if (!textChanged && settings.vectors !== "source") countOther(changes, head, settings);
  const targetPrint = fingerprint(written, settings, settings.targetOwnedKeys);
  changes.updates.push({ id, sourcePrint, targetPrint, textChanged, differences, cost });
}

/** An unchanged text is what the two policies treat differently. */
function countOther(changes: ChunkChanges, head: Seen, settings: RunSettings): void {
  const text = textOf(head.metadata, settings);
  if (!text.usable) return;
  changes.other.texts++;
  changes.other.tokens += estimateTokens(text.text);
}
