import type { Sql } from "@/lib/db/contract";
import type { ClearanceSettings } from "@/lib/shapes/documents/clearance";
import { insertRun, segmentsOf } from "../lifecycle/create-run";
import { refuseOverlappingDocuments } from "../lifecycle/overlap";
import { insertShares, type Share } from "../lifecycle/shares";
import { namesOf } from "./settings";

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
  const { request } = settings;
  const run = {
    kind: "clearance" as const,
    planId,
    namespaces: namesOf(request),
    expected: new Map(),
    settings,
    startedBy,
  };
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
