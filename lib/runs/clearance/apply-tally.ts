import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import type { ClearanceWork } from "../compare/work";
import { tellRunChanged } from "../lifecycle/events";
import { insertFindings, type NewFinding } from "../lifecycle/finding-rows";
import { fence } from "../lifecycle/lease";
import type { Settled } from "../lifecycle/ledger";
import type { Settling } from "./apply-batch";

const none: NewFinding[] = [];

/** What the ledger notes of documents that the plan holds. */
export function settledOf({ errand, ended }: Settling): Settled[] {
  if (errand.position === "arrival" || errand.position === "counted") return [];
  const { namespace, sequence, position } = errand.position;
  const findings = ended.finding === null ? none : [{ ...ended.finding, index: errand.key.index }];
  return [{ namespace, sequence, position, id: errand.key.id, outcome: ended.outcome, findings }];
}

const accountSchema = z.object({ total: z.number(), ended: z.number() });

/** Throws unless every document that the run is about has ended in some way: then it is taken up again rather than called done. */
export async function requireAccounted({ held, parts }: ClearanceWork): Promise<void> {
  const [account] = await parts.database.rows(
    accountSchema,
    `SELECT "total", "written" + "unchanged" + "skipped" + "failed" + "drifted" AS "ended" FROM "Segment"
      WHERE "runId" = $1 AND "namespace" = $2`,
    [held.runId, held.namespace],
  );
  if (account && account.ended !== account.total)
    throw new Error(`${account.ended} of ${account.total} documents have an outcome`);
}

/** Whether the server took an update of this run, or of the one that this one retries: then refusals are about their documents. */
export async function hasTaken({ held, parts }: ClearanceWork): Promise<boolean> {
  if (held.retryOf !== null) return true;
  const rows = await parts.database.rows(
    z.object({}),
    `SELECT 1 FROM "Segment" WHERE "runId" = $1 AND "namespace" = $2 AND "written" + "unchanged" > 0`,
    [held.runId, held.namespace],
  );
  return rows.length > 0;
}

const knownSchema = z.object({ namespace: z.string(), index: z.string(), recordId: z.string() });

/**
 * Notes documents that came after the review: they add to the run's total. What somebody else set meanwhile isn't the run's to count;
 * what has a finding is counted once, however many passes meet it.
 */
export async function noteArrivals(work: ClearanceWork, settled: readonly Settling[]): Promise<void> {
  const counted = settled.filter(({ ended: { outcome } }) => outcome !== "unchanged" && outcome !== "drifted");
  if (counted.length === 0) return;
  const { held, parts } = work;
  await parts.database.transaction(async (sql) => {
    // The row lock first: whoever counts after this sees the findings.
    await fence(sql, held, `"total" = "total"`);
    const known = await knownAmong(sql, held.runId, counted);
    const fresh = counted.filter((one) => !known.has(placeOf(one.errand.namespace, one.errand.key)));
    const count = (outcome: string) => fresh.filter(({ ended }) => ended.outcome === outcome).length;
    await fence(
      sql,
      held,
      `"total" = "total" + $4::int, "expected" = "total" + $4::int, "written" = "written" + $5, "skipped" = "skipped" + $6, "failed" = "failed" + $7`,
      [fresh.length, count("written"), count("skipped"), count("failed")],
    );
    for (const { errand, ended } of counted)
      if (ended.finding)
        await insertFindings(sql, { runId: held.runId, namespace: errand.namespace }, [
          { id: errand.key.id, index: errand.key.index, ...ended.finding },
        ]);
    await tellRunChanged(sql, held.runId);
  });
}

const placeOf = (namespace: string, { index, id }: { index: string; id: string }) =>
  JSON.stringify([namespace, index, id]);

async function knownAmong(sql: Sql, runId: string, settled: readonly Settling[]): Promise<ReadonlySet<string>> {
  const left = settled.filter(({ ended }) => ended.finding !== null);
  if (left.length === 0) return new Set();
  const rows = await sql.rows(
    knownSchema,
    `SELECT "namespace", "index", "recordId" FROM "Finding" WHERE "runId" = $1 AND "recordId" = ANY($2::text[])`,
    [runId, left.map(({ errand }) => errand.key.id)],
  );
  return new Set(rows.map(({ namespace, index, recordId }) => placeOf(namespace, { index, id: recordId })));
}
