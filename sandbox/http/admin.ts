import { z } from "zod";
import { type Answer, type Exchange, json, parseJson } from "./exchange";
import { faultPlanSchema } from "./faults";
import type { Surroundings } from "./stand-in";

export const adminPath = "/__sandbox/";

const latencySchema = z.object({ ms: z.number().min(0), jitterMs: z.number().min(0).default(0) });
const clockSchema = z.object({ advanceMs: z.number().min(0) });

/** One request of the admin endpoint; the path after {@link adminPath} is its name. */
export type AdminVerb = (exchange: Exchange) => Answer | Promise<Answer>;

/** Parses the body or answers 400 with what is wrong. */
export function withBody<T>(
  schema: z.ZodType<T>,
  run: (body: T) => Answer | Promise<Answer>,
): (exchange: Exchange) => Answer | Promise<Answer> {
  return (exchange) => {
    const parsed = schema.safeParse(parseJson(exchange.body));
    return parsed.success ? run(parsed.data) : json(400, { problem: z.prettifyError(parsed.error) });
  };
}

/** The verbs that every stand-in has: `faults`, `latency`, `clock`, and liveness at the bare path. */
export function commonVerbs(around: Surroundings): Record<string, AdminVerb> {
  const setFaults = withBody(faultPlanSchema, (plan) => {
    around.faults.set(plan);
    return json(200, around.faults.report());
  });
  const setLatency = withBody(latencySchema, (latency) => {
    Object.assign(around.latency, latency);
    return json(200, around.latency);
  });
  return {
    "": () => json(200, { standIn: true }),
    faults: (exchange) => {
      if (exchange.method === "DELETE") around.faults.clear();
      else if (exchange.method !== "GET") return setFaults(exchange);
      return json(200, around.faults.report());
    },
    latency: (exchange) => (exchange.method === "GET" ? json(200, around.latency) : setLatency(exchange)),
    clock: withBody(clockSchema, ({ advanceMs }) => {
      around.clock.advance(advanceMs);
      return json(200, { now: around.clock.now() });
    }),
  };
}

/** Answers a request of the admin endpoint, or `null` when it isn't one. */
export async function administer(verbs: Record<string, AdminVerb>, exchange: Exchange): Promise<Answer | null> {
  if (!exchange.path.startsWith(adminPath)) return null;
  // A page of another site that is open in a browser could send requests here; tests and scripts send no origin.
  if (exchange.header("origin") !== undefined) return json(403, { problem: "Not for browsers." });
  const verb = verbs[exchange.path.slice(adminPath.length)];
  return verb ? verb(exchange) : json(404, { problem: `Known are: ${Object.keys(verbs).join(", ")}` });
}
