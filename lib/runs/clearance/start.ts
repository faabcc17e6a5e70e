import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { OperatorError } from "@/lib/operator-error";
import { type ClearanceSettings, clearanceSettingsSchema } from "@/lib/shapes/clearance";
import { insertRun, segmentsOf } from "../create-run";
import { insertShares, type Share } from "../shares";
import { unfinishedStates } from "../states";

const runningSchema = z.object({ id: z.string(), settings: clearanceSettingsSchema });

export type NewClearance = {
  planId: string;
  settings: ClearanceSettings;
  startedBy: string;
  settingsHash: string;
  retryOf: string | null;
};

/** Begins a run over a plan's documents: one segment, whatever number of namespaces they lie in. @throws OperatorError `documents-busy` */
export async function insertClearance(
  sql: Sql,
  { planId, settings, startedBy, ...more }: NewClearance,
  insertWork: (runId: string) => Promise<readonly Share[]>,
): Promise<string> {
  await refuseOverlappingDocuments(sql, settings);
  const { wish } = settings;
  const namespaces = wish.namespaces === "all" ? [] : wish.namespaces;
  const run = { kind: "clearance" as const, planId, namespaces, expected: new Map(), settings, startedBy };
  const runId = await insertRun(sql, run, more);
  await sql.run(`UPDATE "Run" SET "speedLimit" = $2 WHERE "id" = $1`, [runId, settings.documentsPerSecond]);
  const shares = await insertWork(runId);
  const sum = (of: (share: Share) => number) => shares.reduce((total, share) => total + of(share), 0);
  const [segment = ""] = segmentsOf(run);
  await insertShares(sql, runId, [
    { namespace: segment, chunks: sum((share) => share.chunks), total: sum((share) => share.total) },
  ]);
  return runId;
}

/** Never two clearances over the same documents at once: they would undo each other's fences, and each report the other's writes. */
async function refuseOverlappingDocuments(sql: Sql, settings: ClearanceSettings): Promise<void> {
  const running = await sql.rows(
    runningSchema,
    `SELECT "id", "settings" FROM "Run" WHERE "kind" = 'clearance' AND "state" = ANY($1) ORDER BY "createdAt"`,
    [unfinishedStates],
  );
  const busy = running.find((run) => overlaps(run.settings, settings));
  if (!busy) return;
  throw new OperatorError({
    kind: "refused",
    code: "documents-busy",
    what: `${busy.id} is already writing to documents of ${settings.target.join(", ")}.`,
    notLost: "Nothing was started and nothing was written.",
    next: `Wait for it (portage runs watch ${busy.id}) or cancel it (portage runs cancel ${busy.id}), then start again.`,
  });
}

/** Whether two clearances could meet the same document. */
export function overlaps(one: ClearanceSettings, other: ClearanceSettings): boolean {
  const indices = new Set(one.indices.map(({ name }) => name));
  if (!other.indices.some(({ name }) => indices.has(name))) return false;
  if (one.wish.namespaces === "all" || other.wish.namespaces === "all") return true;
  const namespaces = new Set(one.wish.namespaces);
  return other.wish.namespaces.some((name) => namespaces.has(name));
}
