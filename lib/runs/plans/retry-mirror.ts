import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import type { Ceilings } from "@/lib/shapes/runs/ceilings";
import { type AnySettings, isClearance } from "@/lib/shapes/runs/run";
import { insertClearance } from "../clearance/start";
import { leftOut, pending } from "../compare/reviewed";
import { insertRun } from "../lifecycle/create-run";
import { refuseOverlap, takeTurn } from "../lifecycle/overlap";
import { onReviewedRoute } from "../lifecycle/route-print";
import { hashSettings } from "../lifecycle/settings";
import { insertShares, type Share } from "../lifecycle/shares";
import { findRecords } from "./find-records";
import { lockPlan, requireFresh } from "./plan-standing";
import { markRetried, type RetryChoice, retriedIds, retriedNamespaces } from "./retried-findings";

const sizeSchema = z.object({ sequence: z.number(), creates: z.number(), updates: z.number() });
const onlySchema = z.object({ only: z.enum(["both", "creates", "updates"]) });

/**
 * Begins a run over just those changes of a plan that an earlier run left out: they are checked against the review once more. Answers
 * its ID, or `null` when there is nothing to try again.
 * @throws OperatorError `plan-stale`, `namespace-busy`, `documents-busy`
 */
export async function createMirrorRetry(
  database: Database,
  choice: RetryChoice & { planId: string },
  more: { settings: AnySettings; startedBy: string; ceilings?: Ceilings },
): Promise<string | null> {
  return database.transaction(async (sql) => {
    await takeTurn(sql);
    const plan = await lockPlan(sql, choice.planId);
    requireFresh(plan, more.settings);
    const groups = await retriedNamespaces(sql, choice);
    if (groups.length === 0) return null;
    const namespaces = groups.map((group) => group.namespace);
    const insertWork = (runId: string) => chooseFound(sql, { runId, planId: choice.planId, namespaces }, choice);
    const settingsHash = hashSettings(`retry ${choice.runId}`, namespaces, more.settings);
    const again = { settingsHash, retryOf: choice.runId };
    let runId: string;
    if (isClearance(plan.settings)) {
      const [earlier] = await sql.rows(
        onlySchema,
        `SELECT "settings" ->> 'only' AS "only" FROM "Run" WHERE "id" = $1`,
        [choice.runId],
      );
      const settings = { ...plan.settings, only: earlier?.only ?? "both" };
      const run = { planId: plan.id, settings, startedBy: more.startedBy, ...again };
      runId = await insertClearance(sql, run, insertWork);
    } else {
      if (isClearance(more.settings)) throw new Error(`${plan.id} was tried again as a plan of another kind`);
      const settings = onReviewedRoute(plan.settings, more.settings);
      await refuseOverlap(sql, settings, namespaces);
      const run = { kind: "mirror" as const, planId: plan.id, namespaces, expected: new Map(), ...more, settings };
      runId = await insertRun(sql, run, again);
      await insertShares(sql, runId, await insertWork(runId));
    }
    await markRetried(sql, choice, runId);
    return runId;
  });
}

/** Marks the changes that have the chosen findings as still to be done; answers how many in each namespace. */
async function chooseFound(
  sql: Sql,
  { runId, planId, namespaces }: { runId: string; planId: string; namespaces: readonly string[] },
  choice: RetryChoice,
): Promise<Share[]> {
  const shares: Share[] = [];
  for (const namespace of namespaces) {
    const chosen = new Map<number, Set<string>>();
    for await (const ids of retriedIds(sql, choice, namespace)) {
      for (const { sequence, kind, position } of await findRecords(sql, planId, { ids, namespace })) {
        const positions = chosen.get(sequence) ?? new Set();
        chosen.set(sequence, positions.add(`${kind} ${position}`));
      }
    }
    const total = await chooseChanges(sql, { runId, planId, namespace }, chosen);
    shares.push({ namespace, chunks: chosen.size, total });
  }
  return shares;
}

/** Marks the chosen changes as still to be done in chunks of which the run leaves out everything else. */
async function chooseChanges(
  sql: Sql,
  of: { runId: string; planId: string; namespace: string },
  chosen: ReadonlyMap<number, ReadonlySet<string>>,
): Promise<number> {
  const sizes = await sql.rows(
    sizeSchema,
    `SELECT "sequence", "createCount" AS creates, "updates" FROM "Chunk" WHERE "planId" = $1 AND "namespace" = $2 AND "sequence" = ANY($3)`,
    [of.planId, of.namespace, [...chosen.keys()]],
  );
  const outcomes = sizes.map(({ sequence, creates, updates }) => {
    const letters = (kind: string, count: number) =>
      Array.from({ length: count }, (_, at) => (chosen.get(sequence)?.has(`${kind} ${at}`) ? pending : leftOut)).join(
        "",
      );
    return { sequence, outcome: letters("create", creates) + letters("update", updates) };
  });
  await sql.run(
    `INSERT INTO "Progress" ("runId", "namespace", "sequence", "outcome") SELECT $1, $2, p.* FROM unnest($3::int[], $4::text[]) AS p`,
    [of.runId, of.namespace, outcomes.map((one) => one.sequence), outcomes.map((one) => one.outcome)],
  );
  return [...chosen.values()].reduce((sum, positions) => sum + positions.size, 0);
}
