import { setMaxListeners } from "node:events";
import PQueue from "p-queue";
import { z } from "zod";
import { LeaseLost } from "../lifecycle/interruptions";
import { type Claimed, claimSegment, leaseMs, renewLease } from "../lifecycle/lease";
import { noteClaim } from "../lifecycle/note-claim";
import { controlChannel, type EngineParts } from "../lifecycle/parts";
import { Quotas } from "../pacing/quota";
import { beatOnce, endBeat } from "./beat";
import { startChores } from "./chores";
import { closeRun } from "./close-run";
import { noteMove } from "./note-move";
import type { RunQueue } from "./queue";
import { sampleRuns } from "./sampling";
import { runSegment } from "./segment";
import { tellUntold } from "./untold-moves";

/** Batches under way in one process: bounds memory (a batch of 100 texts at 3,072 dimensions is some 10 MB on its way). */
const batchesAtOnce = 16;
/** Namespaces that one process works on at the same time: a small one mostly waits for answers, and for its writes to be seen. */
const segmentsAtOnce = 8;
const tickMs = 1000;
/** While this process works on nothing, one look of so many: what is started here is told at once, and an idle server is to be idle. */
const looksWhenIdle = 3;
const beatMs = 5000;
/** A stop lets batches in flight end for so long, then cuts their requests. */
const graceMs = 20_000;
/** Segments offered to the queue at a time; the rest follows as these are taken. */
const offeredAtOnce = 64;
const offerAgainMs = 15_000;

export type Engine = {
  /** Takes nothing new, lets batches in flight end, and leaves every lease. */
  stop(): Promise<void>;
};

type Active = { held: Claimed; drain: AbortController; abort: AbortController };

const offerSchema = z.object({
  runId: z.string(),
  namespace: z.string(),
  position: z.number(),
  leaseToken: z.number(),
});
const idSchema = z.object({ id: z.string() });
const runStateSchema = z.object({ id: z.string(), state: z.string() });

/**
 * Starts a worker: takes segments from the queue, leases them, works on them. The tables are the truth and the queue only hands
 * out: whatever is free and not in the queue is offered again, so a lost job, a killed worker or a restart needs nobody's help.
 */
