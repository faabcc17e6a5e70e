import { z } from "zod";
import type { Sql } from "@/lib/db/contract";
import { OperatorError } from "@/lib/operator-error";
import { type ClearanceSettings, clearanceSettingsSchema } from "@/lib/shapes/documents/clearance";
import { type End, type RunSettings, runKinds, runSettingsSchema, runStates } from "@/lib/shapes/runs/run";
import { unfinishedStates } from "./states";

const startLock = 7_270_737_001;

const inTheWaySchema = z.object({ id: z.string(), kind: z.string(), namespace: z.string() });
const runningSchema = z.object({ id: z.string(), settings: clearanceSettingsSchema });
const returningSchema = z.object({
  kind: z.enum(runKinds),
  state: z.enum(runStates),
  settings: z.unknown(),
  namespaces: z.array(z.string()),
});

/** Whoever starts a run or puts one back to work takes turns here, until the transaction ends, so that neither overlooks the other. */
export async function takeTurn(sql: Sql): Promise<void> {
  await sql.run("SELECT pg_advisory_xact_lock($1)", [startLock]);
}

/** The index that a run writes to; its account where that is known. */
export type Target = Pick<End, "index" | "account">;

/**
 * Whether a run's (or plan's) settings lead to an index: of the same name and, as far as both are known, of the same account.
 * @param settings the column, `r."settings"`
 * @param values the numbers of the statement's values that hold the name and the account (or null)
 */
export function leadsTo(side: "source" | "target", settings: string, [index, account]: [number, number]): string {
  const standing = `${settings} #>> '{${side},account}'`;
  return `(${settings} #>> '{${side},index}' = $${index} AND ($${account}::text IS NULL OR coalesce(${standing}, $${account}) = $${account}))`;
}

/**
 * Never two runs that write to the same namespace of an index at once, wherever they read from. Where a route gives namespaces other
 * names, any two runs to the index are in each other's way.
 * @param except a run that isn't in its own way
 * @throws OperatorError `namespace-busy` with the name of the run in the way
 */
export async function refuseOverlap(
  sql: Sql,
  { target, namespaces: renamed }: Pick<RunSettings, "target" | "namespaces">,
  namespaces: readonly string[],
  except = "",
): Promise<void> {
  const [busy] = await sql.rows(
    inTheWaySchema,
    `SELECT r."id", r."kind", s."namespace" FROM "Run" r JOIN "Segment" s ON s."runId" = r."id"
      WHERE r."state" = ANY($1) AND r."kind" IN ('reembed', 'mirror') AND s."state" IN ('queued', 'running', 'waiting')
        AND (s."namespace" = ANY($2) OR $6::boolean OR r."settings" -> 'namespaces' IS NOT NULL)
        AND r."id" <> $3 AND ${leadsTo("target", `r."settings"`, [4, 5])} LIMIT 1`,
    [unfinishedStates, namespaces, except, target.index, target.account ?? null, renamed !== undefined],
  );
  if (!busy) return;
  throw new OperatorError({
    kind: "refused",
    code: "namespace-busy",
    what: `${busy.id} is already writing to namespace ${JSON.stringify(busy.namespace)}.`,
    notLost: "Nothing was started and nothing was spent.",
    next: `Wait for it (portage runs watch ${busy.id}) or cancel it (portage runs cancel ${busy.id}), then start again.`,
  });
}

/**
 * A run that failed no longer holds what it worked on: before it goes on, nobody else may have begun there.
 * @throws OperatorError `namespace-busy`, `documents-busy`
 */
export async function refuseReturn(sql: Sql, runId: string): Promise<void> {
  const [run] = await sql.rows(
    returningSchema,
    `SELECT r."kind", r."state", r."settings",
            ARRAY(SELECT s."namespace" FROM "Segment" s WHERE s."runId" = r."id" AND s."state" NOT IN ('done', 'cancelled')) AS "namespaces"
       FROM "Run" r WHERE r."id" = $1`,
    [runId],
  );
  if (run?.state !== "failed") return;
  if (run.kind === "reembed" || run.kind === "mirror")
    await refuseOverlap(sql, runSettingsSchema.parse(run.settings), run.namespaces, runId);
  if (run.kind === "clearance") {
    await refuseOverlappingDocuments(sql, clearanceSettingsSchema.parse(run.settings), runId);
  }
}

/**
 * Never two clearances over the same documents at once: they would undo each other's fences, and each report the other's writes.
 * @throws OperatorError `documents-busy`
 */
export async function refuseOverlappingDocuments(sql: Sql, settings: ClearanceSettings, except = ""): Promise<void> {
  const running = await sql.rows(
    runningSchema,
    `SELECT "id", "settings" FROM "Run" WHERE "kind" = 'clearance' AND "state" = ANY($1) AND "id" <> $2 ORDER BY "createdAt"`,
    [unfinishedStates, except],
  );
  const busy = running.find((run) => overlaps(run.settings, settings));
  if (!busy) return;
  throw new OperatorError({
    kind: "refused",
    code: "documents-busy",
    what: `${busy.id} is already writing to documents of ${settings.target.join(", ")}.`,
    notLost: "Nothing was started and nothing was written.",
    next: `Wait for it (portage runs watch ${busy.id}) or cancel it (portage runs cancel ${busy.id}), then start again.`,
  });
}

/** Whether two clearances could meet the same document. */
export function overlaps(one: ClearanceSettings, other: ClearanceSettings): boolean {
  const indices = new Set(one.indices.map(({ name }) => name));
  if (!other.indices.some(({ name }) => indices.has(name))) return false;
  if (one.request.namespaces === "all" || other.request.namespaces === "all") return true;
  const namespaces = new Set(one.request.namespaces);
  return other.request.namespaces.some((name) => namespaces.has(name));
}
