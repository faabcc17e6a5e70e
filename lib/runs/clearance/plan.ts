import { selectionsOf } from "@/lib/documents/clearance/request";
import type { ClearanceSummaryView } from "@/lib/shapes/documents/clearance";
import type { ClearanceWork } from "../compare/work";
import { tellRunChanged } from "../lifecycle/events";
import { fence } from "../lifecycle/lease";
import { requireStanding, stopped } from "./apply-standing";
import { ChunkCollector } from "./plan-collect";
import { scanDocuments } from "./plan-scan";
import { documentSorter } from "./plan-sort";
import { type Seen, summaryOf, ValueTally } from "./plan-tally";

/** A point in time that is lost (a node was restarted) makes the scan begin again; so often in one go. */
const mostScans = 5;

/**
 * Makes the plan of a clearance: scans the documents that the request is about, decides on each and writes down what would be done, with
 * the version that was seen. Reads only. A scan that was interrupted begins again: its point in time is gone.
 */
export async function planClearance(work: ClearanceWork): Promise<void> {
  for (let scans = 0; scans < mostScans; scans++) {
    await requireStanding(work);
    await beginAgain(work);
    const summary = await scanOnce(work);
    if (summary !== null) return end(work, summary);
    await work.tell("warn", "point-lost", "The server lost the point in time of the scan: it begins again.");
  }
  throw stopped(
    "point-lost",
    `The server lost the point in time ${mostScans} times while documents were scanned.`,
    "See that the server's nodes stay up, then resume.",
  );
}

/** What the scan found, or `null` when its point in time was lost. */
async function scanOnce(work: ClearanceWork): Promise<ClearanceSummaryView | null> {
  const { documents, calls, held } = work;
  const { target, request } = held.settings;
  const selections = selectionsOf(request);
  const onlyMissing = request.documents === "missing";
  const counted = await calls.make([], (signal) => documents.overview(target, selections.scope, { signal }));
  const right = await calls.make([], (signal) => documents.count(target, selections.right, { signal }));
  const expected = onlyMissing ? counted.without : counted.total;
  await fence(work.parts.database, held, `"expected" = $4`, [expected]);

  const sort = documentSorter(held.settings, documents.sizeOf);
  const collector = new ChunkCollector(work, sort);
  const values = new ValueTally();
  const seen: Seen = { set: 0, right: 0, overwritten: 0, kept: 0, unreadable: 0 };
  const selection = onlyMissing ? selections.missing : selections.scope;
  try {
    const whole = await scanDocuments(work, selection, expected, async (heads) => {
      const planned = await collector.take(heads);
      for (const [at, { kind }] of planned.entries()) {
        seen[counterOf[kind]]++;
        const now = heads[at]?.held;
        if ((kind === "update" || kind === "kept") && now?.state === "value") values.add(now.value);
      }
    });
    if (!whole) return null;
    await collector.end();
  } finally {
    await collector.close();
  }
  return summaryOf(seen, values, onlyMissing ? { counted, right, wanted: request.value } : null);
}

const counterOf = {
  create: "set",
  update: "overwritten",
  problem: "unreadable",
  right: "right",
  kept: "kept",
} as const;

/** Takes away what an interrupted scan wrote down. */
async function beginAgain({ parts, held }: ClearanceWork): Promise<void> {
  await parts.database.transaction(async (sql) => {
    await fence(sql, held, `"total" = 0, "unchanged" = 0, "skipped" = 0, "chunks" = 0, "listed" = false`);
    for (const table of ["Chunk", "Change", "ChangeFacet", "FacetBlock", "ChangeRoster"])
      await sql.run(`DELETE FROM "${table}" WHERE "planId" = $1`, [held.planId]);
    await sql.run(`DELETE FROM "Finding" WHERE "runId" = $1`, [held.runId]);
  });
}

async function end({ parts, held }: ClearanceWork, summary: ClearanceSummaryView): Promise<void> {
  await parts.database.transaction(async (sql) => {
    await fence(sql, held, `"listed" = true`);
    await sql.run(`UPDATE "Plan" SET "summary" = $2::jsonb WHERE "id" = $1`, [held.planId, JSON.stringify(summary)]);
    await tellRunChanged(sql, held.runId);
  });
}
