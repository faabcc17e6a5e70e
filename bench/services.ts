import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { z } from "zod";
import { SandboxControl } from "@/sandbox/control";

const readySchema = z.object({
  environment: z.record(z.string(), z.string()),
  pinecone: z.string(),
  gemini: z.string(),
});

/** Quotas that never make anybody wait: what is measured is Portage. */
export const unpaced = {
  GEMINI_REQUESTS_PER_MINUTE: "1000000000",
  GEMINI_TOKENS_PER_MINUTE: "1000000000000",
  PINECONE_UPSERTS_PER_SECOND: "100000",
  PINECONE_FETCHES_PER_SECOND: "100000",
  PINECONE_LISTS_PER_SECOND: "100000",
} as const;

export const indexes = { source: "bench-source", target: "bench-target" } as const;
/** Every filled namespace holds records of its own. */
export const namespaceOf = (number: number) => `customer-${number}`;
export const namespace = namespaceOf(0);

export type Services = {
  /** What Portage needs to know of them. */
  environment: Record<string, string>;
  /** The project of the source index, and that of the targets: in processes of their own, as two indexes are two services. */
  source: SandboxControl;
  target: SandboxControl;
  gemini: SandboxControl;
  /** Milliseconds that every answer takes from now on. */
  latency(ms: number): Promise<void>;
  close(): Promise<void>;
};

type StandIn = z.infer<typeof readySchema> & { child: ChildProcess };

async function startStandIn(environment: Record<string, string>): Promise<StandIn> {
  const child = fork(path.join(import.meta.dirname, "stand-in.ts"), {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, ...environment },
  });
  const [message] = await once(child, "message");
  return { ...readySchema.parse(message), child };
}

/** Starts the stand-ins with source records of 1,536 dimensions; targets are made by {@link emptyTarget}. */
export async function startServices(options: {
  /** In each namespace. */
  records: number;
  namespaces?: number;
  requestsPerMinute?: number;
  /** Embeddings come from a server that does nothing but send them. */
  canned?: boolean;
}): Promise<Services> {
  const standIns = await Promise.all([
    startStandIn({
      BENCH_REQUESTS_PER_MINUTE: String(options.requestsPerMinute ?? 0),
      BENCH_CANNED: options.canned ? "1" : "0",
    }),
    startStandIn({}),
  ]);
  const [from, to] = standIns;
  const source = new SandboxControl(from.pinecone);
  await source.createIndex({ name: indexes.source, dimension: 1536 });
  for (let number = 0; number < (options.namespaces ?? 1); number++) {
    await source.fill({
      index: indexes.source,
      namespace: namespaceOf(number),
      records: options.records,
      textLength: 1000,
    });
  }
  return {
    environment: {
      ...from.environment,
      PINECONE_TARGET_CONTROLLER_HOST: to.environment.PINECONE_CONTROLLER_HOST ?? "",
      PINECONE_TARGET_API_KEY: to.environment.PINECONE_API_KEY ?? "",
    },
    source,
    target: new SandboxControl(to.pinecone),
    gemini: new SandboxControl(from.gemini),
    async latency(ms) {
      await Promise.all(
        standIns.map(async ({ child }) => {
          const set = once(child, "message");
          child.send(String(ms));
          await set;
        }),
      );
    },
    async close() {
      await Promise.all(
        standIns.map(async ({ child }) => {
          child.disconnect();
          await once(child, "exit");
        }),
      );
    },
  };
}

const targets = { made: 0 };

/** A target index without records, under a new name. */
export async function emptyTarget(services: Services): Promise<string> {
  const name = `${indexes.target}-${targets.made++}`;
  await services.target.createIndex({ name, dimension: 3072 });
  return name;
}
