import type { Seen } from "@/lib/plan/seen";
import type { Reason } from "@/lib/shapes/runs/reason";
import type { SparseValues } from "@/lib/stores/contract";
import type { Prepared } from "../compare/prepare";
import type { Work } from "../compare/work";
import type { NewFinding } from "../lifecycle/finding-rows";
import type { Used } from "../lifecycle/ledger";

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
};

/** What is written of an item: a vector made of its text, or the one that the target has. */
export type Vector = { item: Item; values: number[]; sparseValues: SparseValues | undefined };

export function warningsOf({ prepared: { warning } }: Item): NewFinding[] {
  return warning === null ? [] : [warning];
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

/** Notes that an item failed, with what it has cost. */
export function fail(work: Work, item: Item, reason: Reason, detail: string, used?: Used): Promise<void> {
  const { sequence, position, head } = item;
  const findings: NewFinding[] = [{ kind: "failed", reason, detail }];
  return work.ledger.settle([
    { sequence, position, id: head.id, outcome: "failed", findings, ...(used ? { used } : {}) },
  ]);
}