export async function startEngine(
  parts: EngineParts & {
    queue: RunQueue;
    /** Whether schedules are kept to here; a process that is there for one command leaves them to those that stay. */
    schedules?: boolean;
  },
): Promise<Engine> {
  const { database, queue, log } = parts;
  const quotas = new Quotas(database);
  const slots = new PQueue({ concurrency: batchesAtOnce });
  const active = new Map<string, Active>();
  const offered = new Map<string, number>();
  let stopping = false;

  // The embedded database belongs to one process: leases found in it are those of a process that is gone.
  if (database.kind === "embedded")
    await database.run(`UPDATE "Segment" SET "leaseUntil" = NULL WHERE "leaseUntil" IS NOT NULL`);

  const drain = (one: Active) => {
    if (one.drain.signal.aborted) return;
    one.drain.abort();
    setTimeout(() => one.abort.abort(), graceMs).unref();
  };

  const obey = async () => {
    if (active.size === 0) return;
    const ids = [...new Set([...active.values()].map((one) => one.held.runId))];
    const rows = await database.rows(runStateSchema, `SELECT "id", "state" FROM "Run" WHERE "id" = ANY($1)`, [ids]);
    const workable = new Set(
      rows.filter((row) => ["queued", "running", "waiting"].includes(row.state)).map((row) => row.id),
    );
    for (const one of active.values()) if (!workable.has(one.held.runId)) drain(one);
  };

  const offer = async () => {
    const rows = await database.rows(
      offerSchema,
      `SELECT s."runId", s."namespace", s."position", s."leaseToken" FROM "Segment" s JOIN "Run" r ON r."id" = s."runId"
        WHERE r."state" IN ('queued', 'running', 'waiting') AND s."state" IN ('queued', 'running', 'waiting')
          AND (s."leaseUntil" IS NULL OR s."leaseUntil" < clock_timestamp()) AND (s."wakeAt" IS NULL OR s."wakeAt" <= clock_timestamp())
        ORDER BY r."createdAt", r."id", s."position" LIMIT ${offeredAtOnce}`,
    );
    const now = Date.now();
    for (const [id, at] of offered) if (now - at > offerAgainMs) offered.delete(id);
    for (const { runId, namespace, position, leaseToken } of rows) {
      if (stopping) return;
      const id = `${runId}/${position}/${leaseToken}`;
      if (offered.has(id)) continue;
      offered.set(id, now);
      await queue.enqueue({ id, data: { runId, namespace } });
    }
  };

  /** Runs whose workers died between their last segment's end and the run's own, or while pausing. */
  const closeLeft = async () => {
    const rows = await database.rows(
      idSchema,
      `SELECT r."id" FROM "Run" r WHERE r."state" IN ('queued', 'running', 'waiting', 'pausing', 'cancelling')
          AND NOT EXISTS (SELECT 1 FROM "Segment" s WHERE s."runId" = r."id" AND s."state" IN ('queued', 'running', 'waiting')
                             AND (r."state" IN ('queued', 'running', 'waiting') OR s."leaseUntil" > clock_timestamp())) LIMIT 20`,
    );
    for (const { id } of rows) await closeRun(parts, id);
  };

  let ticking: Promise<void> | null = null;
  let askedMeanwhile = false;
  const tick = (): Promise<void> => {
    // What is asked while a look is under way may have come after that look at it.
    askedMeanwhile = ticking !== null;
    ticking ??= (async () => {
      await obey();
      if (!stopping) {
        await closeLeft();
        await offer();
      }
      await sampleRuns(database, [...new Set([...active.values()].map((one) => one.held.runId))]);
    })()
      .catch((error: unknown) => {
        if (!stopping) log.warn({ error }, "the engine's housekeeping failed; it tries again");
      })
      .finally(() => {
        ticking = null;
        if (askedMeanwhile && !stopping) void tick();
      });
    return ticking;
  };

  const handle = async (data: { runId: string; namespace: string }, signal: AbortSignal): Promise<undefined> => {
    if (stopping) return;
    const held = await claimSegment(database, data, parts.workerName);
    if (!held) return;
    // A log that can't be written is no reason to leave the work.
    await noteClaim(database, held, parts.workerName).catch((error: unknown) =>
      log.warn({ error }, "could not note who took a namespace up"),
    );
    const one: Active = { held, drain: new AbortController(), abort: new AbortController() };
    // Every request and every wait of the segment listens: many at a time, by design.
    setMaxListeners(0, one.drain.signal, one.abort.signal);
    const key = `${held.runId}/${held.position}`;
    active.set(key, one);
    const onSignal = () => drain(one);
    signal.addEventListener("abort", onSignal);
    const renewal = setInterval(() => {
      renewLease(database, held).catch((error: unknown) => {
        if (!(error instanceof LeaseLost)) return;
        one.drain.abort();
        one.abort.abort();
      });
    }, leaseMs / 3);
    const move = noteMove(parts, held);
    try {
      try {
        if (stopping || signal.aborted) drain(one);
        const signals = { drain: one.drain.signal, abort: one.abort.signal, stop: () => drain(one) };
        await runSegment(parts, held, quotas, slots, signals);
      } finally {
        clearInterval(renewal);
        signal.removeEventListener("abort", onSignal);
        active.delete(key);
      }
      await sampleRuns(database, [held.runId]);
      await closeRun(parts, held.runId);
    } finally {
      // Whatever was thrown: one that goes on telling would do so as long as the process lives.
      await move.end();
    }
    void tick();
  };

  await queue.work(handle, { concurrency: segmentsAtOnce });
  const untold = tellUntold(parts);
  untold.look();
  const unlisten = await database.listen(controlChannel, () => {
    untold.look();
    void tick();
  });
  let idleLooks = 0;
  const isTime = () => active.size > 0 || idleLooks++ % looksWhenIdle === 0;
  const beat = () => beatOnce(parts).catch((error: unknown) => log.warn({ error }, "could not note a sign of life"));
  await beat();
  const timers = [setInterval(() => void (isTime() && tick()), tickMs), setInterval(() => void beat(), beatMs)];
  const chores = parts.schedules === false ? null : startChores(parts);
  await tick();

  return {
    async stop() {
      stopping = true;
      for (const timer of timers) clearInterval(timer);
      const choresDone = chores?.stop();
      for (const one of active.values()) drain(one);
      await unlisten();
      await untold.stop();
      // An offer that is made while the queue closes is never answered, and the stop would wait for it.
      await ticking;
      await queue.close();
      await ticking;
      await choresDone;
      await endBeat(parts);
    },
  };
}
