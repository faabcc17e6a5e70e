import type { Reason } from "@/lib/shapes/runs/reason";
import { editedWords, movedSince } from "../compare/check-change";
import { prepare } from "../compare/prepare";
import { readListed } from "../compare/read-heads";
import { type Reviewed, reviewedChanges } from "../compare/reviewed";
import { scan } from "../compare/scan";
import type { Work } from "../compare/work";
import { Drained } from "../lifecycle/interruptions";
import type { Settled } from "../lifecycle/ledger";
import type { Item } from "./item";
import { Signal } from "./signal";
import { transfer } from "./transfer";
import { transferBatch } from "./transfer-batch";

/**
 * Creates in the target what it lacks: scans the listings and transfers the chunks as they appear, or those of a plan. What the target has by
 * then is left alone.
 */
export async function reembed(work: Work): Promise<void> {
  const news = new Signal();
  const scanning = { done: work.held.listed };
  const scanned = scan(work, null, () => news.give()).finally(() => {
    scanning.done = true;
    news.give();
  });
  scanned.catch(() => {});
  const coming = { ended: () => scanning.done, more: () => news.taken() };
  try {
    await transfer<Item, never>(work, reviewedChanges(work, coming), {
      readAhead: 6,
      read: async (changes) => ({ embedded: await readItems(work, changes), kept: [] }),
      send: (items) => transferBatch(work, items),
      keep: async () => {},
    });
  } finally {
    // A scan that failed is told by its own error; one that still runs is stopped by the drain before this returns.
    await scanned.catch((error: unknown) => {
      if (!(error instanceof Drained)) throw error;
    });
  }
}

/** Reads and prepares records; those that can't be transferred, or aren't what was reviewed, are noted with their reason. */
async function readItems(work: Work, changes: readonly Reviewed[]): Promise<Item[]> {
  const heads = await readListed(
    work,
    changes.map((change) => change.id),
  );
  const items: Item[] = [];
  const left: Settled[] = [];
  for (const change of changes) {
    const { sequence, position, id } = change;
    const end = (outcome: "skipped" | "drifted", reason: Reason, detail: string) =>
      left.push({ sequence, position, id, outcome, findings: [{ kind: outcome, reason, detail }] });
    const head = heads.records.get(id);
    if (heads.missing.has(id)) {
      end("skipped", "vanished-from-source", "It was listed, but is not there any more.");
      continue;
    }
    if (!head) {
      end("skipped", "unreadable", heads.unreadable.get(id) ?? "The store's answer can't be read.");
      continue;
    }
    const moved = movedSince(change, head, work.held.settings);
    if (moved !== "nothing") {
      end("drifted", "source-changed", editedWords(moved));
      continue;
    }
    const prepared = await prepare(work, head);
    if (prepared.ok) items.push({ sequence, position, head, prepared });
    else end("skipped", prepared.reason, prepared.detail);
  }
  await work.ledger.settle(left);
  return items;
}
