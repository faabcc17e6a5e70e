import type { Comparison } from "@/lib/shapes/namespaces/namespaces";
import type { Context } from "../verbs/context";
import { indexKeys } from "./inventory";
import { believedUntil, lookedAt, readStandings, type StandingRow } from "./kept-sides";
import { once, type Place, type Sides } from "./read-sides";

/** A namespace's counts; `null`: it isn't on that side. */
type Counted = { source: { value: number } | null; target: { value: number } | null };

export const countOf = (row: { value: number } | null): number => row?.value ?? 0;

/** Records that differ or are missing. */
export const differingOf = ({ creates, updates, problems }: StandingRow): number => creates + updates + problems;

/**
 * Whether the counts prove that the namespace isn't any more what the last comparison saw: the source has more than the
 * target by more than was missing, or, where nothing differed, more records than were listed.
 * @param countedAt when the counts were read, in milliseconds since 1970; `null`: never
 */
function changedSince(standing: StandingRow, { source, target }: Counted, countedAt: number | null): boolean {
  if (countedAt === null || countedAt <= believedUntil(standing)) return false;
  const grown = differingOf(standing) === 0 && source !== null && source.value > standing.unchanged;
  return grown || countOf(source) - countOf(target) > standing.creates + standing.problems;
}

/** A namespace with what the last comparison found, and what its counts say of that. */
export type ComparedPlace = {
  place: Place;
  standing: StandingRow | null;
  changedSince: boolean;
  /** How many more the source has by counts; of namespaces that are written into one, all of them together. */
  counts: number;
};

/** Every namespace of both sides, in the order of {@link Sides.places}. */
export const comparedPlaces = once(({ places, standings, countedAt }: Sides): readonly ComparedPlace[] => {
  const sums = new Map<object, number>();
  const sumOf = (group: NonNullable<Place["group"]>) => {
    const sum = sums.get(group) ?? group.reduce((sum, { value }) => sum + value, 0);
    sums.set(group, sum);
    return sum;
  };
  return places.map((place) => {
    const { source, target, group, sourceName } = place;
    const standing = (sourceName === null ? undefined : standings.get(sourceName)) ?? null;
    const counts = (group === null ? countOf(source) : sumOf(group)) - countOf(target);
    return { place, standing, changedSince: standing !== null && changedSince(standing, place, countedAt), counts };
  });
});

/** What may be said of a namespace, in agreement with `differenceOf`. */
export const comparisonIs = {
  known: ({ standing, changedSince }: ComparedPlace): boolean => standing !== null && !changedSince,
  left: ({ standing, changedSince, counts }: ComparedPlace): boolean =>
    standing === null || changedSince ? counts > 0 : standing.creates > 0,
  differing: ({ standing, changedSince, counts }: ComparedPlace): boolean =>
    changedSince || (standing === null ? counts > 0 : differingOf(standing) > 0),
  inSync: ({ standing, changedSince }: ComparedPlace): boolean =>
    standing?.compared === true && differingOf(standing) === 0 && !changedSince,
  notCompared: ({ standing }: ComparedPlace): boolean => standing === null || !standing.compared,
};

/** How much differs, to sort by: as the comparison knows it, else by counts. */
export const differenceOrder = ({ standing, changedSince, counts }: ComparedPlace): number =>
  standing === null || changedSince ? counts : differingOf(standing);

const toComparison = (standing: StandingRow, changedSince: boolean): Comparison => ({
  create: standing.creates,
  update: standing.updates,
  problem: standing.problems,
  orphan: standing.orphans,
  compared: standing.compared,
  changedSince,
  at: new Date(lookedAt(standing)).toISOString(),
});

/** What an answer says of the last comparison; `null`: there was none. */
export const comparisonOf = ({ standing, changedSince }: ComparedPlace): Comparison | null =>
  standing === null ? null : toComparison(standing, changedSince);

/** What the last comparison of each namespace of the source found, beside counts that were read just now. */
export async function readComparisons(
  ctx: Context,
  counts: readonly ({ name: string } & Counted)[],
): Promise<Map<string, Comparison>> {
  const names = counts.map(({ name }) => name);
  const standings = new Map(
    (await readStandings(ctx.database, await indexKeys(ctx), names)).map((row) => [row.namespace, row] as const),
  );
  const now = Date.now();
  return new Map(
    counts.flatMap(({ name, source, target }) => {
      const standing = standings.get(name);
      return standing ? [[name, toComparison(standing, changedSince(standing, { source, target }, now))] as const] : [];
    }),
  );
}
