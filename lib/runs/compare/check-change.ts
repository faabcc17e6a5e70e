import { type Classified, classifyChange } from "@/lib/plan/classify-change";
import { estimateTokens } from "@/lib/plan/estimate/tokens";
import { fingerprint, movedBetween } from "@/lib/plan/fingerprint";
import { modelMark, withMark } from "@/lib/plan/model-mark";
import { type Seen, sameVectors } from "@/lib/plan/seen";
import { sameMetadata, targetMetadata } from "@/lib/plan/target-metadata";
import { textOf } from "@/lib/plan/text";
import type { Reason } from "@/lib/shapes/runs/reason";
import type { RunSettings } from "@/lib/shapes/runs/run";
import type { Settled } from "../lifecycle/ledger";
import type { Heads } from "./read-heads";
import type { Reviewed } from "./reviewed";
import type { Work } from "./work";

type ToWrite = Extract<Classified, { kind: "create" | "update" }>;
/** Go on and write, or how the record ended without that. */
export type Checked = { head: Seen; write: ToWrite } | { settled: Settled };

/**
 * Whether a reviewed change may be transferred on what stands on both sides now: only where both records are what was reviewed. Whatever
 * moved is left alone and reported with what moved.
 */
export function checkChange(work: Work, change: Reviewed, source: Heads, target: Heads): Checked {
  const { settings, attempts } = work.held;
  const { id, sequence, position } = change;
  const end = (outcome: Settled["outcome"], kind: "skipped" | "drifted", reason: Reason, detail: string): Checked => ({
    settled: { id, sequence, position, outcome, findings: [{ kind, reason, detail }] },
  });
  const drifted = (reason: Reason, detail: string) => end("drifted", "drifted", reason, detail);

  if (source.missing.has(id))
    return drifted("vanished-from-source", "It was deleted from the source after the plan was made.");
  const head = source.records.get(id);
  if (!head)
    return end("skipped", "skipped", "unreadable", source.unreadable.get(id) ?? "The source's answer can't be read.");
  const unreadable = target.unreadable.get(id);
  if (unreadable !== undefined) return end("skipped", "skipped", "unreadable", `In the target: ${unreadable}`);
  const standing = target.records.get(id) ?? null;

  const moved = movedSince(change, head, settings);
  if (standing !== null && moved === "nothing") {
    const mark = embeds(change, head, settings) ? modelMark(settings) : null;
    const would = withMark(targetMetadata(head.metadata, standing.metadata, settings), mark);
    // After an interruption, a record that is exactly what would be written is one that this run wrote and didn't get to note.
    const copied = settings.vectors !== "source" || sameVectors(head, standing, settings.target.keeps);
    if (sameMetadata(standing.metadata, would) && copied) {
      const place = { id, sequence, position };
      if (attempts === 1) return { settled: { ...place, outcome: "unchanged" } };
      return {
        settled: {
          ...place,
          outcome: "written",
          used: { tokens: paidFor(change, head, settings), bytesWritten: 0, added: change.kind === "create" },
        },
      };
    }
  }
  if (moved !== "nothing") return drifted("source-changed", editedWords(moved));
  const drift = targetDrift(change, standing, settings);
  if (drift !== null) return drifted("target-changed", drift);

  const write = classifyChange(head, standing, settings, work.capacity);
  if (write.kind === "problem") return end("skipped", "skipped", write.reason, write.detail);
  if (write.kind === "update" && write.textChanged && !change.textChanged)
    return drifted(
      "target-changed",
      settings.vectors === "source"
        ? `Its vector was changed in the target ${since}`
        : `Its vector was made by another model ${since}`,
    );
  if (write.kind === "unchanged") return { settled: { id, sequence, position, outcome: "unchanged" } };
  return { head, write };
}

/** What of the source's record isn't what was reviewed. */
export function movedSince(
  { sourcePrint }: Pick<Reviewed, "sourcePrint">,
  head: Seen,
  settings: RunSettings,
): ReturnType<typeof movedBetween> {
  return sourcePrint === null ? "nothing" : movedBetween(sourcePrint, fingerprint(head, settings));
}

export const editedWords = (moved: string) => `Its ${moved} was edited in the source ${since}`;

function embeds(change: Reviewed, head: Seen, settings: RunSettings): boolean {
  if (settings.vectors === "source") return false;
  return (change.textChanged || settings.updatePolicy === "always") && textOf(head.metadata, settings).usable;
}

/** Tokens that were embedded before the interruption, by the estimate. */
function paidFor(change: Reviewed, head: Seen, settings: RunSettings): number | null {
  const text = textOf(head.metadata, settings);
  return embeds(change, head, settings) && text.usable ? estimateTokens(text.text) : null;
}

const since = "after the plan was made.";

function targetDrift(change: Reviewed, standing: Seen | null, settings: RunSettings): string | null {
  if (change.targetPrint === null)
    return standing === null ? null : `A record of that ID came into the target ${since}`;
  if (standing === null) return `It was deleted from the target ${since}`;
  const now = fingerprint(standing, settings, settings.targetOwnedKeys);
  const moved = movedBetween(change.targetPrint, now);
  return moved === "nothing" ? null : `Its ${moved} was edited in the target ${since}`;
}
