import { afterEach, beforeEach } from "vitest";
import { z } from "zod";
import { openWorld, records, type World } from "../testing/testing";
import type { HistoryLimits } from "./removable";
import { removeHistory } from "./remove-history";

/** The world of the test that runs. */
export let world: World;

/** Opens a world for each test, with three namespaces of three records. */
export function openWorldForEach(): void {
  beforeEach(async () => {
    world = await openWorld();
    for (const namespace of ["a", "b", "c"]) await world.source.upsert({ index: "old", namespace }, records(3));
  });
  afterEach(() => world.close());
}

export const none: HistoryLimits = {
  days: null,
  runs: null,
  findings: null,
  detailDays: null,
  readings: null,
  messages: null,
};

/** Removes what is beyond these limits; the others are none. */
export async function remove(limits: Partial<HistoryLimits>, signal = new AbortController().signal): Promise<void> {
  const config = { ...world.config, history: { ...none, ...limits } };
  await removeHistory({ ...world.parts, config }, signal, new Map());
}

/** Of all runs or plans, oldest first. */
export async function ids(table: "Run" | "Plan"): Promise<string[]> {
  const rows = await world.database.rows(
    z.object({ id: z.string() }),
    `SELECT "id" FROM "${table}" ORDER BY "createdAt", "id"`,
  );
  return rows.map(({ id }) => id);
}

/** Rows of every table that a run or a plan fills. */
export async function rowsIn(tables: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const [row] = await world.database.rows(z.object({ n: z.number() }), `SELECT count(*)::int AS n FROM "${table}"`);
    counts[table] = row?.n ?? 0;
  }
  return counts;
}

/** Makes a run and its plan older. */
export async function backdate(id: string, days: number): Promise<void> {
  const then = `now() - $2::int * interval '1 day'`;
  await world.database.run(`UPDATE "Run" SET "createdAt" = ${then}, "endedAt" = ${then} WHERE "id" = $1`, [id, days]);
  await world.database.run(
    `UPDATE "Plan" SET "createdAt" = ${then}, "readyAt" = ${then} WHERE "id" = (SELECT "planId" FROM "Run" WHERE "id" = $1)`,
    [id, days],
  );
}

/** A migration that is over, as it leaves its rows. */
export async function migrated(namespace: string, days: number): Promise<string> {
  const id = await world.start({ namespaces: [namespace] });
  await world.until(id, ["succeeded", "succeeded-with-findings"]);
  await backdate(id, days);
  return id;
}
