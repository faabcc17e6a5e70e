import { z } from "zod";
import { stepSchema } from "@/lib/shapes/runs/steps";
import type { Work } from "../compare/work";
import { writeEvent } from "../lifecycle/events";
import { Drained } from "../lifecycle/interruptions";
import { fence } from "../lifecycle/lease";

/** Words of progress stand until the next ones, and no longer. Milliseconds. */
const toldForMs = 4000;

/** What the target does once all of a namespace is written, and what it does once all of the run is: that with the last namespace. */
export async function finishTarget(work: Work): Promise<void> {
  const { calls, parts, places, held } = work;
  const { target } = parts;
  await calls.make([], async (signal) => target.complete?.(places.target, { signal }));
  const { finish } = target;
  if (finish === undefined || !(await isLast(work))) return;
  const steps = await agreedSteps(work);
  // To build an index may take hours: a pause breaks it off, and whoever resumes begins it again.
  const finished = await calls.make([], async (signal) => {
    const ended = AbortSignal.any([signal, work.drain]);
    try {
      return await finish(
        { index: held.settings.target.index, ...(steps ? { steps } : {}) },
        {
          signal: ended,
          onProgress: (words) => work.onWait({ words, until: Date.now() + toldForMs, open: true }),
        },
      );
    } catch (error) {
      if (work.drain.aborted) throw new Drained();
      throw error;
    }
  });
  work.onWait(null);
  const message = finished.words.join(" ");
  await parts.database.transaction(async (sql) => {
    await sql.run(`UPDATE "Run" SET "finished" = $2::jsonb WHERE "id" = $1`, [held.runId, JSON.stringify(finished)]);
    if (message !== "")
      await writeEvent(sql, {
        ...{ runId: held.runId, level: "info", channel: "timeline", actor: parts.workerName, code: "target-finished" },
        message,
      });
  });
}

const leftSchema = z.object({ unwritten: z.number(), failed: z.number() });

/** Notes that the namespace is written, and tells whether all others of the run are: of those that end at once, one is the last. */
async function isLast({ parts, held, tell }: Work): Promise<boolean> {
  const left = await parts.database.transaction(async (sql) => {
    await sql.run(`SELECT 1 FROM "Run" WHERE "id" = $1 FOR UPDATE`, [held.runId]);
    await fence(sql, held, `"writtenAt" = coalesce("writtenAt", clock_timestamp())`);
    const [row] = await sql.rows(
      leftSchema,
      `SELECT count(*)::int AS "unwritten", count(*) FILTER (WHERE "state" = 'failed')::int AS "failed" FROM "Segment"
        WHERE "runId" = $1 AND "writtenAt" IS NULL AND "state" <> 'done'`,
      [held.runId],
    );
    return row ?? { unwritten: 0, failed: 0 };
  });
  if (left.unwritten > 0 && left.unwritten === left.failed)
    await tell(
      "warn",
      "finish-later",
      "What the target does once all is written waits for the namespaces that failed: resume the run for that.",
    );
  return left.unwritten === 0;
}

const agreedSchema = z.object({ steps: z.object({ steps: z.array(stepSchema) }).nullable() });

/** Those of the plan that was agreed to; `null` for a run that was started without one. */
async function agreedSteps({ parts, held }: Work) {
  const [plan] = await parts.database.rows(agreedSchema, `SELECT "steps" FROM "Plan" WHERE "id" = $1`, [held.planId]);
  return plan?.steps?.steps ?? null;
}
