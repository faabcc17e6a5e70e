import { z } from "zod";
import { renamingOf, ruleValue } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import { accountOf, type IndexKey, isIndex, noteAccount } from "@/lib/runs/lifecycle/accounts";
import { defaultConnections } from "@/lib/shapes/routes/route";
import type { IndexShape, VectorSource } from "@/lib/stores/contract";
import { amount, instant } from "../answers/columns";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { unknownIndex } from "../verbs/service-words";
import { usedBy } from "../verbs/used-by";
import { keptCounts, type Side } from "./kept-sides";

/** Counts older than this are read again, behind the answer. Milliseconds. */
const freshFor = 30_000;
/** After a refresh that failed, the next one is tried no sooner than this. Milliseconds. */
const calmFor = 5000;
const longest = 120_000;
const batchSize = 10_000;
/** Counts are stored as 32-bit integers. */
const largest = 2_147_483_647;

type Refresh = { startedAt: number; running: Promise<string> | null };

const slot = Symbol.for("portage.inventory");
type Holder = { [slot]?: WeakMap<object, WeakMap<object, Map<string, Refresh>>> };

/**
 * One refresh at a time per process and pair of indexes, also across bundles: they share `globalThis` and the stores. Routes may share both
 * stores and lead between other indexes of them.
 */
function refreshOf(ctx: Context) {
  const holder: Holder & typeof globalThis = globalThis;
  holder[slot] ??= new WeakMap();
  const ofSource = holder[slot].get(ctx.source) ?? new WeakMap<object, Map<string, Refresh>>();
  holder[slot].set(ctx.source, ofSource);
  const between = ofSource.get(ctx.target) ?? new Map<string, Refresh>();
  ofSource.set(ctx.target, between);
  const { source, target } = routeOf(ctx);
  const key = JSON.stringify([source.index, target.index]);
  return {
    get: () => between.get(key),
    set: (refresh: Refresh) => void between.set(key, refresh),
    forget: () => between.delete(key),
  };
}

/** Lets the next question refresh at once, however lately one was tried. */
export const forgetRefreshes = (ctx: Context) => refreshOf(ctx).forget();

/** The index's shape, or `null`; tried again when that may help. */
export function inspectSide(
  ctx: Context,
  side: Side,
  options: { signal?: AbortSignal; counts?: boolean } = {},
): Promise<IndexShape | null> {
  return attempt(usedBy(ctx, side), () => ctx[side].inspect(routeOf(ctx)[side].index, options), options.signal);
}

/** Which account a side's index belongs to. */
const accountOn = (ctx: Context, side: Side): Promise<string> =>
  accountOf(ctx.database, {
    ...{ store: ctx[side], side, index: routeOf(ctx)[side].index },
    foreign: routeOf(ctx)[side].connection !== defaultConnections[side],
  });

/** Every namespace of a side with its count from statistics. */
export function readNamespaces(ctx: Context, side: Side, options: { prefix?: string; signal?: AbortSignal } = {}) {
  const store: VectorSource = ctx[side];
  return attempt(
    usedBy(ctx, side),
    async () => {
      const counts = new Map<string, { value: number; exact: boolean }>();
      for await (const page of store.namespaces(routeOf(ctx)[side].index, options)) {
        for (const { name, count } of page.namespaces) counts.set(name, count);
      }
      return counts;
    },
    options.signal,
  );
}

type Counts = Awaited<ReturnType<typeof readNamespaces>>;

/** Writes the counts that are others than before: of a hundred thousand namespaces few are. */
async function storeCounts(ctx: Context, { side, key, counts }: { side: Side; key: IndexKey; counts: Counts }) {
  const before = await keptCounts(ctx.database, side, key).look();
  const changed = [...counts].flatMap(([name, count]) => {
    const [value, known] = [Math.min(count.value, largest), before.get(name)];
    return known?.value === value && known.exact === count.exact ? [] : [{ name, value, exact: count.exact }];
  });
  const gone = [...before.keys()].filter((name) => !counts.has(name));
  for (let from = 0; from < changed.length; from += batchSize) {
    const batch = changed.slice(from, from + batchSize);
    await ctx.database.run(
      `INSERT INTO "NamespaceCount" ("side", "index", "account", "namespace", "value", "exact")
       SELECT $1, ($2::text[])[1], ($2::text[])[2], u.name, u.value, u.exact FROM unnest($3::text[], $4::int[], $5::boolean[]) AS u(name, value, exact)
       ON CONFLICT ("side", "index", "account", "namespace") DO UPDATE SET "value" = EXCLUDED."value", "exact" = EXCLUDED."exact"`,
      [side, key, batch.map(({ name }) => name), batch.map(({ value }) => value), batch.map(({ exact }) => exact)],
    );
  }
  if (gone.length > 0)
    await ctx.database.run(
      `DELETE FROM "NamespaceCount" c WHERE c."side" = $1 AND ${isIndex('c."index"', 'c."account"', "$2")} AND c."namespace" = ANY ($3)`,
      [side, key, gone],
    );
}

