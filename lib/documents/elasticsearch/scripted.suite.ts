import { afterEach } from "vitest";
import { isServiceFailure, type ServiceFailure } from "@/lib/failures";
import { type Reply, type ScriptedServer, type Seen, scriptServer } from "@/lib/http/scripted-server.suite";
import { Secret } from "@/lib/secret";
import type { DocumentIndex, Selection, Update } from "../contract";
import { openElasticsearch } from ".";

export const product = { "x-elastic-product": "Elasticsearch" };
export const key = "a-key-nobody-may-see";
export const selection: Selection = { field: "level", namespaceField: "namespace", namespaces: "all", where: "any" };
export const update = (id: string): Update => ({ index: "i", id, routing: null, seqNo: 1, primaryTerm: 1, value: 1 });
export const refusal = (status: number, type: string): Reply => ({
  status,
  headers: product,
  json: { error: { type, reason: `reason of ${type}`, root_cause: [{ type, reason: `cause of ${type}` }] }, status },
});
export const root = (version: string): Reply => ({ headers: product, json: { version: { number: version } } });
export const counted: Reply = { headers: product, json: { count: 3, _shards: { failed: 0 } } };

let server: ScriptedServer | null = null;
let documents: DocumentIndex | null = null;
afterEach(async () => {
  await documents?.close();
  await server?.close();
});

/** The connector over a server that answers as told; both are closed after each test. */
export async function openScripted(
  answer: (request: Seen) => Reply,
  options: { version?: Reply; timeoutMs?: number } = {},
) {
  server = await scriptServer((request) =>
    request.url.pathname === "/" ? (options.version ?? root("9.5.3")) : answer(request),
  );
  documents = openElasticsearch({
    endpoint: server.url,
    apiKey: new Secret(key),
    username: null,
    password: null,
    authority: null,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  return { documents, server };
}

/** The failure that the work ends with. */
export async function failureOf(work: Promise<unknown>): Promise<ServiceFailure> {
  try {
    await work;
  } catch (error) {
    if (isServiceFailure(error)) return error;
    throw error;
  }
  throw new Error("It didn't fail");
}
