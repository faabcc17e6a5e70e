import { LRUCache } from "lru-cache";
import { z } from "zod";
import { type PairedNames, pairNames, renamedTo, renamingOf, ruleValue, writtenAs } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import type { Count } from "@/lib/shapes/namespaces/namespaces";
import type { RunSettings } from "@/lib/shapes/runs/run";
import { compareBytes } from "@/lib/stores/byte-order";
import type { Direction } from "../answers/sorted-rows";
import type { Context } from "../verbs/context";
import { countedAt, indexKeys } from "./inventory";
import { believedUntil, type CountRow, keptCounts, keptStandings, type StandingRow } from "./kept-sides";

/**
 * A namespace of either side with its counts. Where several are written into one namespace, each has all of that as its count in the target.
 */
export type Place = PairedNames & {
  source: CountRow | null;
  target: CountRow | null;
  /** The source's namespaces that are written where this one is; `null`: it alone. */
  group: readonly CountRow[] | null;
};

/** Both sides as the inventory and the last comparisons have them. */
export type Sides = {
  /** In byte order of their names, then of what they are written as. */
  places: readonly Place[];
  target: ReadonlyMap<string, CountRow>;
  /** By what the source calls a namespace. */
  standings: ReadonlyMap<string, StandingRow>;
  /** When the counts were read, of the side that was read longer ago, or a time from which nothing else follows. Milliseconds since 1970; `null`: never. */
  countedAt: number | null;
  rule: RunSettings["namespaces"];
};

type Paired = { target: object; standings: object; names: string; rows: string; tellsUntil: number; sides: Sides };
const slot = Symbol.for("portage.paired");
type Holder = { [slot]?: WeakMap<object, LRUCache<string, Paired>> };
/** Of one source: its targets, and how routes name their namespaces. */
const mostPaired = 16;

/** What was paired last of a source's rows, by the target and the rule; let go with those rows. */
function pairedOf(source: object): LRUCache<string, Paired> {
  const holder: Holder & typeof globalThis = globalThis;
  holder[slot] ??= new WeakMap();
  const paired = holder[slot].get(source) ?? new LRUCache<string, Paired>({ max: mostPaired });
  holder[slot].set(source, paired);
  return paired;
}

/** What is worked out of something once, and kept as long as that is there. */
export function once<Of extends object, Result>(make: (of: Of) => Result): (of: Of) => Result {
  const made = new WeakMap<Of, { result: Result }>();
  return (of) => {
    const { result } = made.get(of) ?? { result: make(of) };
    made.set(of, { result });
    return result;
  };
}

const atRow = z.object({ at: z.coerce.date().nullable() });

/**
 * Every namespace of both sides, out of memory: what other transactions changed since the last time is read first. The same object as long as
 * nothing changed. Read it before anything else is awaited: its rows change with the next call.
 */
export async function readSides(ctx: Context): Promise<Sides> {
  const keys = await indexKeys(ctx);
  const rule = renamingOf(routeOf(ctx).namespaces);
  const kept = {
    source: keptCounts(ctx.database, "source", keys[0]),
    target: keptCounts(ctx.database, "target", keys[1]),
    standings: keptStandings(ctx.database, ...keys),
  };
  const [[read], source, target, standings] = await Promise.all([
    ctx.database.rows(atRow, `SELECT ${countedAt} AS at`, keys),
    kept.source.look(),
    kept.target.look(),
    kept.standings.look(),
  ]);
  const paired = pairedOf(kept.source);
  const key = JSON.stringify([keys[1], ruleValue(rule)]);
  const last = paired.get(key);
  const counted = read?.at?.getTime() ?? null;
  const ofSame = last !== undefined && last.target === kept.target && last.standings === kept.standings;
  const names = `${kept.source.namesVersion} ${kept.target.namesVersion}`;
  const rows = `${kept.source.version} ${kept.target.version} ${kept.standings.version} ${counted === null}`;
  if (
    ofSame &&
    last.rows === rows &&
    (counted ?? 0) >= (last.sides.countedAt ?? 0) &&
    (counted ?? 0) <= last.tellsUntil
  )
    return last.sides;
  const places = ofSame && last.names === names ? last.sides.places : pairCounts(source, target, rule);
  const sides = { places, target, standings, countedAt: counted, rule };
  const tellsUntil = nextProof(standings, counted);
  paired.set(key, { target: kept.target, standings: kept.standings, names, rows, tellsUntil, sides });
  return sides;
}

/** Up to when counts that are read again, and are the same, prove nothing more against the comparisons. Milliseconds since 1970. */
function nextProof(standings: Sides["standings"], countedAt: number | null): number {
  let next = Number.POSITIVE_INFINITY;
  for (const standing of standings.values()) {
    const until = believedUntil(standing);
    if (until >= (countedAt ?? 0) && until < next) next = until;
  }
  return next;
}

/** Namespaces of both sides, paired as the route writes them. */
function pairCounts(
  source: ReadonlyMap<string, CountRow>,
  target: ReadonlyMap<string, CountRow>,
  rule: RunSettings["namespaces"],
): Place[] {
  const groups = new Map<string, CountRow[]>();
  if (rule !== undefined)
    for (const row of source.values()) {
      const written = writtenAs(row.namespace, rule);
      const group = groups.get(written);
      if (group) group.push(row);
      else groups.set(written, [row]);
    }
  const inSource = (name: string | null) => (name === null ? null : (source.get(name) ?? null));
  const places = pairNames(source.keys(), target.keys(), rule).map((names): Place => {
    const group = groups.get(names.written);
    return {
      ...names,
      source: inSource(names.sourceName),
      target: target.get(names.written) ?? null,
      group: group !== undefined && group.length > 1 ? group : null,
    };
  });
  return inOrder(places, (place) => place);
}

/** A namespace's names and counts as answers tell them. */
export function namespaceRowOf({ name, written, source, target, group }: Place) {
  const count = (row: CountRow | null): Count | null => row && { value: row.value, exact: row.exact };
  return {
    name,
    ...renamedTo({ name, written }),
    source: count(source),
    target: count(target),
    ...(group !== null && { gathers: group.length }),
  };
}

/** Rows in byte order of their names, then of what they are written as: the order of {@link Sides.places}. Quick where most are in order. */
export function inOrder<Row>(
  rows: readonly Row[],
  namesOf: (row: Row) => Pick<PairedNames, "name" | "written">,
  direction: Direction = "ascending",
): Row[] {
  const sign = direction === "ascending" ? 1 : -1;
  return rows.toSorted((one, other) => {
    const [left, right] = [namesOf(one), namesOf(other)];
    return sign * compareBytes(left.name, right.name) || compareBytes(left.written, right.written);
  });
}

/** Records of the target in all its namespaces, each counted once. */
export const targetSum = once(({ target }: Sides): number => {
  let sum = 0;
  for (const { value } of target.values()) sum += value;
  return sum;
});
