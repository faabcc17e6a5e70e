import { decide } from "@/lib/documents/clearance/decide";
import { selectionsOf } from "@/lib/documents/clearance/wish";
import type { DocumentHead } from "@/lib/documents/contract";
import { storable } from "../storable";
import type { ClearanceWork } from "../work";
import { membersAmong, nameOf, namespaceOf } from "./apply-members";
import type { Errand } from "./apply-outcome";
import { walkDocuments } from "./plan-walk";

/** What a walk saw. `left`: left alone, because it was taken out, has a finding, or holds something else that searches don't find. */
export type Walked = { left: number; whole: boolean };

/**
 * Walks over the documents that searches find without the value, and hands on those to be written. Not `whole` once the point in time was
 * lost: what it didn't see is seen by the next pass.
 */
export async function walkLeft(
  work: ClearanceWork,
  expected: number,
  hand: (errands: readonly Errand[]) => Promise<void>,
): Promise<Walked> {
  let left = 0;
  const selection = selectionsOf(work.held.settings.wish).missing;
  const whole = await walkDocuments(work, selection, expected, async (heads) => {
    const chosen = await choose(work, heads);
    left += heads.length - chosen.length;
    await hand(chosen);
  });
  return { left, whole };
}

/** Letters of documents that a pass may write again: written, but without the value now; or right, but not found by searches. */
const writable = ["w", "u"];

async function choose(work: ClearanceWork, heads: readonly DocumentHead[]): Promise<Errand[]> {
  const { wish } = work.held.settings;
  // Whatever has a NUL in its ID can't be noted, so the plan leaves it alone, too.
  const notable = heads.filter(({ id }) => storable(id) === id);
  const members = await membersAmong(work, notable);
  return notable.flatMap((head): Errand[] => {
    const member = members.get(nameOf(head));
    if (member && (member.letter === null || !writable.includes(member.letter))) return [];
    const decision = decide(wish, head.held, true);
    if (decision !== "set" && decision !== "rewrite") return [];
    const { index, id, routing, seqNo, primaryTerm } = head;
    return [
      {
        spot: member ? "counted" : "arrival",
        namespace: storable(namespaceOf(head)),
        key: { index, id, routing },
        seqNo,
        primaryTerm,
        reviewed: null,
        rewrite: decision === "rewrite",
      },
    ];
  });
}
