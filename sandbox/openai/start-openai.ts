import type { Clock } from "../clock";
import { administer, commonVerbs } from "../http/admin";
import type { Counters } from "../http/counters";
import { Faults } from "../http/faults";
import { type Listening, listen } from "../http/listen";
import { attend, type Latency } from "../http/stand-in";
import { OpenAiService } from "./service";

export type OpenAiOptions = {
  clock: Clock;
  counters: Counters;
  port: number;
  apiKeys: readonly string[];
  latencyMs: number;
  /** Told of failures that are the stand-in's own. */
  report: (error: unknown) => void;
};

/** Starts the stand-in for OpenAI's embeddings on loopback. */
export async function startOpenAi({
  clock,
  counters,
  port,
  apiKeys,
  latencyMs,
  report,
}: OpenAiOptions): Promise<Listening> {
  const latency: Latency = { ms: latencyMs, jitterMs: 0 };
  const around = { clock, counters, faults: new Faults(clock), latency };
  const service = new OpenAiService(apiKeys);
  const verbs = commonVerbs(around);
  return listen(
    port,
    async (exchange) => (await administer(verbs, exchange)) ?? attend(service, around, exchange),
    report,
  );
}
