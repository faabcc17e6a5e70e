import { decodeSegment } from "@/sandbox/http/exchange";
import type { DataRoute, Desk } from "../desk";
import { toNamespace } from "../identifiers";
import { documentsVersion } from "../indexes";
import { Refusal } from "../problems";
import { remove } from "./delete";
import { fetchDocuments } from "./documents/fetch";
import { listDocuments } from "./documents/list";
import { removeDocuments } from "./documents/remove";
import { searchDocuments } from "./documents/search";
import { updateDocuments } from "./documents/update";
import { upsertDocuments } from "./documents/upsert";
import { fetch } from "./fetch";
import { fetchByMetadata } from "./fetch-by-metadata";
import { list } from "./list";
import { createNamespace, deleteNamespace, describeNamespace, listNamespaces } from "./namespaces";
import { query } from "./query";
import { stats } from "./stats";
import { update } from "./update";
import { upsert } from "./upsert";

/** `family`: which sort of index it is for; left out: for both. */
export type NamedRoute = { name: string; run: DataRoute; family?: "vectors" | "documents" };

const family = "vectors";
const fixed: Record<string, NamedRoute> = {
  "POST /vectors/upsert": { name: "upsert", run: upsert, family },
  "POST /vectors/update": { name: "update", run: update, family },
  "POST /vectors/delete": { name: "delete", run: remove, family },
  "POST /vectors/fetch_by_metadata": { name: "fetch-by-metadata", run: fetchByMetadata, family },
  "POST /query": { name: "query", run: query, family },
  "GET /vectors/fetch": { name: "fetch", run: fetch, family },
  "GET /vectors/list": { name: "list", run: list, family },
  "POST /describe_index_stats": { name: "stats", run: stats },
  "GET /describe_index_stats": { name: "stats", run: stats },
  "GET /namespaces": { name: "list-namespaces", run: listNamespaces },
  "POST /namespaces": { name: "create-namespace", run: createNamespace },
};

/** Routes that change records: the counters of these prove that a source wasn't written to. */
export const writingRoutes = [
  "upsert",
  "update",
  "delete",
  "create-namespace",
  "delete-namespace",
  "documents-upsert",
  "documents-update",
  "documents-delete",
] as const;

/** What the names of routes on documents begin with. */
export const documentRoute = "documents-";
const onDocuments: Record<string, (namespace: string) => DataRoute> = {
  upsert: upsertDocuments,
  fetch: fetchDocuments,
  list: listDocuments,
  search: searchDocuments,
  update: updateDocuments,
  delete: removeDocuments,
};

const namespacePath = "/namespaces/";

/**
 * A host serves one family of calls: those of the other are refused before anything else is looked at, as are calls on documents by an
 * older API version.
 */
export function refuseOtherFamily({ index, exchange }: Desk, route: NamedRoute): void {
  const stands = index.fields === null ? "vectors" : "documents";
  if (route.family === undefined) return;
  if (route.family === "documents" && (exchange.header("x-pinecone-api-version") ?? "") < documentsVersion)
    throw new Refusal("invalid", `Calls on documents require API version ${documentsVersion} or later`);
  if (route.family === stands) return;
  throw new Refusal(
    "invalid",
    stands === "documents"
      ? `Index ${index.name} has a document schema: use POST /namespaces/{namespace}/documents/upsert, update or delete with API version ${documentsVersion} or later. The vectors and records endpoints don't support document schemas.`
      : `Index ${index.name} has no document schema: use the vectors endpoints.`,
  );
}

/** The data plane's route for a method and a path (after the index's prefix), or `null`. */
export function findDataRoute(method: string, path: string): NamedRoute | null {
  const route = fixed[`${method} ${path}`];
  if (route) return route;
  if (!path.startsWith(namespacePath)) return null;
  const [, place, verb] = /^\/namespaces\/([^/]+)\/documents\/([a-z]+)$/.exec(path) ?? [];
  if (place !== undefined && verb !== undefined) {
    const namespace = decodeSegment(place);
    const run = method === "POST" && Object.hasOwn(onDocuments, verb) ? onDocuments[verb] : undefined;
    if (namespace === null || run === undefined) return null;
    return { name: `${documentRoute}${verb}`, run: run(toNamespace(namespace)), family: "documents" };
  }
  const name = decodeSegment(path.slice(namespacePath.length));
  if (name === null) return null;
  if (method === "GET") return { name: "describe-namespace", run: describeNamespace(name) };
  if (method === "DELETE") return { name: "delete-namespace", run: deleteNamespace(name) };
  return null;
}
