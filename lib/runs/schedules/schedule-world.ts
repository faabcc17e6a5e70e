import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import { type RunSettings, runSettingsSchema } from "@/lib/shapes/runs/run";
import { movedWords, movedWorld } from "../lifecycle/world";

/** Whatever stands there that isn't a world is treated as none: an earlier version's, or edited by hand. */
const worldRow = z.object({ world: runSettingsSchema.nullable().catch(null) });

/**
 * What stands against a scheduled run: it was set for other indexes, accounts or another model than are open now, and nobody has said that
 * it should mirror there. `null` where nothing does. One that was set without, by an earlier version, is noted with what is open now.
 */
export async function scheduleMoved(database: Database, scheduleId: string, now: RunSettings): Promise<string | null> {
  const [row] = await database.rows(worldRow, `SELECT "world" FROM "Schedule" WHERE "id" = $1`, [scheduleId]);
  const before = row?.world ?? null;
  const moved = before === null ? [] : movedWorld(before, now);
  if (moved.length > 0) return `It was set for ${movedWords(moved)}. Set that back, or set the schedule again`;
  const known = before?.target.account !== undefined && before.source.account !== undefined;
  if (!known) await noteScheduleWorld(database, scheduleId, now);
  return null;
}

/** Notes what a schedule is set for. */
export async function noteScheduleWorld(sql: Sql, scheduleId: string, world: RunSettings): Promise<void> {
  await sql.run(`UPDATE "Schedule" SET "world" = $2::jsonb WHERE "id" = $1`, [scheduleId, JSON.stringify(world)]);
}
