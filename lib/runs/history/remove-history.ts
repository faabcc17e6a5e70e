import { z } from "zod";
import { longestActMinutes, settleIntents } from "@/lib/audit/intents";
import { trimAudit } from "@/lib/audit/trim-audit";
import type { EngineParts } from "../lifecycle/parts";
import { type HistoryLimits, markGroup, oldPlans, oldRuns } from "./removable";
import { type Removal, type Removed, removeRows } from "./steps";
import { trimHistory } from "./trim";
import { vacuum } from "./vacuum";

/** Runs that are looked for at a time. */
const atOnce = 50;

const idSchema = z.object({ id: z.string() });

/** Rows of a run beside its own, largest first; those that refer to it go with it when they are few. */
const ofRun = ["Finding", "Event", "Sample", "Progress", "Segment", "Ceiling"];
const ofPlan = ["Change", "ChangeRoster", "ChangeFacet", "FacetBlock", "Exclusion", "PlanComment", "Chunk"];

/**
 * Removes what is beyond the limits of the configuration, oldest first, in steps of a thousand rows with a pause after each: safe beside
 * anything that works, in any number of workers, and after a kill at any point.
 */
export async function removeHistory(
  { database, config, log }: Pick<EngineParts, "database" | "config" | "log">,
  signal: AbortSignal,
  removed: Removed,
): Promise<void> {
  const limits = config.history;
  const removal = { database, signal, removed };
  await finishRemoving(removal);
  const runs = await removeRuns(removal, limits);
  const plans = signal.aborted ? 0 : await removePlans(removal, limits);
  await trimHistory(removal, limits);
  if (!signal.aborted) await settleIntents(database, longestActMinutes);
  if (!signal.aborted) await trimAudit(database, config.auditDays);
  if (runs + plans > 0) log.info({ runs, plans }, "history beyond the limits was removed");
  if (!signal.aborted) await vacuum(removal);
}

async function removeRuns(removal: Removal, limits: HistoryLimits): Promise<number> {
  let count = 0;
  while (!removal.signal.aborted) {
    const groups = await oldRuns(removal.database, limits, atOnce);
    let marked = 0;
    for (const group of groups) {
      if (removal.signal.aborted) return count;
      if (!(await removal.database.transaction((sql) => markGroup(sql, group)))) continue;
      marked++;
      count += group.runIds.length;
      await finishRemoving(removal);
    }
    if (marked === 0) break;
  }
  return count;
}

async function removePlans(removal: Removal, limits: HistoryLimits): Promise<number> {
  const ids = await oldPlans(removal.database, limits, atOnce);
  for (const id of ids) await removal.database.transaction((sql) => markGroup(sql, { planId: id, runIds: [] }));
  if (ids.length > 0) await finishRemoving(removal);
  return ids.length;
}

/** Whatever is marked, by this process or by one that was killed. */
async function finishRemoving(removal: Removal): Promise<void> {
  const { database, signal } = removal;
  const marked = (table: "Run" | "Plan") =>
    database.rows(idSchema, `SELECT "id" FROM "${table}" WHERE "removing" IS NOT NULL ORDER BY "removing" LIMIT 500`);
  for (const { id } of await marked("Run")) await removeOne(removal, "Run", ofRun, "runId", id);
  if (signal.aborted) return;
  for (const { id } of await marked("Plan")) await removeOne(removal, "Plan", ofPlan, "planId", id);
}

async function removeOne(
  removal: Removal,
  table: "Run" | "Plan",
  children: readonly string[],
  key: "runId" | "planId",
  id: string,
): Promise<void> {
  for (const child of children) await removeRows(removal, child, `t."${key}" = $1`, [id]);
  if (!removal.signal.aborted) await removeRows(removal, table, `t."id" = $1`, [id]);
}
