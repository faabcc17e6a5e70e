import type { Verdict } from "@/lib/shapes/runs/verdict";
import type { LostHalf } from "@/lib/stores/contract";
import { pluralOf } from "../compare/cut-texts";
import { halvesPages } from "../compare/halves";
import type { Work } from "../compare/work";
import { explain } from "./explain-missing";

/** Halves without their other one that no finding explains: how many lack which, and each page of them. */
export type LostHalves = { counts: NonNullable<Verdict["halves"]>; words: string };

/**
 * Of a target made of vectors and rows: which stand alone. A row is written before its vector, so one that the store refused is explained
 * by that finding; all others are nobody's intention. `null` for a target of one piece.
 */
export async function lostHalves(
  work: Work,
  note: (lost: readonly LostHalf[]) => Promise<void>,
): Promise<LostHalves | null> {
  if (!work.parts.target.halves) return null;
  const counts = { withoutRow: 0, withoutVector: 0 };
  for await (const { lost } of halvesPages(work)) {
    if (lost.length === 0) continue;
    const unexplained = await unexplainedOf(work, lost);
    for (const { lacks } of unexplained) counts[lacks === "row" ? "withoutRow" : "withoutVector"]++;
    await note(unexplained);
  }
  const { withoutRow, withoutVector } = counts;
  const words = [
    withoutRow > 0 ? `${pluralOf(withoutRow, "vector")} without a row` : "",
    withoutVector > 0 ? `${pluralOf(withoutVector, "row")} without a vector` : "",
  ].filter((part) => part !== "");
  return { counts, words: words.join(", ") };
}

async function unexplainedOf(work: Work, lost: readonly LostHalf[]): Promise<LostHalf[]> {
  const ids = lost.map(({ id }) => id);
  const [first = "", last = ""] = [ids[0], ids.at(-1)];
  const { unexplained } = await explain(work, { sourceOnly: ids, first, last });
  const left = new Set(unexplained);
  return lost.filter(({ id }) => left.has(id));
}
