import { z } from "zod";
import type { Database, Sql } from "@/lib/db/contract";
import { OperatorError } from "@/lib/operator-error";
import type { AskedCeilings } from "@/lib/shapes/runs/ceilings";
import { type RunState, runKinds, runStates } from "@/lib/shapes/runs/run";
import { goOn, wakeWorkers } from "./create-run";
import { tellRunChanged, writeEvent } from "./events";
import { takeTurn } from "./overlap";
import { moveRun, settleRun } from "./settle-run";
import { unfinishedStates } from "./states";

const stateSchema = z.object({ state: z.enum(runStates) });
const pacedSchema = stateSchema.extend({ kind: z.enum(runKinds), speedLimit: z.number().nullable() });

/** Asks the workers to stop after the batches in flight. A run that nobody works on is paused at once. */
export function pause(database: Database, runId: string, actor: string): Promise<void> {
  return change(database, runId, actor, {
    to: ["pausing", "paused"],
    already: ["pausing", "paused"],
    verb: "pause",
    code: "pause-asked",
    message: "Pause requested.",
  });
}

/** Asks the workers to stop for good after the batches in flight. What was written stays. */
export function cancel(database: Database, runId: string, actor: string): Promise<void> {
  return change(database, runId, actor, {
    to: ["cancelling", "cancelled"],
    already: ["cancelling", "cancelled"],
    verb: "cancel",
    code: "cancel-asked",
    message: "Asked to cancel.",
  });
}

/**
 * Puts a paused or failed run back to work. A run under way is left as it is.
 * @param given ceilings to be changed
 * @throws OperatorError `wrong-state`, `over-limits`, `not-allowed`, `four-eyes`, `namespace-busy`, `documents-busy`
 */
export async function resume(database: Database, runId: string, actor: string, given?: AskedCeilings): Promise<void> {
  await database.transaction(async (sql) => {
    await takeTurn(sql);
    const state = (await sql.rows(stateSchema, `SELECT "state" FROM "Run" WHERE "id" = $1 FOR UPDATE`, [runId]))[0]
      ?.state;
    if (state === undefined) return;
    if (!["paused", "pausing", "failed", "queued", "running", "waiting"].includes(state))
      throw refused(runId, "resume", state);
    await refuseMade(sql, runId);
    await goOn(sql, runId, actor, given);
  });
}

const madeSchema = z.object({ planId: z.string(), namespaces: z.array(z.string()) });

/** A failed analysis whose other namespaces have their plan isn't resumed: that plan was made, and doesn't change any more. */
async function refuseMade(sql: Sql, runId: string): Promise<void> {
  const [made] = await sql.rows(
    madeSchema,
    `SELECT p."id" AS "planId", ARRAY(SELECT s."namespace" FROM "Segment" s WHERE s."runId" = r."id" AND s."state" = 'failed' ORDER BY s."position" LIMIT 3) AS "namespaces"
       FROM "Run" r JOIN "Plan" p ON p."id" = r."planId"
      WHERE r."id" = $1 AND r."kind" = 'plan' AND r."state" = 'failed' AND p."state" NOT IN ('planning', 'failed')`,
    [runId],
  );
  if (!made) return;
  throw new OperatorError({
    kind: "refused",
    code: "plan-made",
    what: `${made.planId} was made of the namespaces whose analysis succeeded, and doesn't change any more.`,
    notLost: "It can be reviewed and applied as it is.",
    next: `Once the cause is fixed, analyse the others again: ${made.namespaces.map((name) => name || "__default__").join(", ")}.`,
  });
}

/**
 * Changes how many documents a second a run over documents may write; `null`: as many as the server takes. Workers obey within a second.
 * @throws OperatorError `wrong-state` for a run that has ended, `no-pace` for one over vectors
 */
export async function setPace(
  database: Database,
  { runId, perSecond, actor }: { runId: string; perSecond: number | null; actor: string },
): Promise<void> {
  await database.transaction(async (sql) => {
    const [run] = await sql.rows(
      pacedSchema,
      `SELECT "state", "kind", "speedLimit" FROM "Run" WHERE "id" = $1 FOR UPDATE`,
      [runId],
    );
    if (run === undefined || run.speedLimit === perSecond) return;
    if (run.kind !== "clearance")
      throw new OperatorError({
        kind: "refused",
        code: "no-pace",
        what: `${runId} keeps to the quotas of the configuration: only a run that sets a field of documents has a speed limit.`,
        notLost: "Nothing was changed.",
        next: "Pause it, if it is to stop for a while.",
      });
    if (run.state === "cancelling" || !(unfinishedStates.includes(run.state) || run.state === "failed"))
      throw refused(runId, "slow down", run.state);
    await sql.run(`UPDATE "Run" SET "speedLimit" = $2 WHERE "id" = $1`, [runId, perSecond]);
    const message =
      perSecond === null
        ? "The speed limit was taken away."
        : `The speed limit was set to ${perSecond.toLocaleString("en-US")} documents per second.`;
    await writeEvent(sql, { runId, level: "info", channel: "timeline", actor, code: "pace-set", message });
    await tellRunChanged(sql, runId);
  });
}

type Change = { to: readonly RunState[]; already: readonly RunState[]; verb: string; code: string; message: string };

async function change(
  database: Database,
  runId: string,
  actor: string,
  { to, already, verb, code, message }: Change,
): Promise<void> {
  await database.transaction(async (sql) => {
    const state = (await sql.rows(stateSchema, `SELECT "state" FROM "Run" WHERE "id" = $1 FOR UPDATE`, [runId]))[0]
      ?.state;
    if (state === undefined || already.includes(state)) return;
    let moved = false;
    for (const next of to) moved ||= await moveRun(sql, runId, next, actor);
    if (!moved) throw refused(runId, verb, state);
    await writeEvent(sql, { runId, level: "info", channel: "timeline", actor, code, message });
    await settleRun(sql, runId, false);
    await wakeWorkers(sql, runId);
  });
}

function refused(runId: string, verb: string, state: RunState): OperatorError {
  return new OperatorError({
    kind: "refused",
    code: "wrong-state",
    what: `${runId} is ${state.replaceAll("-", " ")}: there is nothing to ${verb}.`,
    notLost: "Nothing was changed.",
    next: `See it with portage runs show ${runId}.`,
  });
}
