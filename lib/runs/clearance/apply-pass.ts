import { decide, unindexedWords } from "@/lib/documents/clearance/decide";
import { selectionsOf } from "@/lib/documents/clearance/request";
import type { DocumentHead, Held } from "@/lib/documents/contract";
import type { ClearanceWork } from "../compare/work";
import { storable } from "../lifecycle/storable";
import { membersAmong, nameOf, namespaceOf } from "./apply-members";
import { type Ended, type Errand, ended } from "./apply-outcome";
import { scanDocuments } from "./plan-scan";

/** What a scan saw. `left`: left alone, because it was taken out or came since the review (`newcomers`). */
export type Scanned = { left: number; newcomers: number; whole: boolean };
/** A document that holds what a run doesn't write over, and that searches take for one without. */
export type Unfound = { errand: Errand; ended: Ended };

/**
 * Scans the documents that searches find without the value, and hands on those to be written. Not `whole` once the point in time was
 * lost: what it didn't see is seen by the next pass.
 */
export async function scanLeft(
  work: ClearanceWork,
  expected: number,
  hand: (errands: readonly Errand[]) => Promise<void>,
  note: (unfound: readonly Unfound[]) => void,
): Promise<Scanned> {
  let left = 0;
  let newcomers = 0;
  const selection = selectionsOf(work.held.settings.request).missing;
  const whole = await scanDocuments(work, selection, expected, async (heads) => {
    const chosen = await choose(work, heads);
    left += heads.length - chosen.errands.length - chosen.unfound.length;
    newcomers += chosen.newcomers;
    if (chosen.unfound.length > 0) note(chosen.unfound);
    await hand(chosen.errands);
  });
  return { left, newcomers, whole };
}

/** Letters of documents that a pass may write again: written, but without the value now; or right, but not found by searches. */
const writable = ["w", "u"];

type Chosen = { errands: Errand[]; unfound: Unfound[]; newcomers: number };

async function choose(work: ClearanceWork, heads: readonly DocumentHead[]): Promise<Chosen> {
  const { request, includeNew } = work.held.settings;
  // Whatever has a NUL in its ID can't be noted, so the plan leaves it alone, too.
  const notable = heads.filter(({ id }) => storable(id) === id);
  const members = await membersAmong(work, notable);
  const chosen: Chosen = { errands: [], unfound: [], newcomers: 0 };
  for (const head of notable) {
    const member = members.get(nameOf(head));
    if (member && (member.letter === null || !writable.includes(member.letter))) continue;
    const decision = decide(request, head.held, false);
    const { index, id, routing, seqNo, primaryTerm } = head;
    const errand: Errand = {
      position: member ? "counted" : "arrival",
      namespace: storable(namespaceOf(head)),
      key: { index, id, routing },
      seqNo,
      primaryTerm,
      reviewed: null,
      rewrite: decision === "rewrite",
    };
    if (decision !== "set" && decision !== "rewrite")
      chosen.unfound.push({ errand, ended: unfound(request.field, head.held) });
    else if (member || includeNew) chosen.errands.push(errand);
    else chosen.newcomers++;
  }
  return chosen;
}

function unfound(field: string, held: Held): Ended {
  const known = held.state === "value";
  const detail = known
    ? unindexedWords(field, held.value)
    : `${field}: ${held.state === "other" ? held.words : "it can't be read"}.`;
  return ended("skipped", { kind: "skipped", reason: known ? "not-indexed" : "unreadable", detail });
}
