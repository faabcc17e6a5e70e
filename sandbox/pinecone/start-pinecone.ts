import type { Clock } from "../clock";
import { administer, commonVerbs } from "../http/admin";
import type { Counters } from "../http/counters";
import { Faults } from "../http/faults";
import { type Listening, listen } from "../http/listen";
import { attend, type Latency } from "../http/stand-in";
import type { Storage } from "../storage/open-storage";
import { pineconeVerbs } from "./admin";
import type { Units } from "./desk";
import { limits, type PineconeQuotas } from "./limits";
import { RateLimits } from "./rate-limits";
import { PineconeService } from "./service";
import { type Consistency, Shelf } from "./shelf";

export type PineconeOptions = {
  storage: Storage;
  clock: Clock;
  counters: Counters;
  port: number;
  apiKeys: readonly string[];
  quotas: PineconeQuotas | null;
  consistency: Consistency;
  latencyMs: number;
  /** Told of failures that are the stand-in's own. */
  report: (error: unknown) => void;
  readyAfterMs: number;
  namespaceLimit?: number;
  /** Empties the storage and fills it as on first start. */
  startAgain: () => Promise<void>;
};

/** Starts the stand-in for Pinecone on loopback. */
export async function startPinecone(options: PineconeOptions): Promise<Listening & { shelf: Shelf }> {
  const { storage, clock, counters } = options;
  const shelf = new Shelf(storage, clock, options.consistency, options.namespaceLimit ?? limits.namespaces);
  const rates = new RateLimits(clock, options.quotas);
  const units: Units = new Map();
  const latency: Latency = { ms: options.latencyMs, jitterMs: 0 };
  const around = { clock, counters, faults: new Faults(clock), latency };
  let url = "";
  const control = { shelf, url: () => url, readyAfterMs: options.readyAfterMs };
  const service = new PineconeService(shelf, rates, units, control, options.apiKeys);
  const verbs = {
    ...commonVerbs(around),
    ...pineconeVerbs({ shelf, rates, units, around, startAgain: options.startAgain }),
  };
  const listening = await listen(
    options.port,
    async (exchange) => (await administer(verbs, exchange)) ?? attend(service, around, exchange),
    options.report,
  );
  url = listening.url;
  return { ...listening, shelf };
}
