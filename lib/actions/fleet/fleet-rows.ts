import { z } from "zod";
import { writtenAs } from "@/lib/routes/namespaces";
import { planValidHours } from "@/lib/runs/plans/plan-standing";
import { type RunKind, type RunState, runKinds, runStates } from "@/lib/shapes/runs/run";
import type { FleetState } from "@/lib/shapes/schedules/fleet";
import { amount } from "../answers/columns";
import { type ComparedPlace, comparedPlaces, countOf, differingOf } from "../namespaces/comparisons";
import { type IndexKeys, indexKeys } from "../namespaces/inventory";
import { lookedAt } from "../namespaces/kept-sides";
import { inOrder, readSides, type Sides } from "../namespaces/read-sides";
import type { Context } from "../verbs/context";

type FleetRun = { id: string; kind: RunKind; state: RunState };

/** A namespace with how its sides stand. */
export type FleetEntry = ComparedPlace & {
  state: FleetState;
  /** The run that failed on it since it was last looked at. */
  failed: FleetRun | null;
};

/** A condition over a run `r`: it leads between the indexes of `$1` and `$2`. */
export const runBetween = ["source", "target"]
  .map(
    (side, at) =>
      `r."settings" #>> '{${side},index}' = ($${at + 1}::text[])[1] AND coalesce(r."settings" #>> '{${side},account}', ($${at + 1}::text[])[2]) = ($${at + 1}::text[])[2]`,
  )
  .join(" AND ");

export const runColumns = { id: z.string(), kind: z.enum(runKinds), state: z.enum(runStates) };
const failedRow = z.object({ ...runColumns, namespace: z.string(), at: amount });
const planRow = z.object({ id: z.string() });

/** The last failed mirroring of each namespace: few, unless a run failed as a whole. */
async function readFailed(ctx: Context, keys: IndexKeys) {
  const rows = await ctx.database.rows(
    failedRow,
    `SELECT DISTINCT ON (s."namespace") s."namespace", r."id", r."kind", r."state", extract(epoch FROM coalesce(r."endedAt", r."createdAt")) * 1000 AS at
       FROM "Segment" s JOIN "Run" r ON r."id" = s."runId" JOIN "Plan" m ON m."id" = r."planId"
      WHERE s."state" = 'failed' AND r."state" = 'failed' AND m."kind" = 'mirror' AND r."kind" IN ('plan', 'mirror', 'reembed') AND ${runBetween}
      ORDER BY s."namespace", coalesce(r."endedAt", r."createdAt") DESC`,
    keys,
  );
  return new Map(rows.map(({ namespace, at, ...run }) => [namespace, { at, run }] as const));
}

/** Plans that can still be applied. */
async function readOpenPlans(ctx: Context): Promise<Set<string>> {
  const rows = await ctx.database.rows(
    planRow,
    `SELECT "id" FROM "Plan" WHERE "state" = 'ready' AND "readyAt" > now() - $1 * interval '1 hour'`,
    [planValidHours],
  );
  return new Set(rows.map(({ id }) => id));
}

/** What was looked at before and is in neither index now. */
function goneFrom({ places, standings, rule }: Sides): ComparedPlace[] {
  const standing = new Set(places.map(({ sourceName }) => sourceName));
  const gone: ComparedPlace[] = [];
  for (const [name, known] of standings) {
    if (standing.has(name)) continue;
    const names = { name, sourceName: name, written: writtenAs(name, rule) };
    const place = { ...names, source: null, target: null, group: null };
    gone.push({ place, standing: known, counts: 0, changedSince: false });
  }
  return gone;
}

function stateOf({ standing, changedSince }: ComparedPlace, failed: boolean, openPlans: Set<string>): FleetState {
  if (failed) return "failed";
  if (standing === null) return "never";
  if (differingOf(standing) === 0) {
    if (changedSince) return "out-of-sync";
    return standing.compared ? "in-sync" : "unchecked";
  }
  const applicable = standing.creates + standing.updates > 0;
  return applicable && openPlans.has(standing.planId ?? "") ? "review" : "out-of-sync";
}

type Failed = Awaited<ReturnType<typeof readFailed>>;

function entriesOf(sides: Sides, failed: Failed, openPlans: Set<string>): FleetEntry[] {
  const all = comparedPlaces(sides).filter(
    ({ place, standing }) => standing !== null || countOf(place.source) > 0 || countOf(place.target) > 0,
  );
  const gone = goneFrom(sides);
  const entries = gone.length === 0 ? all : inOrder([...all, ...gone], ({ place }) => place);
  return entries.map((of) => {
    const { place, standing, changedSince, counts } = of;
    const last = place.sourceName === null ? undefined : failed.get(place.sourceName);
    const failedSince = last !== undefined && last.at > (standing ? lookedAt(standing) : Number.NEGATIVE_INFINITY);
    const state = stateOf(of, failedSince, openPlans);
    return { place, standing, changedSince, counts, state, failed: failedSince ? last.run : null };
  });
}

const kept = new WeakMap<Sides, { told: string; entries: readonly FleetEntry[] }>();

/** Every namespace that has records on a side or was analysed before, in byte order of the names. The same list as long as nothing changed. */
export async function readFleet(ctx: Context): Promise<readonly FleetEntry[]> {
  const [failed, openPlans] = await Promise.all([readFailed(ctx, await indexKeys(ctx)), readOpenPlans(ctx)]);
  const sides = await readSides(ctx);
  const told = JSON.stringify([[...failed], [...openPlans].sort()]);
  const last = kept.get(sides);
  if (last?.told === told) return last.entries;
  const entries = entriesOf(sides, failed, openPlans);
  kept.set(sides, { told, entries });
  return entries;
}
