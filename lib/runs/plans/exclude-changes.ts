import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import { refused } from "@/lib/operator-error";
import { Bitmap } from "@/lib/plan/bitmap";
import type { Bits } from "@/lib/plan/bits";
import { addLoads, type Load, noLoad } from "@/lib/plan/estimate/costs";
import { excludedWorkloadSchema, noLoads } from "@/lib/plan/estimate/left";
import { notePlan } from "../attention/note-plan";
import type { ChangeDirectory } from "../review/change-directory";
import { type ChangeFilter, type ChunkPlace, chunkName } from "../review/change-filter";
import { readExcluded } from "../review/change-selection";
import { selectionOf } from "../review/selections";
import { type FoundRecord, findRecords, inIndex } from "./find-records";
import { type Choice, type Kind, type Moving, moveExclusions } from "./move-exclusions";
import { lockPlan, readStanding, requireMade } from "./plan-standing";

/**
 * Takes changes out of a plan, or back into it, by filters: all of them or, when somebody has approved the plan meanwhile, none.
 * Answers how many moved.
 * @throws OperatorError `plan-not-ready`, `plan-stale`, `plan-already-approved`
 */
export async function excludeByFilter(
  database: Database,
  choice: Choice,
  filters: readonly (Omit<ChangeFilter, "planId"> & { kind: Kind })[],
): Promise<number> {
  const { planId } = choice;
  requireMade(await readStanding(database, planId));
  // Before the plan's lock: a search may take a while, and of a plan that is made only exclusions move.
  const found: { filter: ChangeFilter & { kind: Kind }; directory: ChangeDirectory; bits: Bits }[] = [];
  for (const one of filters) {
    const { directory, bits } = await selectionOf(database, { ...one, planId, excluded: undefined }, null);
    found.push({ filter: { ...one, planId }, directory, bits });
  }
  return whileReady(database, choice, async (sql) => {
    const loads = { create: noLoad, update: noLoad };
    for (const { filter, directory, bits } of found) {
      const { kind, excluded } = filter;
      const out = excluded === undefined ? null : await readExcluded(sql, filter, directory);
      const meant = out === null ? bits : excluded ? bits.and(out) : bits.without(out);
      loads[kind] = await moveExclusions(sql, choice, kind, membersOf(directory, meant));
    }
    return loads;
  });
}

/** What is meant, chunk by chunk. */
function membersOf(directory: ChangeDirectory, bits: Bits): Moving[] {
  return directory.chunks.flatMap(({ namespace, sequence, start, size }): Moving[] => {
    const positions = bits.placesIn(start, start + size).map((number) => number - start);
    return positions.length === 0 ? [] : [{ namespace, sequence, members: Bitmap.of(positions, size) }];
  });
}

/**
 * The same for records by ID, in one namespace or in all of them, in one index or in the only one that has it. `unknown`: those that the
 * plan doesn't change.
 * @throws OperatorError `ambiguous-record` for an ID that several indexes hold, when none is named
 */
export async function excludeRecords(
  database: Database,
  choice: Choice,
  records: { ids: readonly string[]; namespace?: string | undefined; index?: string | undefined },
): Promise<{ moved: number; unknown: string[] }> {
  const known = new Set<string>();
  const moved = await whileReady(database, choice, async (sql) => {
    const found = await inIndex(sql, choice.planId, await findRecords(sql, choice.planId, records), records.index);
    for (const { id } of found) known.add(id);
    const of = (kind: Kind) => moveExclusions(sql, choice, kind, byChunk(found.filter((one) => one.kind === kind)));
    return { create: await of("create"), update: await of("update") };
  });
  return { moved, unknown: records.ids.filter((id) => !known.has(id)) };
}

function byChunk(records: readonly FoundRecord[]): Moving[] {
  const chunks = new Map<string, ChunkPlace & { positions: number[] }>();
  for (const { namespace, sequence, position } of records) {
    const name = chunkName({ namespace, sequence });
    const chunk = chunks.get(name) ?? { namespace, sequence, positions: [] };
    chunk.positions.push(position);
    chunks.set(name, chunk);
  }
  return [...chunks.values()].map(({ positions, ...place }) => ({
    ...place,
    members: Bitmap.of(positions, Math.max(...positions) + 1),
  }));
}

const workloadSchema = z.object({ excludedWorkload: excludedWorkloadSchema.nullable(), priced: z.boolean() });

/** Moves under the plan's lock, and keeps its counts: so that whoever approves approves what is counted. */
async function whileReady(
  database: Database,
  choice: Choice,
  moving: (sql: Sql) => Promise<Record<Kind, Load>>,
): Promise<number> {
  return database.transaction(async (sql) => {
    const plan = await lockPlan(sql, choice.planId);
    requireMade(plan);
    if (plan.state !== "ready")
      throw refused(
        plan.state === "stale" ? "plan-stale" : "plan-already-approved",
        plan.state === "stale"
          ? `${plan.id} is too old to be applied: there is nothing to choose in it any more.`
          : `${plan.id} was approved by ${plan.approvedBy ?? "somebody"} already: what it would change is fixed.`,
        "Analyse again to choose other changes.",
      );
    const [row] = await sql.rows(
      workloadSchema,
      `SELECT "excludedWorkload", "workload" IS NOT NULL AS "priced" FROM "Plan" WHERE "id" = $1`,
      [plan.id],
    );
    if (plan.kind === "reembed" && row?.priced !== true)
      throw refused(
        "plan-stale",
        `${plan.id} was made by an earlier version, whose estimates can be applied as a whole only.`,
        "Plan again to take records out.",
      );
    const moved = await moving(sql);
    const records = moved.create.records + moved.update.records;
    if (records === 0) return 0;
    const out = row?.excludedWorkload ?? noLoads;
    const factor = choice.exclude ? 1 : -1;
    await sql.run(
      `UPDATE "Plan" SET "excludedCreates" = "excludedCreates" + $2, "excludedUpdates" = "excludedUpdates" + $3,
              "excludedWorkload" = $4::jsonb, "revision" = "revision" + 1 WHERE "id" = $1`,
      [
        plan.id,
        factor * moved.create.records,
        factor * moved.update.records,
        JSON.stringify({
          creates: addLoads(out.creates, moved.create, factor),
          updates: addLoads(out.updates, moved.update, factor),
        }),
      ],
    );
    await notePlan(sql, plan.id);
    return records;
  });
}
