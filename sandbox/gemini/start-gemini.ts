import type { Clock } from "../clock";
import { type AdminVerb, administer, commonVerbs } from "../http/admin";
import type { Counters } from "../http/counters";
import { json } from "../http/exchange";
import { Faults } from "../http/faults";
import { type Listening, listen } from "../http/listen";
import { attend, type Latency } from "../http/stand-in";
import type { Storage } from "../storage/open-storage";
import { Ledger } from "./ledger";
import { type GeminiQuotas, Quota } from "./quota";
import { GeminiService } from "./service";

export type GeminiOptions = {
  storage: Storage;
  clock: Clock;
  counters: Counters;
  port: number;
  apiKeys: readonly string[];
  quotas: GeminiQuotas;
  latencyMs: number;
  /** Told of failures that are the stand-in's own. */
  report: (error: unknown) => void;
};

/** Starts the stand-in for the Gemini API on loopback. */
export async function startGemini(options: GeminiOptions): Promise<Listening> {
  const { clock, counters } = options;
  const latency: Latency = { ms: options.latencyMs, jitterMs: 0 };
  const around = { clock, counters, faults: new Faults(clock), latency };
  const quota = new Quota(clock, options.quotas);
  const ledger = new Ledger(options.storage);
  const service = new GeminiService(quota, ledger, options.apiKeys);
  const verbs: Record<string, AdminVerb> = {
    ...commonVerbs(around),
    counters: () =>
      json(200, {
        scopes: counters.all(),
        embedded: ledger.totals(),
        repeated: ledger.repeated(),
        quota: quota.used(),
      }),
    reset: async () => {
      counters.reset();
      around.faults.clear();
      quota.reset();
      await ledger.reset();
      return json(200, {});
    },
  };
  return listen(
    options.port,
    async (exchange) => (await administer(verbs, exchange)) ?? attend(service, around, exchange),
    options.report,
  );
}
