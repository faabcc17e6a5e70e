import { z } from "zod";
import { askConnection } from "@/lib/db/embedded/control";
import { bundledFile } from "@/lib/package-root";
import { cannotStart, startThread } from "@/lib/worker-thread";
import { listenPostgres, type Served } from "./listen";
import type { OpenOptions } from "./open";

const readySchema = z.object({ ready: z.literal(true) });
const problemSchema = z
  .object({ problem: z.string() })
  .transform(({ problem }) => cannotStart("sandbox's PostgreSQL", new Error(problem)));

/** @param where in a thread of its own, which is bundled, or in this one, for tests */
export function startPostgres(
  options: OpenOptions & { port: number; where: "thread" | "here"; report(error: unknown): void },
) {
  const { folder, made = null, where, ...listening } = options;
  return listenPostgres({
    ...listening,
    // Read by who has a client, and by nobody else: the engine is large.
    open: async () =>
      where === "here"
        ? (await import("./open")).openPostgres({ folder, made })
        : openThread({ folder, made }, options.report),
  });
}

async function openThread(data: OpenOptions, report: (error: unknown) => void): Promise<Served> {
  const thread = await startThread({
    name: "sandbox's PostgreSQL",
    file: bundledFile("sandbox-postgres-thread.mjs"),
    data,
    ready: readySchema,
    problem: problemSchema,
    stop: { close: true },
  });
  void thread.failed.then(report);
  return { connect: () => askConnection(thread), close: () => thread.stop() };
}
