import type { OpenedDatabase } from "@/lib/db/contract";
import type { Difference } from "@/lib/plan/differences";
import { noLoad } from "@/lib/plan/estimate/costs";
import type { PlanWorkload } from "@/lib/plan/estimate/left";
import { commonRates } from "@/lib/plan/testing";
import { recordChanges } from "@/lib/runs/compare/record-changes";
import { packFacets } from "@/lib/runs/review/facet-blocks";
import { refreshStatistics } from "@/lib/runs/review/mirror-plan";
import type { Estimate } from "@/lib/shapes/plans/plan";
import type { RunSettings } from "@/lib/shapes/runs/run";

export const planId = "plan-bench";
export const namespaces = 10;
export const chunkSize = 1000;
/** Keys of which each record has one: a review counts all of them. */
const fields = 41;
export const idOf = (at: number) => `record-${String(at).padStart(9, "0")}`;

function differencesOf(at: number): Difference[] {
  const differences: Difference[] = [
    { sign: "~", key: "page", source: at, target: at + 1 },
    { sign: "~", key: `field-${at % fields}`, source: "new", target: "old" },
  ];
  if (at % 3 === 0) differences.push({ sign: "~", key: "text", source: `New text ${at}`, target: `Old text ${at}` });
  if (at % 997 === 0) differences.push({ sign: "+", key: "rare", source: "here" });
  if (at % 2 === 0)
    differences.push({ sign: "-", key: "renamed_from", target: "x" }, { sign: "+", key: "renamed_to", source: "x" });
  return differences;
}

/** A plan that waits for review, with so many updates in ten namespaces: straight into the database, as an analysis writes them. */
export async function fill(database: OpenedDatabase, updates: number, settings: RunSettings): Promise<void> {
  const names = Array.from({ length: namespaces }, (_, at) => `customer-${at}`);
  const texts = Math.ceil(updates / 3);
  const load = { records: updates, texts, tokens: texts * 20, bytes: updates * 200 };
  const estimate: Estimate = {
    texts,
    tokens: load.tokens,
    usd: { embedding: 1, reads: 1, writes: 1, total: 3 },
    bytes: { read: 1, written: 1 },
    seconds: 60,
    requests: { embed: Math.ceil(texts / 100) },
    basis: "made for a benchmark",
  };
  await database.run(
    `INSERT INTO "Plan" ("id", "kind", "state", "namespaces", "settings", "settingsHash", "createdBy", "hash", "updates", "textChanged",
                         "metadataOnly", "estimate", "workload", "readyAt")
     VALUES ($1, 'mirror', 'ready', $2, $3::jsonb, '', 'bench', $4, $5, $6, $7, $8::jsonb, $9::jsonb, clock_timestamp())`,
    [
      planId,
      names,
      JSON.stringify(settings),
      "0".repeat(32),
      updates,
      texts,
      updates - texts,
      JSON.stringify(estimate),
      JSON.stringify({ rates: commonRates, creates: noLoad, updates: load } satisfies PlanWorkload),
    ],
  );
  for (let chunk = 0; chunk < updates / chunkSize; chunk++) {
    const namespace = names[Math.floor((chunk * chunkSize * namespaces) / updates)] ?? "";
    const first = chunk * chunkSize;
    const changes = Array.from({ length: chunkSize }, (_, at) => ({
      id: idOf(first + at),
      sourcePrint: "s".repeat(32),
      targetPrint: "t".repeat(32),
      textChanged: (first + at) % 3 === 0,
      differences: differencesOf(first + at),
      cost: { tokens: (first + at) % 3 === 0 ? 20 : 0, bytes: 200 },
    }));
    await database.transaction(async (sql) => {
      await sql.run(
        `INSERT INTO "Chunk" ("planId", "namespace", "sequence", "firstId", "lastId", "creates", "unchanged", "orphans", "updates")
         VALUES ($1, $2, $3, $4, $5, '{}', 0, '{}', $6)`,
        [planId, namespace, chunk, idOf(first), idOf(first + chunkSize - 1), chunkSize],
      );
      await recordChanges(
        sql,
        { planId, namespace, sequence: chunk },
        { creates: [], updates: changes, problems: [], unchanged: 0, other: { texts: 0, tokens: 0 } },
      );
    });
  }
  await packFacets(database, planId);
  await refreshStatistics(database);
}
