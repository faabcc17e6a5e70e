import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { z } from "zod";
import { SandboxControl } from "@/lib/sandbox/control";

const readySchema = z.object({
  environment: z.record(z.string(), z.string()),
  pinecone: z.string(),
  gemini: z.string(),
});

export const indexes = { source: "bench-source", target: "bench-target" } as const;
/** Every filled namespace holds records of its own. */
export const namespaceOf = (number: number) => `customer-${number}`;
export const namespace = namespaceOf(0);

export type Services = {
  environment: Record<string, string>;
  pinecone: SandboxControl;
  gemini: SandboxControl;
  /** Milliseconds that every answer takes from now on. */
  latency(ms: number): Promise<void>;
  close(): Promise<void>;
};

/** Starts the stand-ins with `records` source records of 1,536 dimensions and an empty target of 3,072. */
export async function startServices(options: {
  /** In each namespace. */
  records: number;
  namespaces?: number;
  requestsPerMinute?: number;
  /** Embeddings come from a server that does nothing but send them. */
  canned?: boolean;
}): Promise<Services> {
  const child = fork(path.join(import.meta.dirname, "stand-in.ts"), {
    execArgv: ["--import", "tsx"],
    env: {
      ...process.env,
      BENCH_REQUESTS_PER_MINUTE: String(options.requestsPerMinute ?? 0),
      BENCH_CANNED: options.canned ? "1" : "0",
    },
  });
  const [message] = await once(child, "message");
  const ready = readySchema.parse(message);
  const pinecone = new SandboxControl(ready.pinecone);
  await pinecone.createIndex({ name: indexes.source, dimension: 1536 });
  for (let number = 0; number < (options.namespaces ?? 1); number++) {
    await pinecone.fill({
      index: indexes.source,
      namespace: namespaceOf(number),
      records: options.records,
      textLength: 1000,
    });
  }
  await emptyTarget(pinecone);
  return {
    environment: ready.environment,
    pinecone,
    gemini: new SandboxControl(ready.gemini),
    async latency(ms) {
      const set = once(child, "message");
      child.send(String(ms));
      await set;
    },
    async close() {
      child.disconnect();
      await once(child, "exit");
    },
  };
}

const targets = { made: 0 };

/** A target index without records, under a new name. */
export async function emptyTarget(pinecone: SandboxControl): Promise<string> {
  const name = `${indexes.target}-${targets.made++}`;
  await pinecone.createIndex({ name, dimension: 3072 });
  return name;
}
