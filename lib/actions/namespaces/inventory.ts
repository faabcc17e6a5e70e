import { z } from "zod";
import type { IndexShape, VectorSource } from "@/lib/stores/contract";
import { instant } from "../answers/columns";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { unknownIndex } from "../verbs/service-words";

/** Counts older than this are read anew, behind the answer. Milliseconds. */
const freshFor = 30_000;
/** After a refresh that failed, the next one is tried no sooner than this. Milliseconds. */
const calmFor = 5000;
const longest = 120_000;
const batchSize = 10_000;
/** Counts are stored as 32-bit integers. */
const largest = 2_147_483_647;

type Side = "source" | "target";
type Refresh = { startedAt: number; running: Promise<string> | null };

const slot = Symbol.for("portage.inventory");
type Holder = { [slot]?: WeakMap<object, Refresh> };

/** One refresh at a time per process, also across bundles: they share `globalThis` and the database. */
function refreshes(): WeakMap<object, Refresh> {
  const holder: Holder & typeof globalThis = globalThis;
  holder[slot] ??= new WeakMap();
  return holder[slot];
}

/** Lets the next question refresh at once, however lately one was tried. */
export const forgetRefreshes = (ctx: Context) => refreshes().delete(ctx.database);

/** The index's shape, or `null`; tried again when that may help. */
export function inspectSide(ctx: Context, side: Side, signal?: AbortSignal): Promise<IndexShape | null> {
  const options = signal ? { signal } : {};
  return attempt(side, () => ctx[side].inspect(ctx.config.pinecone[side].index, options), signal);
}

/** Every namespace of a side with its count from statistics. */
export function readNamespaces(ctx: Context, side: Side, options: { prefix?: string; signal?: AbortSignal } = {}) {
  const store: VectorSource = ctx[side];
  return attempt(
    side,
    async () => {
      const counts = new Map<string, { value: number; exact: boolean }>();
      for await (const page of store.namespaces(ctx.config.pinecone[side].index, options)) {
        for (const { name, count } of page.namespaces) counts.set(name, count);
      }
      return counts;
    },
    options.signal,
  );
}

async function storeSide(ctx: Context, side: Side, signal: AbortSignal): Promise<void> {
  const { index } = ctx.config.pinecone[side];
  const shape = await inspectSide(ctx, side, signal);
  if (!shape && side === "source") throw unknownIndex(ctx, side);
  const counts = shape ? await readNamespaces(ctx, side, { signal }) : new Map<string, never>();
  const rows = [...counts].map(([name, count]) => ({
    name,
    value: Math.min(count.value, largest),
    exact: count.exact,
  }));
  for (let from = 0; from < rows.length; from += batchSize) {
    const batch = rows.slice(from, from + batchSize);
    await ctx.database.run(
      `INSERT INTO "NamespaceCount" ("side", "index", "namespace", "value", "exact")
       SELECT $1, $2, u.name, u.value, u.exact FROM unnest($3::text[], $4::int[], $5::boolean[]) AS u(name, value, exact)
       ON CONFLICT ("side", "index", "namespace") DO UPDATE SET "value" = EXCLUDED."value", "exact" = EXCLUDED."exact"
       WHERE ("NamespaceCount"."value", "NamespaceCount"."exact") IS DISTINCT FROM (EXCLUDED."value", EXCLUDED."exact")`,
      [side, index, batch.map((row) => row.name), batch.map((row) => row.value), batch.map((row) => row.exact)],
    );
  }
  await ctx.database.run(
    `DELETE FROM "NamespaceCount" c WHERE c."side" = $1 AND c."index" = $2
     AND NOT EXISTS (SELECT 1 FROM unnest($3::text[]) AS u(name) WHERE u.name = c."namespace")`,
    [side, index, rows.map((row) => row.name)],
  );
  if (!shape) {
    await ctx.database.run(`DELETE FROM "Inventory" WHERE "side" = $1 AND "index" = $2`, [side, index]);
    return;
  }
  await ctx.database.run(
    `INSERT INTO "Inventory" ("side", "index", "at", "dimension", "metric") VALUES ($1, $2, now(), $3, $4)
     ON CONFLICT ("side", "index") DO UPDATE SET "at" = now(), "dimension" = EXCLUDED."dimension", "metric" = EXCLUDED."metric"`,
    [side, index, shape.dimension, shape.metric],
  );
}

async function refresh(ctx: Context): Promise<string> {
  const signal = AbortSignal.timeout(longest);
  // The target first: the source's time stamp says that both are read.
  await storeSide(ctx, "target", signal);
  await storeSide(ctx, "source", signal);
  return (await inventoryAsOf(ctx)) ?? new Date().toISOString();
}

/** Reads the counts of both indexes anew, a few requests in all; joins a refresh that is already going on. Answers their time. */
export function refreshInventory(ctx: Context): Promise<string> {
  const current = refreshes().get(ctx.database);
  if (current?.running) return current.running;
  const entry: Refresh = { startedAt: Date.now(), running: null };
  entry.running = refresh(ctx).finally(() => {
    entry.running = null;
  });
  refreshes().set(ctx.database, entry);
  return entry.running;
}

/** When the counts in the database were read, or `null` when they never were. */
export async function inventoryAsOf(ctx: Context): Promise<string | null> {
  const [row] = await ctx.database.rows(
    z.object({ at: instant }),
    `SELECT "at" FROM "Inventory" WHERE "side" = 'source' AND "index" = $1`,
    [ctx.config.pinecone.source.index],
  );
  return row?.at ?? null;
}

/** Whether a refresh was tried just now. */
function isCalm(ctx: Context): boolean {
  const last = refreshes().get(ctx.database);
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

/** Both sides' counts side by side, a row per namespace: `name`, `source`, `target` and whether each is exact. Values `$1`, `$2`: the indexes. */
export const bothShores = `
  SELECT c."namespace" AS name,
    max(c."value") FILTER (WHERE c."side" = 'source') AS source, bool_and(c."exact") FILTER (WHERE c."side" = 'source') AS "sourceExact",
    max(c."value") FILTER (WHERE c."side" = 'target') AS target, bool_and(c."exact") FILTER (WHERE c."side" = 'target') AS "targetExact"
  FROM "NamespaceCount" c WHERE (c."side" = 'source' AND c."index" = $1) OR (c."side" = 'target' AND c."index" = $2)
  GROUP BY c."namespace"`;

/** The values of {@link bothShores}. */
export const shoreIndexes = (ctx: Context): [string, string] => [
  ctx.config.pinecone.source.index,
  ctx.config.pinecone.target.index,
];
