import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  createPostgresBackend,
  DelayedError,
  type JobsOptions,
  type Processor,
  Queue,
  runMigrations,
  Worker,
} from "bullmq";
import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { OperatorError } from "@/lib/operator-error";
import type { Secret } from "@/lib/secret";
import type { EngineLog } from "../lifecycle/parts";

const jobData = z.object({ runId: z.string(), namespace: z.string() });
/** One namespace of one run. */
export type RunJob = z.infer<typeof jobData>;

/** The job isn't over: it is taken up again after so many milliseconds. */
export type Again = { againInMs: number };

/**
 * Does the job. It is over when this answers nothing; `{ againInMs: 0 }` leaves it to another worker, or to this one after its
 * restart: answer so when `signal` aborts, because this worker closes. May be called twice for one job, also at the same time,
 * when a worker seemed dead: fence every write.
 */
export type Handler = (data: RunJob, signal: AbortSignal) => Promise<Again | undefined>;

export interface RunQueue {
  /** Adds a job; does nothing when one with this `id` waits, is delayed or runs. An ID whose job is over can be added again. */
  enqueue(job: { id: string; data: RunJob; delayMs?: number }): Promise<void>;
  /** Starts to take jobs, at most `concurrency` at a time. Resolves once it does. */
  work(handler: Handler, options: { concurrency: number }): Promise<void>;
  /** Takes no more jobs, aborts the running ones and waits for them. */
  close(): Promise<void>;
}

export type QueueOptions = {
  database: Database;
  /** The queue on Redis instead of the database. */
  redisUrl: Secret | null;
  log: EngineLog;
  /** A worker that gave no sign of life for so long is taken for dead, and its jobs go to others within a quarter more. */
  deadAfterMs?: number;
  /** How long Redis may take to answer at the start: 10 s when left out. */
  answerWithinMs?: number;
};

const QUEUE = "runs";
const SCHEMA = "bullmq";
/** A job is taken over as often as its workers die. */
const ALWAYS = 1_000_000;
const CONNECT_MS = 10_000;
const OVER = { removeOnComplete: true, removeOnFail: true } as const;

/** What is used of BullMQ's queue and worker, whichever they keep their jobs in. */
type End = {
  on(event: "error", listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
};
type Ends = {
  queue: End & { add(name: string, data: RunJob, options: JobsOptions): Promise<unknown> };
  worker(process: Processor<unknown, void>, concurrency: number): End & { cancelAllJobs(reason: string): void };
};

/** Opens the queue that hands namespaces of runs to workers, in this process and in others. */
export async function openQueue(options: QueueOptions): Promise<RunQueue> {
  const { log } = options;
  const ends = options.redisUrl ? onRedis(options.redisUrl, options) : await onDatabase(options);
  const report = (error: Error) =>
    log.warn({ error: error.message }, "The job queue reported a failure; it tries again.");
  ends.queue.on("error", report);
  await readyInTime(ends.queue, options);
  let worker: ReturnType<Ends["worker"]> | null = null;

  const attempt = async (handler: Handler, data: unknown, signal: AbortSignal): Promise<Again | undefined> => {
    try {
      return await handler(jobData.parse(data), signal);
    } catch (error) {
      if (signal.aborted) return { againInMs: 0 };
      log.error({ error }, "A job ended with an error that it should have handled.");
      throw error;
    }
  };

  return {
    async enqueue({ id, data, delayMs }) {
      // BullMQ gives some characters of an ID a meaning; namespaces hold any.
      const jobId = createHash("sha256").update(id).digest("base64url");
      await ends.queue.add("segment", data, { ...OVER, jobId, ...(delayMs ? { delay: delayMs } : {}) });
    },
    async work(handler, { concurrency }) {
      // Declared without a default, because BullMQ gives a signal only to functions of three parameters.
      worker = ends.worker(async (job, token, signal) => {
        const again = await attempt(handler, job.data, signal ?? AbortSignal.any([]));
        if (!again) return;
        await job.moveToDelayed(Date.now() + again.againInMs, token);
        throw new DelayedError();
      }, concurrency);
      worker.on("error", report);
      await worker.waitUntilReady();
    },
    async close() {
      worker?.cancelAllJobs("closing");
      await worker?.close();
      await ends.queue.close();
    },
  };
}

/** Redis' driver goes on trying for ever; whoever starts Portage wants to know. */
async function readyInTime(queue: End, { redisUrl, answerWithinMs = CONNECT_MS }: QueueOptions): Promise<void> {
  const late = new AbortController();
  const tooLate = delay(answerWithinMs, "late", { signal: late.signal });
  tooLate.catch(() => {});
  const first = await Promise.race([queue.waitUntilReady(), redisUrl ? tooLate : new Promise(() => {})]);
  late.abort();
  if (first !== "late" || !redisUrl) return;
  void queue.close().catch(() => {});
  throw new OperatorError({
    kind: "usage",
    code: "redis-unreachable",
    what: `Redis at ${new URL(redisUrl.reveal()).host} doesn't answer.`,
    notLost: "Nothing was changed and nothing was spent.",
    next: "Check REDIS_URL and that the server runs, or leave REDIS_URL out: the queue is kept in the database then.",
  });
}

function lifeSigns({ deadAfterMs = 8_000 }: QueueOptions) {
  return { lockDuration: deadAfterMs, stalledInterval: deadAfterMs / 4, maxStalledCount: ALWAYS };
}

async function onDatabase(options: QueueOptions): Promise<Ends> {
  const connection = options.database.poolOf(SCHEMA);
  const client = await connection.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    client.release();
  }
  return {
    queue: new Queue(QUEUE, { connection }, createPostgresBackend),
    worker: (process, concurrency) =>
      new Worker(QUEUE, process, { connection, concurrency, ...lifeSigns(options) }, createPostgresBackend),
  };
}

function onRedis(url: Secret, options: QueueOptions): Ends {
  const connection = { url: url.reveal(), maxRetriesPerRequest: null };
  const place = { connection, prefix: "portage" };
  return {
    queue: new Queue(QUEUE, place),
    worker: (process, concurrency) => new Worker(QUEUE, process, { ...place, concurrency, ...lifeSigns(options) }),
  };
}
