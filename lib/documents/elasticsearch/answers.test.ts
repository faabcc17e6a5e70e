import { afterEach, describe, expect, it } from "vitest";
import { isServiceFailure, type ServiceFailure } from "@/lib/failures";
import { type Reply, type ScriptedServer, type Seen, scriptServer } from "@/lib/scripted-server.suite";
import { Secret } from "@/lib/secret";
import type { DocumentIndex, Selection, Update } from "../contract";
import { openElasticsearch } from ".";

const product = { "x-elastic-product": "Elasticsearch" };
const key = "a-key-nobody-may-see";
const selection: Selection = { field: "level", namespaceField: "namespace", namespaces: "all", where: "any" };
const update = (id: string): Update => ({ index: "i", id, routing: null, seqNo: 1, primaryTerm: 1, value: 1 });
const refusal = (status: number, type: string): Reply => ({
  status,
  headers: product,
  json: { error: { type, reason: `reason of ${type}`, root_cause: [{ type, reason: `cause of ${type}` }] }, status },
});
const root = (version: string): Reply => ({ headers: product, json: { version: { number: version } } });
const counted: Reply = { headers: product, json: { count: 3, _shards: { failed: 0 } } };

let server: ScriptedServer | null = null;
let documents: DocumentIndex | null = null;
afterEach(async () => {
  await documents?.close();
  await server?.close();
});

