import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { KeptRows } from "@/lib/db/kept-rows";
import { type IndexKey, isIndex } from "@/lib/runs/lifecycle/accounts";

export type Side = "source" | "target";

const countRow = z.object({ namespace: z.string(), value: z.number(), exact: z.boolean() });
export type CountRow = z.infer<typeof countRow>;

const milliseconds = z.coerce.date().transform((at) => at.getTime());
const standingRow = z.object({
  namespace: z.string(),
  planId: z.string().nullable(),
  analysedAt: milliseconds,
  appliedAt: milliseconds.nullable(),
  creates: z.number(),
  updates: z.number(),
  unchanged: z.number(),
  orphans: z.number(),
  problems: z.number(),
  compared: z.boolean(),
});
/** What the last comparison of a namespace of the source found, less what was applied since. Times in milliseconds since 1970. */
export type StandingRow = z.infer<typeof standingRow>;

/** When the records of a standing were last looked at or written. Milliseconds since 1970. */
export const lookedAt = ({ appliedAt, analysedAt }: StandingRow): number => appliedAt ?? analysedAt;

/** Statistics may lag behind a run's last writes for this long. Milliseconds. */
const lag = 120_000;

/** Counts that were read up to then prove nothing against the comparison. Milliseconds since 1970. */
export const believedUntil = (standing: StandingRow): number => lookedAt(standing) + lag;

/** Rows that nobody asked for during this time are let go. Milliseconds. */
const keptFor = 600_000;
const keep = <Row extends { namespace: string }>() =>
  new LRUCache<string, KeptRows<Row>>({ max: 64, ttl: keptFor, updateAgeOnGet: true, ttlAutopurge: true });
type Kept = { counts: LRUCache<string, KeptRows<CountRow>>; standings: LRUCache<string, KeptRows<StandingRow>> };

const slot = Symbol.for("portage.kept-sides");
type Holder = { [slot]?: WeakMap<Database, Kept> };

/** Pages and commands are bundled apart, and share what one database's rows take. */
function keptOf(database: Database): Kept {
  const holder: Holder & typeof globalThis = globalThis;
  holder[slot] ??= new WeakMap();
  const kept = holder[slot].get(database) ?? { counts: keep<CountRow>(), standings: keep<StandingRow>() };
  holder[slot].set(database, kept);
  return kept;
}

/** Every namespace of an index with its count, as the inventory has them. */
export function keptCounts(database: Database, side: Side, key: IndexKey): KeptRows<CountRow> {
  const { counts } = keptOf(database);
  const name = JSON.stringify([side, ...key]);
  const rows =
    counts.get(name) ??
    new KeptRows(database, {
      table: "NamespaceCount",
      columns: `"value", "exact"`,
      where: `"side" = '${side}' AND ${isIndex('"index"', '"account"', "$1")}`,
      values: [key],
      row: countRow,
    });
  counts.set(name, rows);
  return rows;
}

const standingColumns = `"planId", "analysedAt", "appliedAt", "creates", "updates", "unchanged", "orphans", "problems", "compared"`;
const between = `${isIndex('"source"', '"sourceAccount"', "$1")} AND ${isIndex('"target"', '"targetAccount"', "$2")}`;

/** What is known of the namespaces between two indexes. */
export function keptStandings(database: Database, source: IndexKey, target: IndexKey): KeptRows<StandingRow> {
  const { standings } = keptOf(database);
  const name = JSON.stringify([source, target]);
  const rows =
    standings.get(name) ??
    new KeptRows(database, {
      table: "Standing",
      columns: standingColumns,
      where: between,
      values: [source, target],
      row: standingRow,
    });
  standings.set(name, rows);
  return rows;
}

/** The same of some namespaces alone, for who asks once and keeps nothing. */
export async function readStandings(
  database: Database,
  [source, target]: readonly [IndexKey, IndexKey],
  names: readonly string[],
): Promise<StandingRow[]> {
  return database.rows(
    standingRow,
    `SELECT "namespace", ${standingColumns} FROM "Standing" WHERE ${between} AND "namespace" = ANY ($3)`,
    [source, target, names],
  );
}
