import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import type { IndexShape, VectorSource } from "@/lib/stores/contract";

type Side = "source" | "target";
type Asked = {
  store: Pick<VectorSource, "inspect">;
  side: Side;
  index: string;
  /** Of a connection of its own: what was met last under the same name may be another one's. */
  foreign?: boolean;
};
type Known = { account: string; until: number };

const slot = Symbol.for("portage.accounts");
type Holder = { [slot]?: WeakMap<object, Map<string, Known>> };

/** An index that isn't there, or can't be asked for, is asked for again after this. Milliseconds. */
const calmFor = 5000;
const patience = 5000;

/** A store is opened with one key: which account that is doesn't change while it is open. Bundles share it through `globalThis`. */
function knownOf(store: object): Map<string, Known> {
  const holder: Holder & typeof globalThis = globalThis;
  holder[slot] ??= new WeakMap();
  const known = holder[slot].get(store) ?? new Map<string, Known>();
  holder[slot].set(store, known);
  return known;
}

/**
 * Which account the index of this name belongs to, as counts and readings are kept by: two projects may each have one. `""`: there is no such
 * index yet. Asked for once; where the service doesn't answer, the account that was met last under that name.
 */
export async function accountOf(database: Database, { store, side, index, foreign }: Asked): Promise<string> {
  const known = knownOf(store).get(index);
  if (known && known.until > Date.now()) return known.account;
  const signal = AbortSignal.timeout(patience);
  const shape = await store.inspect(index, { signal, counts: false }).catch(() => undefined);
  if (shape) return noteAccount(database, { store, side, index }, shape);
  const account = shape === null || foreign === true ? "" : await metLast(database, side, index);
  knownOf(store).set(index, { account, until: Date.now() + calmFor });
  return account;
}

/** Notes the account of an index that was looked at, and gives it what is kept under its name alone. */
export async function noteAccount(
  database: Database,
  { store, side, index }: Asked,
  { account }: Pick<IndexShape, "account">,
): Promise<string> {
  const known = knownOf(store).get(index);
  if (known?.account === account && known.until === Number.POSITIVE_INFINITY) return account;
  await takeOver(database, { side, index, account });
  knownOf(store).set(index, { account, until: Number.POSITIVE_INFINITY });
  return account;
}

/** After an index was made: the next question asks for its account. */
export function forgetMissing(store: object): void {
  for (const [index, { account }] of knownOf(store)) if (account === "") knownOf(store).delete(index);
}

async function metLast(database: Database, side: Side, index: string): Promise<string> {
  const [row] = await database.rows(z.object({ account: z.string() }), `SELECT ${lastMet(side, "$1")} AS "account"`, [
    index,
  ]);
  return row?.account ?? "";
}

/** The account that was met last under an index's name; `''` for none. */
export const lastMet = (side: Side, index: string): string =>
  `coalesce((SELECT i."account" FROM "Inventory" i WHERE i."side" = '${side}' AND i."index" = ${index} ORDER BY i."at" DESC LIMIT 1), '')`;

/** What earlier versions kept by the index's name alone, or while it wasn't there yet, belongs to the account that is met first. */
async function takeOver(
  database: Database,
  { side, index, account }: { side: Side; index: string; account: string },
): Promise<void> {
  const values = [index, account];
  const ofSide = [...values, side];
  await database.transaction(async (sql) => {
    for (const [table, key] of [
      ["NamespaceCount", `AND o."namespace" = t."namespace"`],
      ["Inventory", ""],
    ] as const)
      await sql.run(
        `UPDATE "${table}" t SET "account" = $2 WHERE t."index" = $1 AND t."side" = $3 AND t."account" = ''
            AND NOT EXISTS (SELECT 1 FROM "${table}" o WHERE o."index" = $1 AND o."side" = $3 AND o."account" = $2 ${key})`,
        ofSide,
      );
    const other = side === "source" ? "target" : "source";
    await sql.run(
      `UPDATE "Standing" t SET "${side}Account" = $2 WHERE t."${side}" = $1 AND t."${side}Account" = ''
          AND NOT EXISTS (SELECT 1 FROM "Standing" o WHERE o."${side}" = $1 AND o."${side}Account" = $2 AND o."${other}" = t."${other}"
                             AND o."${other}Account" = t."${other}Account" AND o."namespace" = t."namespace")`,
      values,
    );
    for (const table of ["Reading", "FleetReading"])
      await sql.run(
        `UPDATE "${table}" SET "${side}Account" = $2 WHERE "${side}" = $1 AND "${side}Account" = ''`,
        values,
      );
    if (side === "target")
      await sql.run(
        `UPDATE "Attention" SET "account" = $2, "key" = "key" || '@' || $2::text, "standing" = "standing" || '@' || $2::text
          WHERE "cause" = 'target-missing' AND "target" = $1 AND "account" = ''`,
        values,
      );
  });
}

/** An index and the account that it belongs to, as one value of a statement. */
export type IndexKey = [index: string, account: string];

/**
 * A condition: a row's columns for an index and its account hold what a value says.
 * @param value the number of the statement's value, `$1`, that holds a {@link IndexKey}
 */
export const isIndex = (index: string, account: string, value: string): string =>
  `(${index} = (${value}::text[])[1] AND ${account} = (${value}::text[])[2])`;
