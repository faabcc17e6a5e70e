import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { startSandbox } from "./start";

/**
 * Entry of the sandbox thread. `workerData` holds the options of `startSandbox` without `log`; it posts `{ environment }` once it
 * serves, `{ log }` for every line, `{ problem }` when it can't start; on `{ close: true }` it closes and posts `{ closed: true }`.
 */
const optionsSchema = z.object({
  dataDir: z.string().nullable(),
  made: z.string().nullable().optional(),
  madePostgres: z.string().nullable().optional(),
  seed: z.boolean().optional(),
  ports: z
    .object({
      pinecone: z.number().optional(),
      gemini: z.number().optional(),
      elasticsearch: z.number().optional(),
      openai: z.number().optional(),
      postgres: z.number().optional(),
    })
    .optional(),
  quotas: z
    .object({
      gemini: z.record(z.string(), z.number().nullable()).nullable().optional(),
      pinecone: z.record(z.string(), z.number()).nullable().optional(),
    })
    .optional(),
  consistencyMs: z.number().optional(),
  latencyMs: z.number().optional(),
});

const closeSchema = z.object({ close: z.literal(true) });

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("The sandbox thread is started by a worker, not by itself.");
  const { seed, ports, quotas, consistencyMs, latencyMs, dataDir, made, madePostgres } =
    optionsSchema.parse(workerData);
  const sandbox = await startSandbox({
    dataDir,
    made: made ?? null,
    postgres: { where: "thread", made: madePostgres ?? null },
    log: (message) => port.postMessage({ log: message }),
    ...(seed === undefined ? {} : { seed }),
    ...(ports === undefined ? {} : { ports }),
    ...(quotas === undefined ? {} : { quotas }),
    ...(consistencyMs === undefined ? {} : { consistencyMs }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
  });
  port.on("message", async (message: unknown) => {
    if (!closeSchema.safeParse(message).success) return;
    await sandbox.close();
    port.postMessage({ closed: true });
    port.close();
  });
  port.postMessage({ environment: sandbox.environment });
}

main().catch((error: unknown) => {
  parentPort?.postMessage({ problem: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
});
