import type { ExportBase } from "../export-base";
import type { ExportFile } from "../manifest";
import type { PendingStore } from "../pending/pending-store";
import type { Range } from "../range";

/** A stretch of a namespace's IDs: a file that stays as it is, or one that is written again with what is pending between its neighbours. */
export type Span = { range: Range; file: ExportFile | null; stays: boolean };

/** A last file smaller than this takes what comes after it, so that a daily export doesn't end in a hundred small files. */
const worthJoining = 64 * 2 ** 20;

/**
 * The stretches of a namespace, in ID order. Depends on what the manifest names and on what is pending, not on how either came about.
 * @param everyFile whether no file can stay, because its columns are others now
 */
export function spansOf(base: ExportBase | null, pending: PendingStore, namespace: string, everyFile: boolean): Span[] {
  const files = base?.namespace(namespace)?.files ?? [];
  const spans: Span[] = [];
  let after: string | null = null;
  const hasPending = (range: Range) => !pending.ids(namespace, range).next().done;
  for (const [index, file] of files.entries()) {
    const takesRest = index === files.length - 1 && file.bytes < worthJoining;
    const range: Range = { after, upTo: takesRest ? null : file.last };
    spans.push({ range, file, stays: !everyFile && !hasPending(range) });
    after = range.upTo;
    if (takesRest) return spans;
  }
  const rest: Range = { after, upTo: null };
  if (hasPending(rest)) spans.push({ range: rest, file: null, stays: false });
  return spans;
}
