import type { Clock } from "../clock";
import { type AdminVerb, administer, commonVerbs } from "../http/admin";
import type { Counters } from "../http/counters";
import { json } from "../http/exchange";
import { Faults } from "../http/faults";
import { type Listening, listen } from "../http/listen";
import { attend, type Latency } from "../http/stand-in";
import type { Library } from "./library";
import { Points } from "./points";
import { ElasticsearchService } from "./service";

export type ElasticsearchOptions = {
  library: Library;
  clock: Clock;
  counters: Counters;
  port: number;
  apiKeys: readonly string[];
  latencyMs: number;
  /** Told of failures that are the stand-in's own. */
  report: (error: unknown) => void;
};

/** Starts the stand-in for Elasticsearch on loopback. */
export async function startElasticsearch(options: ElasticsearchOptions): Promise<Listening> {
  const { library, clock, counters } = options;
  const points = new Points(library, clock);
  const latency: Latency = { ms: options.latencyMs, jitterMs: 0 };
  const around = { clock, counters, faults: new Faults(clock), latency };
  const service = new ElasticsearchService(library, points, options.apiKeys);
  const verbs: Record<string, AdminVerb> = {
    ...commonVerbs(around),
    counters: () => json(200, { scopes: counters.all() }),
    reset: () => {
      counters.reset();
      around.faults.clear();
      points.clear();
      return json(200, {});
    },
  };
  return listen(
    options.port,
    async (exchange) => (await administer(verbs, exchange)) ?? attend(service, around, exchange),
    options.report,
  );
}