async function open(answer: (request: Seen) => Reply, options: { version?: Reply; timeoutMs?: number } = {}) {
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

async function failureOf(work: Promise<unknown>): Promise<ServiceFailure> {
  try {
    await work;
  } catch (error) {
    if (isServiceFailure(error)) return error;
    throw error;
  }
  throw new Error("It didn't fail");
}

describe("the dialect", () => {
  it.each([
    ["8.19.21", root("8.19.21"), "8"],
    ["9.5.3", root("9.5.3"), "9"],
    ["10.0.0", root("10.0.0"), "9"],
    ["unknown, because the key may not ask", refusal(403, "security_exception"), "8"],
  ])("suits a server of version %s", async (_, version, dialect) => {
    const { documents, server } = await open(
      ({ url }) =>
        url.pathname === "/_bulk"
          ? { headers: product, json: { items: [{ update: { status: 200, result: "updated" } }] } }
          : counted,
      { version },
    );
    await documents.count(["i"], selection);
    await documents.bulkUpdate("level", [update("a")]);
    const [asked, count, bulk] = server.seen.map(({ headers }) => headers);
    expect(server.seen).toHaveLength(3);
    expect(asked?.accept).toBe("application/json");
    expect(count?.accept).toBe(`application/vnd.elasticsearch+json; compatible-with=${dialect}`);
    expect(bulk?.["content-type"]).toBe(`application/vnd.elasticsearch+x-ndjson; compatible-with=${dialect}`);
    expect(bulk?.accept).toBe(`application/vnd.elasticsearch+json; compatible-with=${dialect}`);
  });

  it("is asked for once, also by many at the same time, and again after it failed", async () => {
    let down = true;
    const { documents, server } = await open(() => counted);
    await documents.close();
    await server.close();
    const second = await scriptServer(({ url }) => {
      if (url.pathname !== "/") return counted;
      return down ? { status: 503, json: { error: "starting" } } : root("9.5.3");
    });
    const another = openElasticsearch({
      endpoint: second.url,
      apiKey: null,
      username: "u",
      password: new Secret("p"),
      authority: null,
    });
    expect((await failureOf(another.count(["i"], selection))).code).toBe("unavailable");
    down = false;
    await Promise.all([1, 2, 3].map(() => another.count(["i"], selection)));
    expect(second.seen.filter(({ url }) => url.pathname === "/")).toHaveLength(2);
    expect(second.seen.at(-1)?.headers.authorization).toBe(`Basic ${Buffer.from("u:p").toString("base64")}`);
    await another.close();
    await second.close();
  });
});

describe("what goes wrong becomes a code", () => {
  it.each<[string, Reply, string]>([
    [
      "wrong key",
      { status: 401, json: { error: { type: "security_exception", reason: "unable to authenticate" } } },
      "auth",
    ],
    ["missing privilege", refusal(403, "security_exception"), "auth"],
    ["unknown index", refusal(404, "index_not_found_exception"), "not-found"],
    ["closed index", refusal(400, "index_closed_exception"), "conflict"],
    ["block by an operator", refusal(403, "cluster_block_exception"), "conflict"],
    ["full disk", refusal(429, "cluster_block_exception"), "conflict"],
    ["no master", refusal(503, "cluster_block_exception"), "unavailable"],
    ["full queue", refusal(429, "es_rejected_execution_exception"), "throttled"],
    ["circuit breaker", refusal(429, "circuit_breaking_exception"), "throttled"],
    ["circuit breaker under another status", refusal(503, "circuit_breaking_exception"), "throttled"],
    ["refused query", refusal(400, "illegal_argument_exception"), "invalid"],
    ["too large", { status: 413, json: {} }, "too-large"],
    ["no handler", { status: 400, json: { error: "no handler found for uri" } }, "invalid"],
    [
      "gateway",
      { status: 502, headers: { "content-type": "text/html" }, text: "<html>Bad gateway</html>" },
      "unavailable",
    ],
    ["another product", { json: { count: 1 } }, "malformed"],
    ["half a document", { headers: product, text: '{"count":' }, "malformed"],
    ["another shape", { headers: product, json: { number: 3 } }, "malformed"],
    ["missing shards", { headers: product, json: { count: 3, _shards: { failed: 1 } } }, "malformed"],
    ["reset", "reset", "connection"],
    ["broken off", "half", "connection"],
  ])("%s", async (_, reply, code) => {
    const { documents } = await open(() => reply);
    const failure = await failureOf(documents.count(["i"], selection));
    expect(failure.code).toBe(code);
    expect(failure).toMatchObject({ service: "Elasticsearch", operation: "count" });
    expect(failure.message).not.toContain(key);
  });

  it("asks once and never again by itself", async () => {
    const { documents, server } = await open(() => refusal(503, "unavailable_shards_exception"));
    expect((await failureOf(documents.count(["i"], selection))).code).toBe("unavailable");
    expect(server.seen.filter(({ url }) => url.pathname !== "/")).toHaveLength(1);
  });

  it("keeps the time to wait, and says what ran short", async () => {
    const { documents } = await open(() => ({
      status: 429,
      headers: { ...product, "retry-after": "2" },
      json: { error: { type: "es_rejected_execution_exception", reason: "full" } },
    }));
    expect(await failureOf(documents.count(["i"], selection))).toMatchObject({
      code: "throttled",
      retryAfterMs: 2000,
      quota: "queue of the server",
      status: 429,
    });
  });

  it("gives up in time, and at once when it is cancelled", async () => {
    const { documents, server } = await open(() => "hang", { timeoutMs: 50 });
    expect((await failureOf(documents.count(["i"], selection))).code).toBe("timeout");
    const patient = openElasticsearch({
      endpoint: server.url,
      apiKey: null,
      username: null,
      password: null,
      authority: null,
    });
    const stop = new AbortController();
    const counting = failureOf(patient.count(["i"], selection, { signal: stop.signal }));
    while (server.seen.length < 4) await new Promise(setImmediate);
    stop.abort();
    expect((await counting).code).toBe("aborted");
    await patient.close();
  });

  it("isn't spoilt for others by one that is cancelled while the version is asked for", async () => {
    const { documents } = await open(() => counted);
    const cancelled = failureOf(documents.count(["i"], selection, { signal: AbortSignal.abort() }));
    expect(await documents.count(["i"], selection)).toBe(3);
    expect((await cancelled).code).toBe("aborted");
  });

  it("refuses a key that can't be sent, without quoting it", async () => {
    const odd = openElasticsearch({
      endpoint: "http://127.0.0.1:1",
      apiKey: new Secret("schlüssel\n"),
      username: null,
      password: null,
      authority: null,
    });
    const failure = await failureOf(odd.count(["i"], selection));
    expect(failure.code).toBe("auth");
    expect(failure.message).not.toContain("schl");
  });
});

describe("a bulk of updates", () => {
  const bulk = (items: object[]): Reply => ({
    headers: product,
    json: { errors: true, items: items.map((item) => ({ update: item })) },
  });
  const error = (type: string) => ({ error: { type, reason: `reason of ${type}` } });

  it("sends two lines a document, fenced, and asks for nothing it doesn't need", async () => {
    const { documents, server } = await open(() =>
      bulk([
        { status: 200, result: "updated" },
        { status: 200, result: "noop" },
      ]),
    );
    const outcomes = await documents.bulkUpdate("access.level", [
      { ...update("a"), routing: "r" },
      { ...update("ü"), rewrite: true },
    ]);
    expect(outcomes).toEqual([{ state: "updated" }, { state: "noop" }]);
    const sent = server.seen.at(-1);
    expect(sent?.body).toBe(
      [
        '{"update":{"_index":"i","_id":"a","if_seq_no":1,"if_primary_term":1,"routing":"r"}}',
        '{"doc":{"access":{"level":1}}}',
        '{"update":{"_index":"i","_id":"ü","if_seq_no":1,"if_primary_term":1}}',
        '{"doc":{"access":{"level":1}},"detect_noop":false}',
        "",
      ].join("\n"),
    );
    expect(sent?.url.searchParams.get("filter_path")).toContain("items.*.status");
    const bytes = documents.sizeOf("access.level", { ...update("a"), routing: "r" });
    expect(bytes).toBe(Buffer.byteLength(sent?.body.split("\n").slice(0, 2).join("\n") ?? "") + 1);
  });

  it.each<[object, object]>([
    [{ status: 409, ...error("version_conflict_engine_exception") }, { state: "conflict" }],
    [{ status: 404, ...error("document_missing_exception") }, { state: "missing" }],
    [{ status: 429, ...error("es_rejected_execution_exception") }, { state: "throttled" }],
    [{ status: 429, ...error("circuit_breaking_exception") }, { state: "throttled" }],
    [{ status: 503, ...error("unavailable_shards_exception") }, { state: "unavailable" }],
    [
      { status: 429, ...error("cluster_block_exception") },
      { state: "refused", reason: "write-blocked", scope: "index" },
    ],
    [{ status: 503, ...error("cluster_block_exception") }, { state: "unavailable" }],
    [
      { status: 404, ...error("index_not_found_exception") },
      { state: "refused", reason: "rejected-by-target", scope: "index" },
    ],
    [
      { status: 403, ...error("security_exception") },
      { state: "refused", reason: "rejected-by-target", scope: "index" },
    ],
    [
      { status: 400, ...error("strict_dynamic_mapping_exception") },
      { state: "refused", reason: "mapping-refused", scope: "index" },
    ],
    [
      { status: 400, ...error("document_parsing_exception") },
      { state: "refused", reason: "mapping-refused", scope: "document" },
    ],
    [
      { status: 400, ...error("something_new_exception") },
      { state: "refused", reason: "rejected-by-target", scope: "document" },
    ],
  ])("takes %j apart", async (item, outcome) => {
    const { documents } = await open(() => bulk([{ status: 200, result: "updated" }, item]));
    const outcomes = await documents.bulkUpdate("level", [update("a"), update("b")]);
    expect(outcomes).toMatchObject([{ state: "updated" }, outcome]);
  });

  it("trusts no answer that doesn't account for every document", async () => {
    const { documents } = await open(() => bulk([{ status: 200, result: "updated" }]));
    expect((await failureOf(documents.bulkUpdate("level", [update("a"), update("b")]))).code).toBe("malformed");
    const { documents: vague } = await open(() => bulk([{ status: 200 }]));
    expect((await failureOf(vague.bulkUpdate("level", [update("a")]))).code).toBe("malformed");
  });
});

describe("a key that may see little", () => {
  it("gets a target described as far as it may, and nulls for the rest", async () => {
    const { documents } = await open(
      ({ url }) => {
        if (url.pathname.startsWith("/_resolve")) {
          const stream = { name: "i", backing_indices: ".ds-i-1", timestamp_field: "@timestamp" };
          return { headers: product, json: { indices: [], aliases: [], data_streams: [stream] } };
        }
        if (url.pathname.startsWith("/_security")) return { status: 405, json: { error: "Incorrect HTTP method" } };
        return refusal(403, "security_exception");
      },
      { version: refusal(403, "security_exception") },
    );
    expect(await documents.inspect(["i"])).toEqual({
      version: null,
      kind: "data stream",
      missing: [],
      indices: [{ name: ".ds-i-1", open: true, health: null, settings: null }],
      aliases: [],
      dataStreams: [{ name: "i", indices: [".ds-i-1"] }],
      health: null,
      privileges: null,
    });
  });
});
