import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import { OperatorError } from "@/lib/operator-error";
import { Bitmap } from "@/lib/plan/bitmap";
import type { Bits } from "@/lib/plan/bits";
import { addLoads, type Load, loadAt, noLoad } from "@/lib/plan/costs";
import { excludedWorkloadSchema, noLoads } from "@/lib/plan/left";
import { notePlan } from "../attention/note-plan";
import type { ChangeDirectory } from "../review/change-directory";
import { type ChangeFilter, type ChunkPlace, chunkName } from "../review/change-filter";
import { readExcluded } from "../review/change-outline";
import { indexesOf } from "../review/index-of-changes";
import { outlineOf } from "../review/outlines";
import { lockPlan, readStanding, refused, requireMade } from "./plan-standing";

export type Choice = { planId: string; exclude: boolean };
type Kind = "create" | "update";
/** Changes of one chunk that are to be moved. */
type Moving = ChunkPlace & { members: Bitmap };

/** Chunks looked at in one statement. */
const chunksAtOnce = 100;

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
    const { directory, bits } = await outlineOf(database, { ...one, planId, excluded: undefined }, null);
    found.push({ filter: { ...one, planId }, directory, bits });
  }
  return whileReady(database, choice, async (sql) => {
    const loads = { create: noLoad, update: noLoad };
    for (const { filter, directory, bits } of found) {
      const { kind, excluded } = filter;
      const out = excluded === undefined ? null : await readExcluded(sql, filter, directory);
      const meant = out === null ? bits : excluded ? bits.and(out) : bits.without(out);
      loads[kind] = await move(sql, choice, kind, membersOf(directory, meant));
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
    const of = (kind: Kind) => move(sql, choice, kind, byChunk(found.filter((one) => one.kind === kind)));
    return { create: await of("create"), update: await of("update") };
  });
  return { moved, unknown: records.ids.filter((id) => !known.has(id)) };
}

/** Those that lie in the index; all of them where nobody named one and each ID lies in one alone. */
async function inIndex(
  sql: Sql,
  planId: string,
  records: readonly FoundRecord[],
  index: string | undefined,
): Promise<FoundRecord[]> {
  const placed: { record: FoundRecord; at: string | null }[] = [];
  for (const kind of ["create", "update"] as const) {
    const some = records.filter((record) => record.kind === kind);
    const indexes = await indexesOf(sql, planId, kind, some);
    placed.push(...some.map((record, at) => ({ record, at: indexes?.[at] ?? null })));
  }
  if (index !== undefined) return placed.flatMap(({ record, at }) => (at === index ? [record] : []));
  const known = new Map<string, string>();
  for (const { record, at } of placed) {
    const other = known.get(record.id);
    if (at !== null && other !== undefined && other !== at) throw ambiguous(record.id, other, at);
    if (at !== null) known.set(record.id, at);
  }
  return placed.map(({ record }) => record);
}

function ambiguous(id: string, one: string, other: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "ambiguous-record",
    what: `${JSON.stringify(id)} is the ID of a document in ${one} and of another in ${other}.`,
    notLost: "Nothing was changed.",
    next: `Say which one is meant: --index ${one}, or --index ${other}.`,
  });
}

const recordSchema = z.object({
  kind: z.enum(["create", "update"]),
  namespace: z.string(),
  sequence: z.number(),
  position: z.number(),
  id: z.string(),
});
export type FoundRecord = z.infer<typeof recordSchema>;

/** Where the plan's creates and updates of these IDs stand: documents of several indexes may share one. */
export function findRecords(
  sql: Sql,
  planId: string,
  { ids, namespace }: { ids: readonly string[]; namespace?: string | undefined },
): Promise<FoundRecord[]> {
  return sql.rows(
    recordSchema,
    `SELECT 'update' AS kind, c."namespace", c."sequence", c."position", c."id" COLLATE "C" AS id FROM "Change" c
      WHERE c."planId" = $1 AND c."id" = ANY($2) AND c."kind" = 'update' AND ($3::text IS NULL OR c."namespace" = $3::text)
     UNION ALL
     SELECT 'create', c."namespace", c."sequence", p.position - 1, a.id COLLATE "C" FROM unnest($2::text[]) AS a(id)
       JOIN "Chunk" c ON c."planId" = $1 AND c."createCount" > 0 AND ($3::text IS NULL OR c."namespace" = $3::text)
        AND c."firstId" COLLATE "C" <= a.id COLLATE "C" AND c."lastId" COLLATE "C" >= a.id COLLATE "C"
      CROSS JOIN LATERAL unnest(array_positions(c."creates", a.id)) AS p(position)`,
    [planId, ids, namespace ?? null],
  );
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

const workloadSchema = z.object({ excludedWorkload: excludedWorkloadSchema.nullable() });

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
        "Analyse again to choose anew.",
      );
    const moved = await moving(sql);
    const records = moved.create.records + moved.update.records;
    if (records === 0) return 0;
    const [row] = await sql.rows(workloadSchema, `SELECT "excludedWorkload" FROM "Plan" WHERE "id" = $1`, [plan.id]);
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

