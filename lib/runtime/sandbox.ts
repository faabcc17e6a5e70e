import { z } from "zod";
import { bundledFile } from "@/lib/package-root";
import { readyMade } from "@/lib/ready-made";
import { cannotStart, type RunningThread, startThread } from "@/lib/worker-thread";

const readySchema = z.object({ environment: z.record(z.string(), z.string()) });
const problemSchema = z
  .object({ problem: z.string() })
  .transform(({ problem }) => cannotStart("sandbox", new Error(problem)));
const logSchema = z.object({ log: z.string() });

export type SandboxThread = RunningThread<{ environment: Record<string, string> }>;

/** Starts the stand-ins in a thread of their own. `environment` points the configuration at them. */
export function startSandboxThread(options: {
  dataDir: string;
  log: (line: string) => void;
  ports?: { pinecone?: number; gemini?: number; postgres?: number };
}): Promise<SandboxThread> {
  return startThread({
    name: "sandbox",
    file: bundledFile("sandbox-thread.mjs"),
    data: {
      dataDir: options.dataDir,
      made: readyMade("sandbox"),
      madePostgres: readyMade("postgres"),
      ...(options.ports ? { ports: options.ports } : {}),
    },
    ready: readySchema,
    problem: problemSchema,
    onMessage: (message) => {
      const line = logSchema.safeParse(message);
      if (line.success) options.log(line.data.log);
    },
    stop: { close: true },
  });
}