async function storeSide(ctx: Context, side: Side, signal: AbortSignal): Promise<void> {
  const { index } = routeOf(ctx)[side];
  const shape = await inspectSide(ctx, side, { signal, counts: false });
  if (!shape && side === "source") throw unknownIndex(ctx, side);
  const account = shape ? await noteAccount(ctx.database, { store: ctx[side], side, index }, shape) : "";
  const counts = shape ? await readNamespaces(ctx, side, { signal }) : new Map<string, never>();
  await storeCounts(ctx, { side, key: [index, account], counts });
  if (!shape) {
    await ctx.database.run(`DELETE FROM "Inventory" WHERE "side" = $1 AND "index" = $2 AND "account" = ''`, [
      side,
      index,
    ]);
    return;
  }
  await ctx.database.run(
    `INSERT INTO "Inventory" ("side", "index", "account", "at", "dimension", "metric") VALUES ($1, $2, $5, now(), $3, $4)
     ON CONFLICT ("side", "index", "account") DO UPDATE SET "at" = now(), "dimension" = EXCLUDED."dimension", "metric" = EXCLUDED."metric"`,
    [side, index, shape.dimension, shape.metric, account],
  );
}

async function refresh(ctx: Context): Promise<string> {
  const signal = AbortSignal.timeout(longest);
  await storeSide(ctx, "target", signal);
  await storeSide(ctx, "source", signal);
  return (await inventoryAsOf(ctx)) ?? new Date().toISOString();
}

/** Reads the counts of both indexes again, a few requests in all; joins a refresh that is already going on. Answers their time. */
export function refreshInventory(ctx: Context): Promise<string> {
  const last = refreshOf(ctx);
  const current = last.get();
  if (current?.running) return current.running;
  const entry: Refresh = { startedAt: Date.now(), running: null };
  entry.running = refresh(ctx).finally(() => {
    entry.running = null;
  });
  last.set(entry);
  return entry.running;
}

/** When the older of both sides' counts in the database were read, or `null` when one never was. A target that isn't there has none. */
export async function inventoryAsOf(ctx: Context): Promise<string | null> {
  const keys = await indexKeys(ctx);
  const [row] = await ctx.database.rows(
    z.object({ at: instant.nullable(), sides: amount }),
    `SELECT min(i."at") AS at, count(*)::float8 AS sides FROM "Inventory" i WHERE ${inventoryOf}`,
    keys,
  );
  const [, [, account]] = keys;
  return row === undefined || row.sides < (account === "" ? 1 : 2) ? null : row.at;
}

/** Whether a refresh was tried just now. */
function isCalm(ctx: Context): boolean {
  const last = refreshOf(ctx).get();
  return last !== undefined && Date.now() - last.startedAt < calmFor;
}

/** Reads the counts again where they are more than some seconds old, and answers their time; the old ones stay when that fails. */
export async function lookAgain(ctx: Context, at: string): Promise<string> {
  if (isCalm(ctx) || Date.now() - Date.parse(at) < calmFor) return at;
  return refreshInventory(ctx).catch((error: unknown) => {
    ctx.log.warn({ error }, "The counts of the indexes could not be refreshed; the last ones stay.");
    return at;
  });
}

/** Whether a run that wrote ended after the counts were read: they are of before. */
async function wroteSince(ctx: Context, at: string): Promise<boolean> {
  const [row] = await ctx.database.rows(
    z.object({ wrote: z.boolean() }),
    `SELECT EXISTS (SELECT FROM "Run" r WHERE r."kind" IN ('mirror', 'reembed') AND r."endedAt" > $1::timestamptz
        AND EXISTS (SELECT FROM "Segment" s WHERE s."runId" = r."id" AND s."written" > 0)) AS wrote`,
    [at],
  );
  return row?.wrote ?? false;
}

/**
 * Sees to it that there are counts: reads them when there are none or a run has written since, else starts a refresh behind the answer
 * when they are older than 30 s. Answers the time of the counts that are there now.
 */
export async function ensureInventory(ctx: Context): Promise<string> {
  const at = await inventoryAsOf(ctx);
  if (at === null) return refreshInventory(ctx);
  const calm = isCalm(ctx);
  if (!calm && (await wroteSince(ctx, at))) return lookAgain(ctx, at);
  if (Date.now() - Date.parse(at) > freshFor && !calm) {
    refreshInventory(ctx).catch((error: unknown) =>
      ctx.log.warn({ error }, "The counts of the indexes could not be refreshed; the last ones stay."),
    );
  }
  return at;
}

export type IndexKeys = [source: IndexKey, target: IndexKey];

/** Both indexes, each with the account that it belongs to. */
export async function indexKeys(ctx: Context): Promise<IndexKeys> {
  const { source, target } = routeOf(ctx);
  const [sourceAccount, targetAccount] = await Promise.all([accountOn(ctx, "source"), accountOn(ctx, "target")]);
  return [
    [source.index, sourceAccount],
    [target.index, targetAccount],
  ];
}

/** The values `$1` to `$3` of `bothSides`: both indexes, and how the route names namespaces. */
export async function sidesValues(ctx: Context): Promise<[IndexKey, IndexKey, string]> {
  return [...(await indexKeys(ctx)), ruleValue(renamingOf(routeOf(ctx).namespaces))];
}

const inventoryOf = (["source", "target"] as const)
  .map((side, at) => `(i."side" = '${side}' AND ${isIndex('i."index"', 'i."account"', `$${at + 1}`)})`)
  .join(" OR ");
/** When the counts were read, of the side that was read longer ago. `$1` and `$2`: the indexes. */
export const countedAt = `(SELECT min(i."at") FROM "Inventory" i WHERE ${inventoryOf})`;

/** A condition over a row of readings: it is of the indexes of {@link indexKeys}. */
export const betweenIndexes = (row: string): string =>
  `${isIndex(`${row}"source"`, `${row}"sourceAccount"`, "$1")} AND ${isIndex(`${row}"target"`, `${row}"targetAccount"`, "$2")}`;
