import type { DataRoute } from "../desk";
import { fetch } from "./fetch";
import { list } from "./list";
import { createNamespace, deleteNamespace, describeNamespace, listNamespaces } from "./namespaces";
import { stats } from "./stats";
import { upsert } from "./upsert";

export type NamedRoute = { name: string; run: DataRoute };

const fixed: Record<string, NamedRoute> = {
  "POST /vectors/upsert": { name: "upsert", run: upsert },
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
  const name = decodeURIComponent(path.slice(namespacePath.length));
  if (method === "GET") return { name: "describe-namespace", run: describeNamespace(name) };
  if (method === "DELETE") return { name: "delete-namespace", run: deleteNamespace(name) };
  return null;
}
