import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { Digest } from "@/lib/plan/digest";
import type { Ceilings } from "@/lib/shapes/ceilings";
import type { FindingKind, Reason } from "@/lib/shapes/reason";
import type { RunSettings } from "@/lib/shapes/run";
import { compareBytes } from "@/lib/stores/byte-order";
import { noteRun } from "../attention/note-run";
import { insertRun } from "../lifecycle/create-run";
import { refuseOverlap, takeTurn } from "../lifecycle/overlap";
import { hashSettings } from "../lifecycle/settings";

export type RetryChoice = { runId: string; kinds: readonly FindingKind[]; reasons: readonly Reason[] | null };

const groupSchema = z.object({ namespace: z.string(), count: z.number() });
const idSchema = z.object({ recordId: z.string() });
const chunkSize = 1000;

/**
 * Begins a run over just the records that an earlier one left out, under today's settings. Answers its ID, or `null` when there is
 * nothing to try again. The findings stay with the earlier run, marked as retried.
 */
export async function createRetry(
  database: Database,
  choice: RetryChoice,
  more: { settings: RunSettings; startedBy: string; ceilings?: Ceilings },
): Promise<string | null> {
  const filter = `f."runId" = $1 AND f."kind" = ANY($2) AND ($3::text[] IS NULL OR f."reason" = ANY($3)) AND f."retriedBy" IS NULL`;
  const values = [choice.runId, choice.kinds, choice.reasons];
  return database.transaction(async (sql) => {
    await takeTurn(sql);
    const groups = await sql.rows(
      groupSchema,
      `SELECT f."namespace", count(DISTINCT f."recordId")::int AS count FROM "Finding" f WHERE ${filter} GROUP BY f."namespace" ORDER BY f."namespace" COLLATE "C"`,
      values,
    );
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
      let after: string | null = null;
      let sequence = 0;
      for (;;) {
        const rows: { recordId: string }[] = await sql.rows(
          idSchema,
          `SELECT DISTINCT f."recordId" COLLATE "C" AS "recordId" FROM "Finding" f
            WHERE ${filter} AND f."namespace" = $4 AND ($5::text IS NULL OR f."recordId" COLLATE "C" > $5::text COLLATE "C")
            ORDER BY 1 LIMIT ${chunkSize}`,
          [...values, namespace, after],
        );
        const ids = rows.map((row) => row.recordId).sort(compareBytes);
        const [first, last] = [ids[0], ids.at(-1)];
        if (first === undefined || last === undefined) break;
        const digest = new Digest();
        for (const id of ids) digest.add("create", namespace, id);
        await sql.run(
          `INSERT INTO "Chunk" ("planId", "namespace", "sequence", "firstId", "lastId", "creates", "unchanged", "orphans", "digest")
           SELECT "planId", $2, $3, $4, $5, $6, 0, '{}', $7 FROM "Run" WHERE "id" = $1`,
          [runId, namespace, sequence, first, last, ids, digest.toString()],
        );
        sequence++;
        after = last;
      }
      await sql.run(
        `INSERT INTO "Segment" ("runId", "namespace", "position", "expected", "listed", "total", "chunks") VALUES ($1, $2, $3, $4, true, $4, $5)`,
        [runId, namespace, position, count, sequence],
      );
    }
    await sql.run(`UPDATE "Finding" f SET "retriedBy" = $4 WHERE ${filter}`, [...values, runId]);
    await noteRun(sql, choice.runId);
    return runId;
  });
}
