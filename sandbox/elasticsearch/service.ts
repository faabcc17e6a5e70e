import { type Answer, decodeSegment, type Exchange, json } from "../http/exchange";
import type { Call, Service, Worked } from "../http/stand-in";
import type { Library } from "./library";
import type { Points } from "./points";
import { noHandler, Problem, unauthorized } from "./problems";
import { clusterRoutes, rootRoute } from "./routes/cluster";
import type { Desk, Route } from "./routes/desk";
import { documentRoutes } from "./routes/documents";
import { indexRoutes } from "./routes/indexes";
import { searchRoutes } from "./routes/search";

/** Scope of the counters for calls that name no index. */
export const clusterScope = "cluster";

const routes: Record<string, Route[]> = { ...clusterRoutes, ...indexRoutes, ...searchRoutes, ...documentRoutes };
/** The dialects that the server speaks; `application/json` alone is the newest. */
const dialects = new Set(["8", "9"]);

/** `/{target}/{verb}/{name…}`, `/{verb}/{name…}` or `/{target}`; the verb begins with an underscore. */
function readPath(path: string): { target: string; verb: string; name: string } | null {
  const segments = path
    .split("/")
    .filter((segment) => segment !== "")
    .map(decodeSegment);
  const known: string[] = [];
  for (const segment of segments) {
    if (segment === null) return null;
    known.push(segment);
  }
  const [first = "", second = "", ...rest] = known;
  if (first.startsWith("_") && first !== "_all")
    return { target: "", verb: first, name: [second, ...rest].filter(Boolean).join("/") };
  return { target: first, verb: second, name: rest.join("/") };
}

/** The part of Elasticsearch that sets a field of many documents: reading by query, writing in bulk, and what describes indexes. */
export class ElasticsearchService implements Service {
  constructor(
    readonly library: Library,
    readonly points: Points,
    readonly apiKeys: readonly string[],
  ) {}

  recognise(exchange: Exchange): Call | null {
    const path = readPath(exchange.path);
    if (path === null) return null;
    const { target, verb, name } = path;
    const isRoot = target === "" && verb === "";
    const route = isRoot ? rootRoute : routes[verb]?.find(({ methods }) => methods.includes(exchange.method));
    if (route === undefined) return null;
    const desk: Desk = { library: this.library, points: this.points, exchange, target, name };
    return { scope: target || clusterScope, route: route.name, run: () => answerProblems(desk, route) };
  }

  refuseKey(exchange: Exchange): Answer | null {
    const [scheme, key] = (exchange.header("authorization") ?? "").split(" ");
    return scheme === "ApiKey" && this.apiKeys.includes(key ?? "") ? null : unauthorized().toAnswer();
  }

  unknownRoute(exchange: Exchange): Answer {
    return noHandler(exchange.method, exchange.path);
  }

  throttled(): Answer {
    return new Problem(
      429,
      "es_rejected_execution_exception",
      "rejected execution of coordinating operation",
    ).toAnswer();
  }

  /** Its memory: no allowance of a server is renewed by the day. */
  exhausted(): Answer {
    return new Problem(429, "circuit_breaking_exception", "[parent] Data too large").toAnswer();
  }

  broken(_call: Call, status: number): Answer {
    return status === 503
      ? new Problem(503, "cluster_block_exception", "blocked by: [SERVICE_UNAVAILABLE/2/no master];").toAnswer()
      : json(status, { error: "Internal server error", status });
  }
}

/** Refuses a dialect that the server doesn't speak. */
function refuseDialect(exchange: Exchange): void {
  for (const header of ["accept", "content-type"]) {
    const version = /compatible-with=(\d+)/.exec(exchange.header(header) ?? "")?.[1];
    if (version !== undefined && !dialects.has(version)) {
      throw new Problem(
        400,
        "media_type_header_exception",
        "Invalid media-type value on headers [Accept, Content-Type]",
      );
    }
  }
}

async function answerProblems(desk: Desk, route: Route): Promise<Worked> {
  try {
    refuseDialect(desk.exchange);
    return await route.run(desk);
  } catch (error) {
    if (error instanceof Problem) return error.toAnswer();
    throw error;
  }
}
