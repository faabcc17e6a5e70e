import { decodeSegment } from "@/sandbox/http/exchange";
import type { DataRoute } from "../desk";
import { remove } from "./delete";
import { fetch } from "./fetch";
import { fetchByMetadata } from "./fetch-by-metadata";
import { list } from "./list";
import { createNamespace, deleteNamespace, describeNamespace, listNamespaces } from "./namespaces";
import { query } from "./query";
import { stats } from "./stats";
import { update } from "./update";
import { upsert } from "./upsert";

export type NamedRoute = { name: string; run: DataRoute };

const fixed: Record<string, NamedRoute> = {
  "POST /vectors/upsert": { name: "upsert", run: upsert },
  "POST /vectors/update": { name: "update", run: update },
  "POST /vectors/delete": { name: "delete", run: remove },
  "POST /vectors/fetch_by_metadata": { name: "fetch-by-metadata", run: fetchByMetadata },
  "POST /query": { name: "query", run: query },
  "GET /vectors/fetch": { name: "fetch", run: fetch },
  "GET /vectors/list": { name: "list", run: list },
  "POST /describe_index_stats": { name: "stats", run: stats },
  "GET /describe_index_stats": { name: "stats", run: stats },
  "GET /namespaces": { name: "list-namespaces", run: listNamespaces },
  "POST /namespaces": { name: "create-namespace", run: createNamespace },
};

/** Routes that change records: the counters of these prove that a source wasn't written to. */
export const writingRoutes = ["upsert", "update", "delete", "create-namespace", "delete-namespace"] as const;

const namespacePath = "/namespaces/";

/** The data plane's route for a method and a path (after the index's prefix), or `null`. */
export function findDataRoute(method: string, path: string): NamedRoute | null {
  const route = fixed[`${method} ${path}`];
  if (route) return route;
  if (!path.startsWith(namespacePath)) return null;
  const name = decodeSegment(path.slice(namespacePath.length));
  if (name === null) return null;
  if (method === "GET") return { name: "describe-namespace", run: describeNamespace(name) };
  if (method === "DELETE") return { name: "delete-namespace", run: deleteNamespace(name) };
  return null;
}
