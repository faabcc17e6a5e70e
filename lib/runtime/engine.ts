import type { MessagePort } from "node:worker_threads";
import { z } from "zod";
import type { OpenedDatabase } from "@/lib/db/contract";
import { bundledFile } from "@/lib/package-root";
import { operatorErrorSchema, startThread } from "@/lib/worker-thread";

/**
 * What the engine holds is bounded, whatever the size of a run: about 60 MB over documents. The limit is far above that, and low enough to
 * keep V8 tidy: where a heap may grow by gigabytes, it lets garbage pile up to four times of what is in use before it collects it, else to less
 * than twice (`MaxGrowingFactor` in V8's `heap-controller.cc`).
 */
const heapMb = 1024;

export type RunningEngine = { stop(): Promise<void>; failed: Promise<Error> };

export const engineThreadData = z.object({
  /** Settings that come before the environment: where the sandbox serves. */
  overrides: z.record(z.string(), z.string()),
  channel: z.custom<MessagePort>((value) => value === null || typeof value === "object").nullable(),
  show: z.enum(["all", "warnings", "none"]),
  /** Whether schedules are kept to. */
  schedules: z.boolean(),
});
export const engineStop = z.object({ kind: z.literal("stop") });

/** The run engine in a thread of its own, so that its work doesn't hold up pages. */
export async function startEngineThread(options: {
  database: OpenedDatabase;
  overrides: Record<string, string>;
  show: z.infer<typeof engineThreadData>["show"];
  schedules: boolean;
}): Promise<RunningEngine> {
  const channel = options.database.channel();
  const thread = await startThread({
    name: "engine",
    file: bundledFile("engine-thread.mjs"),
    data: { overrides: options.overrides, channel, show: options.show, schedules: options.schedules },
    transfer: channel ? [channel] : [],
    heapMb,
    ready: z.object({ kind: z.literal("ready") }),
    problem: operatorErrorSchema,
    stop: { kind: "stop" } satisfies z.infer<typeof engineStop>,
  });
  return { failed: thread.failed, stop: () => thread.stop() };
}
