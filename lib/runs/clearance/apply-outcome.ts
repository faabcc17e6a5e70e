import { decide } from "@/lib/documents/clearance/decide";
import type { ClearanceRequest } from "@/lib/documents/clearance/request";
import type { DocumentHead, DocumentKey, Scalar, UpdateOutcome } from "@/lib/documents/contract";
import type { Outcome } from "@/lib/shapes/runs/run";
import type { NewFinding } from "../lifecycle/finding-rows";
import type { ChangePosition } from "../review/change-filter";

/** A document to be written, as it was when that was decided. */
export type Errand = {
  /** `arrival`: it came after the review and stands in no chunk. `counted`: the plan holds it, and its outcome is noted already. */
  position: ChangePosition | "arrival" | "counted";
  /** Of the document; empty where it has none. */
  namespace: string;
  key: DocumentKey;
  seqNo: number;
  primaryTerm: number;
  /** The value that somebody reviewed and allowed to be overwritten; `null`: there was none. */
  reviewed: Scalar | null;
  /** It holds the value, but searches don't find it. */
  rewrite: boolean;
};

export type Ended = { outcome: keyof Outcome; finding: NewFinding | null };
type Refusal = Extract<UpdateOutcome, { state: "refused" }>;

/**
 * What follows an update's outcome. `look`: it changed since the review, so it is read and decided on again. `gone`: deleted, if its index
 * still is the one that was reviewed. `again`: the server had no room. `refused`: this document, or all of its index as long as things are
 * as they are. `stop`: the same would happen to every document of its index.
 */
export type Next =
  | { next: "end"; ended: Ended }
  | { next: "refused"; ended: Ended }
  | { next: "look" }
  | { next: "gone" }
  | { next: "again"; code: "throttled" | "unavailable"; detail: string }
  | { next: "stop"; refusal: Refusal };

export const ended = (outcome: keyof Outcome, finding: NewFinding | null = null): Ended => ({ outcome, finding });

/** What becomes of a document after one update of it was tried. */
export function afterUpdate(outcome: UpdateOutcome): Next {
  switch (outcome.state) {
    case "updated":
      return { next: "end", ended: ended("written") };
    case "noop":
      return { next: "end", ended: ended("unchanged") };
    case "conflict":
      return { next: "look" };
    case "missing":
      return { next: "gone" };
    case "throttled":
    case "unavailable":
      return { next: "again", code: outcome.state, detail: outcome.detail };
    case "refused": {
      if (outcome.scope === "index") return { next: "stop", refusal: outcome };
      const { reason, detail } = outcome;
      return { next: "refused", ended: ended("failed", { kind: "failed", reason, detail }) };
    }
  }
}

const drifted = (detail: string): Ended => ended("drifted", { kind: "drifted", reason: "target-changed", detail });
const since = "after the plan was made";

/** How a document ended that was deleted since the review. */
export const deleted = drifted(`It was deleted ${since}.`);
/** How a document ended that somebody kept changing under Portage's hands. */
export const restless: Ended = ended("failed", {
  kind: "failed",
  reason: "target-changed",
  detail: "It was changed again and again while it was to be written.",
});

/**
 * Decides again on a document that isn't what was reviewed any more. Written without a further review is only what the plan's own rule
 * says: it still lacks the value, or holds just the value that was reviewed as one to overwrite.
 * @param ours the update may have been transferred out although nobody heard of it: what is right by now counts as written
 */
export function afterLook(
  request: ClearanceRequest,
  errand: Errand,
  now: Omit<DocumentHead, "namespace" | "found"> | null,
  ours: boolean,
): { ended: Ended } | { errand: Errand } {
  if (now === null) return { ended: deleted };
  const { seqNo, primaryTerm, held } = now;
  const moved = { errand: { ...errand, seqNo, primaryTerm } };
  const decision = decide(request, held, !errand.rewrite);
  if (decision === "set" || decision === "rewrite") return moved;
  if (decision === "right") return { ended: ended(ours ? "written" : "unchanged") };
  if (held.state !== "value") {
    const words = held.state === "other" ? held.words : "it can't be read";
    return {
      ended: ended("skipped", { kind: "skipped", reason: "unreadable", detail: `${request.field}: ${words}.` }),
    };
  }
  if (errand.reviewed !== null && held.value === errand.reviewed) return moved;
  const was = errand.reviewed === null ? "nothing" : JSON.stringify(errand.reviewed);
  return { ended: drifted(`It held ${was} when it was reviewed and holds ${JSON.stringify(held.value)} by now.`) };
}