const standingSchema = z.object({
  namespace: z.string(),
  sequence: z.number(),
  size: z.number(),
  costs: z.string(),
  count: z.number(),
  members: z.string(),
});

/** Marks the changes as taken out, or no longer; those that are already are left alone. Answers what the others carry. */
async function move(sql: Sql, { planId, exclude }: Choice, kind: Kind, chunks: readonly Moving[]): Promise<Load> {
  let load = noLoad;
  for (let start = 0; start < chunks.length; start += chunksAtOnce) {
    const some = chunks.slice(start, start + chunksAtOnce);
    const rows = await sql.rows(
      standingSchema,
      `SELECT w."namespace", w."sequence", c."size", coalesce(r."costs", '') AS "costs", coalesce(e."count", 0) AS "count",
              coalesce(e."members", '') AS "members"
         FROM unnest($3::text[], $4::int[]) AS w("namespace", "sequence")
        CROSS JOIN LATERAL (SELECT "${kind === "create" ? "createCount" : "updates"}" AS "size" FROM "Chunk"
                             WHERE "planId" = $1 AND "namespace" = w."namespace" AND "sequence" = w."sequence" LIMIT 1) c
         LEFT JOIN LATERAL (SELECT "costs" FROM "ChangeRoster"
                             WHERE "planId" = $1 AND "kind" = $2 AND "namespace" = w."namespace" AND "sequence" = w."sequence" LIMIT 1) r ON true
         LEFT JOIN LATERAL (SELECT "count", "members" FROM "Exclusion"
                             WHERE "planId" = $1 AND "kind" = $2 AND "namespace" = w."namespace" AND "sequence" = w."sequence" LIMIT 1) e ON true`,
      [planId, kind, some.map((one) => one.namespace), some.map((one) => one.sequence)],
    );
    const wanted = new Map(some.map((one) => [chunkName(one), one.members]));
    const changed = rows.flatMap((row) => {
      const members = wanted.get(chunkName(row));
      if (!members) return [];
      const none = Bitmap.of([], row.size);
      const before = row.count === 0 ? none : Bitmap.of(Bitmap.decode(row.members, row.count).positions(), row.size);
      const chosen = Bitmap.of(members.positions(), row.size);
      const after = exclude ? before.or(chosen) : before.without(chosen);
      const moved = exclude ? after.without(before) : before.without(after);
      if (moved.count === 0) return [];
      load = addLoads(load, loadAt(row.costs, moved.positions()));
      return [{ ...row, after }];
    });
    await write(sql, planId, kind, changed);
  }
  return load;
}

async function write(
  sql: Sql,
  planId: string,
  kind: Kind,
  chunks: readonly (ChunkPlace & { after: Bitmap })[],
): Promise<void> {
  if (chunks.length === 0) return;
  await sql.run(
    `INSERT INTO "Exclusion" ("planId", "kind", "namespace", "sequence", "count", "members")
     SELECT $1, $2, c.* FROM unnest($3::text[], $4::int[], $5::int[], $6::text[]) AS c
     ON CONFLICT ("planId", "kind", "namespace", "sequence") DO UPDATE SET "count" = EXCLUDED."count", "members" = EXCLUDED."members"`,
    [
      planId,
      kind,
      chunks.map((one) => one.namespace),
      chunks.map((one) => one.sequence),
      chunks.map((one) => one.after.count),
      chunks.map((one) => one.after.encode()),
    ],
  );
  await sql.run(`DELETE FROM "Exclusion" WHERE "planId" = $1 AND "kind" = $2 AND "count" = 0`, [planId, kind]);
}
