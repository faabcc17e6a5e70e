import type { CollectionNames } from "@/lib/stores/kind";

/** A collection of the source, and where it goes. */
export type Pair = { from: string; to: string };
export type PairProblem = { from: string[]; to: string; words: string };

/**
 * Which collection goes where: as the table says, else under its own name as the target's store can take it. A pair whose target is empty is left out.
 * Names that meet or can't be are told before anything is made.
 * @param table from the operator; names that it lacks are mapped by themselves where `others` says so
 */
export function pairCollections(
  names: readonly string[],
  { table, others, rule }: { table: Readonly<Record<string, string>>; others: boolean; rule: CollectionNames | null },
): { pairs: Pair[]; problems: PairProblem[] } {
  const asked = new Map(Object.entries(table));
  const problems: PairProblem[] = [...asked.keys()]
    .filter((from) => !names.includes(from))
    .map((from) => ({ from: [from], to: asked.get(from) ?? "", words: `The source has no collection ${from}.` }));
  const pairs = names.flatMap((from): Pair[] => {
    const given = asked.get(from);
    if (given === "" || (given === undefined && !others)) return [];
    return [{ from, to: given ?? rule?.from(from) ?? from }];
  });
  const byTarget = new Map<string, string[]>();
  for (const { from, to } of pairs) byTarget.set(to, [...(byTarget.get(to) ?? []), from]);
  for (const [to, from] of byTarget) {
    if (from.length > 1) problems.push({ from, to, words: `${from.join(" and ")} would both go to ${to}.` });
    const wrong = rule === null ? null : wrongName(to, rule);
    if (wrong !== null)
      problems.push({ from, to, words: `${from.join(", ")} can't go to ${JSON.stringify(to)}: ${wrong}.` });
  }
  return { pairs, problems };
}

function wrongName(name: string, { shape, longest, words }: CollectionNames): string | null {
  if (name.length > longest) return `a name has at most ${longest} characters, this one ${name.length}`;
  return shape.test(name) ? null : `a name is ${words}`;
}
