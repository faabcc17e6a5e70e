import { z } from "zod";
import { withDeadline } from "@/lib/http/deadline";
import { isClearance, runStates } from "@/lib/shapes/runs/run";
import type { MoveStatus, VectorTarget } from "@/lib/stores/contract";
import { writeEvent } from "../lifecycle/events";
import type { Claimed } from "../lifecycle/lease";
import type { EngineParts } from "../lifecycle/parts";
import { partsFor } from "../lifecycle/parts-for";

/** How often others read how far a move is. */
const everyMs = 3000;
/** The last time is waited for, by a stop, too: no longer than this. */
const lastWithinMs = 2000;

const words: Record<z.infer<typeof standSchema>["state"], MoveStatus["state"]> = {
  queued: "pending",
  running: "in_progress",
  waiting: "waiting",
  pausing: "in_progress",
  paused: "paused",
  cancelling: "in_progress",
  cancelled: "cancelled",
  succeeded: "completed",
  "succeeded-with-findings": "with_findings",
  failed: "failed",
};

const standSchema = z.object({
  state: z.enum(runStates),
  startedAt: z.date().nullable(),
  endedAt: z.date().nullable(),
  total: z.number(),
  done: z.number(),
  left: z.number(),
  error: z.object({ what: z.string() }).nullable(),
});

/** Keeps a target that has a place for it told how far a migration is; it is never a reason for the run to fail. */
export type MoveNote = { end(): Promise<void> };
const silent: MoveNote = { end: async () => {} };

/**
 * Tells it now and every few seconds, without being waited for; `end` once more, when the run's state is settled. A target that doesn't answer
 * holds up neither: each time ends by itself.
 */
export function noteMove(parts: EngineParts, held: Claimed): MoveNote {
  const { settings, kind, runId } = held;
  if (kind !== "reembed" || isClearance(settings) || settings.overflow?.status !== true) return silent;
  let complained = false;
  const over = new AbortController();
  const tell = async (withinMs: number, outer?: AbortSignal) => {
    try {
      await withDeadline(withinMs, outer, async ({ signal }) => {
        const told = partsFor(parts, settings).then(({ target }) =>
          tellOnce(parts, target, { runId, settings, signal }),
        );
        await Promise.race([told, rejectedBy(signal)]);
      });
    } catch (error) {
      if (complained || outer?.aborted) return;
      complained = true;
      const message = `How far the run is could not be noted in migration_status: ${error instanceof Error ? error.message : String(error)}`;
      const event = {
        runId,
        level: "warn",
        channel: "log",
        actor: parts.workerName,
        code: "status-not-noted",
      } as const;
      await writeEvent(parts.database, { ...event, message }).catch(() => {});
    }
  };
  let telling: Promise<void> | null = null;
  const begin = () => {
    telling ??= tell(everyMs, over.signal).finally(() => {
      telling = null;
    });
  };
  begin();
  const timer = setInterval(begin, everyMs);
  timer.unref();
  return {
    async end() {
      clearInterval(timer);
      over.abort();
      await telling;
      await tell(lastWithinMs);
    },
  };
}

/** Not every wait of a target listens to a signal: that for a connection doesn't. */
const rejectedBy = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const late = () => reject(new Error("the target didn't answer in time"));
    if (signal.aborted) late();
    signal.addEventListener("abort", late, { once: true });
  });

type Of = {
  runId: string;
  settings: { source: { index: string }; target: { index: string }; embedder: { model: string } };
  signal: AbortSignal;
};

async function tellOnce(
  { database }: EngineParts,
  target: VectorTarget,
  { runId, settings, signal }: Of,
): Promise<void> {
  const [stand] = await database.rows(
    standSchema,
    `SELECT r."state", r."startedAt", r."endedAt", r."error", coalesce(sum(s."total"), 0)::int AS "total",
            coalesce(sum(s."written" + s."unchanged"), 0)::int AS "done", coalesce(sum(s."skipped" + s."failed" + s."drifted"), 0)::int AS "left"
       FROM "Run" r LEFT JOIN "Segment" s ON s."runId" = r."id" WHERE r."id" = $1 GROUP BY r."id"`,
    [runId],
  );
  if (!stand || signal.aborted) return;
  const { total, done, left, error } = stand;
  const lacking = left > 0 ? `${left.toLocaleString("en-US")} left out with a reason: run ${runId}` : null;
  const status = {
    ...{ collection: settings.source.index, index: settings.target.index, model: settings.embedder.model },
    ...{ total, done, state: words[stand.state], error: error?.what ?? lacking },
    startedAt: stand.startedAt?.toISOString() ?? null,
    endedAt: stand.endedAt?.toISOString() ?? null,
  };
  await target.noteMove?.(status, { signal });
}
