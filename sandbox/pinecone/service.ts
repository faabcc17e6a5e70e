import { type Answer, decodeSegment, type Exchange, text } from "../http/exchange";
import type { Call, Service } from "../http/stand-in";
import type { Units } from "./desk";
import { dataPath, readIndex } from "./indexes";
import { answerRefusals, controlProblem, dataProblem, documentProblem } from "./problems";
import type { RateLimits } from "./rate-limits";
import { type ControlDesk, create, describeOne, listAll, remove } from "./routes/control";
import { documentRoute, findDataRoute, refuseOtherFamily } from "./routes/data";
import type { Shelf } from "./shelf";

/** Scope of the counters for calls that concern no index in particular. */
export const controlScope = "control";

const controlRoutes = new Set(["list-indexes", "create-index", "describe-index", "delete-index"]);
const retryAfter = (seconds: number | null) => (seconds === null ? undefined : { "retry-after": String(seconds) });

/** Pinecone's control plane at the root, and the data plane of every index under a prefix. */
export class PineconeService implements Service {
  constructor(
    readonly shelf: Shelf,
    readonly rates: RateLimits,
    readonly units: Units,
    readonly control: ControlDesk,
    readonly apiKeys: readonly string[],
  ) {}

  recognise(exchange: Exchange): Call | null {
    return exchange.path.startsWith(dataPath) ? this.#dataCall(exchange) : this.#controlCall(exchange);
  }

  #dataCall(exchange: Exchange): Call | null {
    const rest = exchange.path.slice(dataPath.length);
    const slash = rest.indexOf("/");
    const name = slash < 0 ? rest : rest.slice(0, slash);
    const index = readIndex(this.shelf.storage, name);
    const route = slash < 0 ? null : findDataRoute(exchange.method, rest.slice(slash));
    if (index === null || route === null) return null;
    const desk = { shelf: this.shelf, rates: this.rates, units: this.units, index, exchange };
    const words = route.family === "documents" ? documentProblem : dataProblem;
    const run = () => {
      refuseOtherFamily(desk, route);
      return route.run(desk);
    };
    return { scope: name, route: route.name, run: () => answerRefusals(run, words) };
  }

  #controlCall(exchange: Exchange): Call | null {
    const call = (route: string, run: Call["run"]): Call => ({ scope: controlScope, route, run });
    if (exchange.path === "/indexes") {
      if (exchange.method === "GET") return call("list-indexes", () => listAll(this.control, exchange));
      if (exchange.method === "POST") return call("create-index", () => create(this.control, exchange));
      return null;
    }
    const name = decodeSegment(/^\/indexes\/([^/]+)$/.exec(exchange.path)?.[1] ?? "");
    if (name === null || name === "") return null;
    if (exchange.method === "GET") return call("describe-index", () => describeOne(this.control, exchange, name));
    if (exchange.method === "DELETE") return call("delete-index", () => remove(this.control, name));
    return null;
  }

  refuseKey(exchange: Exchange): Answer | null {
    return this.apiKeys.includes(exchange.header("api-key") ?? "") ? null : text(401, "Unauthorized");
  }

  unknownRoute(exchange: Exchange): Answer {
    return exchange.path.startsWith(dataPath)
      ? dataProblem("not-found", "Not found")
      : controlProblem(404, "NOT_FOUND", "Resource not found");
  }

  throttled(call: Call, retryAfterSeconds: number | null): Answer {
    const words = `Request failed. You've reached the max ${call.route} requests per second for index ${call.scope}.`;
    const headers = retryAfter(retryAfterSeconds);
    if (call.route.startsWith(documentRoute)) return documentProblem("throttled", words, headers);
    return controlRoutes.has(call.route)
      ? controlProblem(429, "RESOURCE_EXHAUSTED", words, headers)
      : dataProblem("throttled", words, headers);
  }

  exhausted(call: Call): Answer {
    const unit = call.route.endsWith("upsert") ? "write" : "read";
    return dataProblem(
      "throttled",
      `Request failed. You've reached your ${unit} unit limit for the current month. To continue using Pinecone, upgrade your plan.`,
    );
  }

  broken(_call: Call, status: number): Answer {
    return text(status, status === 503 ? "Service Unavailable" : "Internal server error");
  }
}
