import type { Database } from "@/lib/db/contract";
import { Digest } from "@/lib/plan/digest";
import type { Ceilings } from "@/lib/shapes/runs/ceilings";
import type { RunSettings } from "@/lib/shapes/runs/run";
import { noteRun } from "../attention/note-run";
import { insertRun } from "../lifecycle/create-run";
import { refuseOverlap, takeTurn } from "../lifecycle/overlap";
import { hashSettings } from "../lifecycle/settings";
import { markRetried, type RetryChoice, retriedIds, retriedNamespaces } from "./retried-findings";

/**
 * Begins a run over just the records that an earlier one left out, under today's settings. Answers its ID, or `null` when there is
 * nothing to try again. The findings stay with the earlier run, marked as retried.
 */
export async function createRetry(
  database: Database,
  choice: RetryChoice,
  more: { settings: RunSettings; startedBy: string; ceilings?: Ceilings },
): Promise<string | null> {
  return database.transaction(async (sql) => {
    await takeTurn(sql);
    const groups = await retriedNamespaces(sql, choice);
    if (groups.length === 0) return null;
    const namespaces = groups.map((group) => group.namespace);
    await refuseOverlap(sql, more.settings, namespaces);
    const expected = new Map(groups.map((group) => [group.namespace, group.count]));
    const settingsHash = hashSettings(`retry ${choice.runId}`, namespaces, more.settings);
    const runId = await insertRun(
      sql,
      { kind: "reembed", namespaces, expected, ...more },
      { settingsHash, retryOf: choice.runId },
    );
    for (const [position, { namespace, count }] of groups.entries()) {
      let sequence = 0;
      for await (const ids of retriedIds(sql, choice, namespace)) {
        const [first, last] = [ids[0], ids.at(-1)];
        const digest = new Digest();
        for (const id of ids) digest.add("create", namespace, id);
        await sql.run(
          `INSERT INTO "Chunk" ("planId", "namespace", "sequence", "firstId", "lastId", "creates", "unchanged", "orphans", "digest")
           SELECT "planId", $2, $3, $4, $5, $6, 0, '{}', $7 FROM "Run" WHERE "id" = $1`,
          [runId, namespace, sequence, first, last, ids, digest.toString()],
        );
        sequence++;
      }
      await sql.run(
        `INSERT INTO "Segment" ("runId", "namespace", "position", "expected", "listed", "total", "chunks") VALUES ($1, $2, $3, $4, true, $4, $5)`,
        [runId, namespace, position, count, sequence],
      );
    }
    await markRetried(sql, choice, runId);
    await noteRun(sql, choice.runId);
    return runId;
  });
}
