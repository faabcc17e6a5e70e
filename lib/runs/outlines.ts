import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import type { ChangeFilter } from "./change-filter";
import { type Outline, readOutline } from "./change-outline";

/** Chunks of all outlines that are kept for one database: some 200 bytes each. */
const chunksKept = 100_000;

type Kept = { outline: Promise<Outline>; chunks: number };
const kept = new WeakMap<Sql, Map<string, Kept>>();

const planSchema = z.object({ state: z.string(), revision: z.number() });

/**
 * The outline of a filter. A plan's changes don't change once it is made, so the last ones are kept: turning pages, jumping and
 * scrolling work it out once. One that depends on exclusions is kept until those change, one of a plan in the making not at all.
 */
export async function outlineOf(sql: Sql, filter: ChangeFilter): Promise<Outline> {
  const [plan] = await sql.rows(planSchema, `SELECT "state", "revision" FROM "Plan" WHERE "id" = $1`, [filter.planId]);
  if (!plan || plan.state === "planning") return readOutline(sql, filter);
  const { planId, kind, namespace, key, sign, textChanged, reason, search, excluded } = filter;
  const name = JSON.stringify([
    planId,
    kind,
    namespace ?? null,
    key ?? null,
    sign ?? null,
    textChanged ?? null,
    reason ?? null,
    search ?? null,
    excluded ?? null,
    excluded === undefined ? null : plan.revision,
  ]);
  const own = kept.get(sql) ?? new Map<string, Kept>();
  kept.set(sql, own);
  const known = own.get(name);
  if (known) {
    own.delete(name);
    own.set(name, known);
    return known.outline;
  }
  const entry: Kept = { outline: readOutline(sql, filter), chunks: 1 };
  own.set(name, entry);
  try {
    const outline = await entry.outline;
    entry.chunks = 1 + outline.chunks.length;
    dropOldest(own);
    return outline;
  } catch (error) {
    own.delete(name);
    throw error;
  }
}

function dropOldest(own: Map<string, Kept>): void {
  let chunks = 0;
  for (const each of own.values()) chunks += each.chunks;
  for (const [name, each] of own) {
    if (chunks <= chunksKept) return;
    own.delete(name);
    chunks -= each.chunks;
  }
}
