import { describe, expect, it } from "vitest";
import { type Reply, scriptServer } from "@/lib/http/scripted-server.suite";
import { Secret } from "@/lib/secret";
import { openElasticsearch } from ".";
import { counted, failureOf, key, openScripted, product, refusal, root, selection, update } from "./scripted.suite";

describe("the dialect", () => {
  it.each([
    ["8.19.21", root("8.19.21"), "8"],
    ["9.5.3", root("9.5.3"), "9"],
    ["10.0.0", root("10.0.0"), "9"],
    ["unknown, because the key may not ask", refusal(403, "security_exception"), "8"],
  ])("suits a server of version %s", async (_, version, dialect) => {
    const { documents, server } = await openScripted(
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
    const { documents, server } = await openScripted(() => counted);
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
    const { documents } = await openScripted(() => reply);
    const failure = await failureOf(documents.count(["i"], selection));
    expect(failure.code).toBe(code);
    expect(failure).toMatchObject({ service: "Elasticsearch", operation: "count" });
    expect(failure.message).not.toContain(key);
  });

  it("asks once and never again by itself", async () => {
    const { documents, server } = await openScripted(() => refusal(503, "unavailable_shards_exception"));
    expect((await failureOf(documents.count(["i"], selection))).code).toBe("unavailable");
    expect(server.seen.filter(({ url }) => url.pathname !== "/")).toHaveLength(1);
  });

  it("keeps the time to wait, and says what ran short", async () => {
    const { documents } = await openScripted(() => ({
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
    const { documents, server } = await openScripted(() => "hang", { timeoutMs: 50 });
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
    const { documents } = await openScripted(() => counted);
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

describe("a key that may see little", () => {
  it("gets a target described as far as it may, and nulls for the rest", async () => {
    const { documents } = await openScripted(
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
