import type { Embedded } from "@/lib/embedders/contract";
import { isServiceFailure, retryable } from "@/lib/failures";
import { sameVectors } from "@/lib/plan/seen";
import { sameMetadata } from "@/lib/plan/target-metadata";
import { readHeads } from "../compare/read-heads";
import type { Work } from "../compare/work";
import type { NewFinding } from "../lifecycle/finding-rows";
import type { Settled } from "../lifecycle/ledger";
import type { Paced } from "../pacing/calls";
import { callSplitting } from "../pacing/split";
import { fail, type Item, usedFor, type Vector, warningsOf } from "./item";
import { withinCeiling } from "./reserve";
import { write } from "./write-records";

/**
 * Brings one batch to the target: leaves alone what that holds by now, embeds the rest or takes its vectors as they are, writes it, and notes
 * how each record ended.
 * The look at the target comes after the wait for the quotas and right before the embedding, so that nothing is paid for twice
 * after an interruption, and a record that came to the target meanwhile keeps what it has.
 */
export async function transferBatch(work: Work, items: readonly Item[]): Promise<void> {
  const paced = pacedFor(work, items);
  await work.calls.pace(paced);
  const absent = await leavePresent(work, items);
  await withinCeiling(work, absent, async (within, fitting) => {
    // All of a run is copied, or all of it embedded.
    const vectors =
      work.held.settings.vectors === "source"
        ? fitting.flatMap((item) => copiedVector(item) ?? [])
        : await embed(within, fitting, paced, true);
    await write(within, vectors);
  });
}

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
      (item.prepared.from === "text" || sameVectors(item.head, head, work.held.settings.target.keeps));
    if (!ours) return { ...place, outcome: "unchanged" };
    return { ...place, outcome: "written", findings: warningsOf(item), used: usedFor(item, 0) };
  });
  await work.ledger.settle(settled);
  return absent;
}

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
        notingCharges(work, some, () =>
          embedder.embed(
            some.map((item) => item.prepared.text),
            { signal },
          ),
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

/** What a service charges for is spent, whether or not its answer can be used; what is tried again has to fit the run's ceiling, too. */
async function notingCharges<T>(work: Work, items: readonly Item[], call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isServiceFailure(error) && error.charged) {
      const tokens = items.reduce((sum, { prepared }) => sum + (prepared.from === "text" ? prepared.tokens : 0), 0);
      // What ends the run isn't embedded again: its reason has to be told, whatever the ceiling leaves.
      if (retryable[error.code]) await work.ledger.noteUnusable(items.length, tokens);
      else await work.ledger.notePaid(items.length, tokens);
    }
    throw error;
  }
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
