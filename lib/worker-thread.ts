import { once } from "node:events";
import { type MessagePort, Worker } from "node:worker_threads";
import { z } from "zod";
import { OperatorError, type OperatorErrorDetails } from "./operator-error";

/** A thread of ours that starts, works until it is told to stop, and is noticed when it dies. */
export type RunningThread<Ready> = {
  ready: Ready;
  /** Settles, with the reason, when the thread ends without having been told. */
  failed: Promise<Error>;
  postMessage(message: unknown, transfer?: MessagePort[]): void;
  stop(): Promise<void>;
};

export type ThreadOptions<Ready> = {
  /** As an operator reads it: `engine`, `sandbox`. */
  name: string;
  file: string;
  data: unknown;
  transfer?: MessagePort[];
  /** Megabytes of its heap; the thread ends when it needs more. What the runtime allows by itself when left out. */
  heapMb?: number;
  /** Megabytes of it for what was just made: garbage is looked at sooner, where little else is held. */
  youngMb?: number;
  /** Tells the message with which the thread says that it is ready; every other one goes to `onMessage`. */
  ready: z.ZodType<Ready>;
  /** Tells the message with which it says that it can't start, and what that means. */
  problem: z.ZodType<OperatorErrorDetails>;
  onMessage?: (message: unknown) => void;
  /** The message that tells it to stop; it ends by itself then. */
  stop: unknown;
};

/** Starts a thread and waits until it is ready. Throws an OperatorError when it can't start. */
export async function startThread<Ready>(options: ThreadOptions<Ready>): Promise<RunningThread<Ready>> {
  const worker = new Worker(options.file, {
    workerData: options.data,
    name: options.name,
    transferList: options.transfer ?? [],
    resourceLimits: {
      ...(options.heapMb === undefined ? {} : { maxOldGenerationSizeMb: options.heapMb }),
      ...(options.youngMb === undefined ? {} : { maxYoungGenerationSizeMb: options.youngMb }),
    },
  });
  const ended = once(worker, "exit").catch(() => {});
  let stopping = false;
  const failed = new Promise<Error>((resolve) => {
    worker.once("error", (error: unknown) => resolve(error instanceof Error ? error : new Error(String(error))));
    void ended.then(() => {
      if (!stopping) resolve(new Error(`The ${options.name}'s thread ended unexpectedly.`));
    });
  });
  const begun = new Promise<{ ready: Ready } | { problem: OperatorErrorDetails }>((resolve) => {
    worker.on("message", (message: unknown) => {
      const ready = options.ready.safeParse(message);
      if (ready.success) return resolve({ ready: ready.data });
      const problem = options.problem.safeParse(message);
      if (problem.success) return resolve({ problem: problem.data });
      options.onMessage?.(message);
    });
  });
  const first = await Promise.race([begun, failed]);
  if (first instanceof Error) throw cannotStart(options.name, first);
  if ("problem" in first) {
    stopping = true;
    throw new OperatorError(first.problem);
  }
  return {
    ready: first.ready,
    failed,
    postMessage: (message, transfer) => worker.postMessage(message, transfer),
    async stop() {
      stopping = true;
      worker.postMessage(options.stop);
      await ended;
    },
  };
}

/** Of the operating system and of PostgreSQL (documentation, appendix A): no space left on the device. */
const diskFull = ["ENOSPC", "53100"];

export function cannotStart(name: string, cause: unknown): OperatorError {
  const full = cause instanceof Error && "code" in cause && diskFull.some((code) => code === cause.code);
  return new OperatorError({
    kind: "failed",
    code: `${name}-failed`,
    what: `The ${name} can't start${cause instanceof Error ? `: ${cause.message}` : "."}`,
    notLost: "Everything committed before is kept.",
    next: full
      ? "Free space on the disk, then start again."
      : "See portage.log in the data directory for the whole error.",
    cause,
  });
}

export const operatorErrorSchema = z.object({
  kind: z.enum(["usage", "not-found", "failed", "refused", "interrupted"]),
  code: z.string(),
  what: z.string(),
  notLost: z.string(),
  next: z.string(),
});
