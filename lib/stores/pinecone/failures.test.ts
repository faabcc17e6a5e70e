import { describe, expect, it } from "vitest";
import type { ServiceFailure } from "@/lib/failures";
import type { Reply } from "@/lib/http/scripted-server.suite";
import { Secret } from "@/lib/secret";
import type { VectorTarget } from "../contract";
import { openPineconeTarget } from ".";
import { failureOf, key, open, place, record, script } from "./scripted.suite";

const failing = async (reply: Reply, call: (target: VectorTarget) => Promise<unknown>) => {
  const { target } = await open(() => reply);
  return failureOf(call(target));
};
const upsert = (target: VectorTarget) => target.upsert(place, [record("a"), record("b")]);
const fetchHeads = (target: VectorTarget) => target.fetchHeads(place, ["a", "b"]);
const list = (target: VectorTarget) => target.listIds(place);

describe("Pinecone's refusals become codes", () => {
  const cases: [name: string, reply: Reply, expected: Partial<ServiceFailure>][] = [
    ["400", { status: 400, json: { code: 3, message: "Vector dimension 2 does not match" } }, { code: "invalid" }],
    [
      "400 that names a size",
      {
        status: 400,
        json: { code: 3, message: "Metadata size is 42177 bytes, which exceeds the limit of 40960 bytes per vector" },
      },
      { code: "too-large" },
    ],
    [
      "400 for a message too large",
      { status: 400, json: { message: "Error, message length too large: found 5 bytes, the limit is: 4194304 bytes" } },
      { code: "too-large" },
    ],
    ["401 in plain text", { status: 401, text: "Unauthorized" }, { code: "auth", status: 401 }],
    ["403", { status: 403, json: { message: "Forbidden" } }, { code: "auth" }],
    ["408", { status: 408, text: "" }, { code: "timeout" }],
    ["409", { status: 409, json: {} }, { code: "conflict" }],
    ["413", { status: 413, text: "" }, { code: "too-large" }],
    ["422", { status: 422, json: { message: "no" } }, { code: "invalid" }],
    ["500", { status: 500, json: { message: "oops" } }, { code: "unavailable", status: 500 }],
    ["502 with a proxy's page", { status: 502, text: "<html>Bad gateway</html>" }, { code: "unavailable" }],
    ["503", { status: 503, headers: { "retry-after": "2" } }, { code: "unavailable", retryAfterMs: 2000 }],
    [
      "a redirect",
      { status: 302, headers: { location: "http://elsewhere.invalid/" } },
      { code: "unknown", status: 302 },
    ],
    [
      "429 with Retry-After",
      {
        status: 429,
        headers: { "retry-after": "1.5" },
        json: { code: 8, message: "You've reached the upsert QPS limit" },
      },
      { code: "throttled", retryAfterMs: 1500, quota: "upserts per second", status: 429 },
    ],
    [
      "429 for bytes",
      { status: 429, json: { message: "max upsert size limit per second for index idx." } },
      { code: "throttled", retryAfterMs: undefined, quota: "upserted bytes per second" },
    ],
    [
      "429 for the month",
      {
        status: 429,
        json: { message: "You've reached your write unit limit for the current month. Upgrade your plan." },
      },
      { code: "exhausted", quota: "write units per month" },
    ],
    [
      "429 for egress",
      {
        status: 429,
        headers: { "retry-after": "1" },
        json: {
          error: { code: "RESOURCE_EXHAUSTED", message: "Egress limit reached. Upgrade your plan." },
          status: 429,
        },
      },
      { code: "exhausted", quota: "egress per month" },
    ],
    ["403 in plain text", { status: 403, text: "Forbidden" }, { code: "auth", status: 403 }],
    [
      "a write to an alias of a namespace",
      { status: 400, json: { code: 3, message: "Writes to a namespace alias are not allowed" } },
      { code: "conflict", next: "Name the namespace that the alias stands for: an alias can only be read." },
    ],
    ["a reset", "reset", { code: "connection" }],
    ["an answer that breaks off", "half", { code: "connection" }],
    ["something that isn't JSON", { text: "{" }, { code: "malformed" }],
    ["JSON of another shape", { json: { upsertedCount: { a: 1 } } }, { code: "malformed" }],
    ["a confirmation of fewer records", { json: { upsertedCount: 1 } }, { code: "malformed" }],
  ];
  for (const [name, reply, expected] of cases) {
    it(name, async () => {
      const failure = await failing(reply, upsert);
      expect(failure).toMatchObject({ ...expected, service: "Pinecone", operation: "upsert" });
    });
  }

  it("makes one request for each call, whatever comes back", async () => {
    for (const reply of [{ status: 500 }, { status: 429 }, "reset"] satisfies Reply[]) {
      const { target, data } = await open(() => reply);
      await failureOf(upsert(target));
      expect(data()).toHaveLength(1);
    }
  });

  it("says until when a month's allowance is gone", async () => {
    const failure = await failing({ status: 429, json: { message: "read unit limit for the current month" } }, list);
    const { until } = failure;
    expect(until?.getUTCDate()).toBe(1);
    expect(until?.toISOString()).toMatch(/-01T00:00:00\.000Z$/);
    expect(until?.getTime()).toBeGreaterThan(Date.now());
  });

  it("names the quota by what was being done", async () => {
    const message = "You've reached the max list requests per second for index idx.";
    expect((await failing({ status: 429, json: { message } }, list)).quota).toBe("list requests per second");
    expect((await failing({ status: 429, json: {} }, fetchHeads)).quota).toBe("fetch requests per second");
  });

  it("takes a refused connection for one", async () => {
    const { target, server } = await open(() => ({}));
    await target.inspect("idx").catch(() => {});
    await server.close();
    expect(await failureOf(list(target))).toMatchObject({ code: "connection" });
  });

  it("never repeats the key, even when the service does", async () => {
    const failure = await failing({ status: 403, json: { message: `Key ${key} is not allowed` } }, upsert);
    expect(failure.message).toContain("[secret]");
    expect(JSON.stringify({ ...failure, message: failure.message, cause: String(failure.cause) })).not.toContain(key);
  });

  it("fails with auth, without a request, when the key is missing or can't be sent", async () => {
    for (const apiKey of [null, new Secret("käse"), new Secret("two\nlines")]) {
      const project = { apiKey, controllerHost: "http://127.0.0.1:9" };
      const target = openPineconeTarget(project, { cloud: "aws", region: "us-east-1" });
      const failure = await failureOf(target.inspect("idx"));
      expect(failure.code).toBe("auth");
      expect(failure.message).not.toContain("käse");
    }
  });
});

describe("a call to Pinecone can be ended", () => {
  it("by its caller, in mid-flight", async () => {
    const controller = new AbortController();
    const { target } = await open(() => {
      controller.abort();
      return "hang";
    });
    const failure = await failureOf(target.upsert(place, [record("a")], { signal: controller.signal }));
    expect(failure.code).toBe("aborted");
  });

  it("by its deadline", async () => {
    const { target } = await open(() => "hang", { timeoutMs: 50 });
    expect(await failureOf(list(target))).toMatchObject({ code: "timeout", operation: "listIds" });
  });

  it("without ending somebody else's, when both look for the host", async () => {
    const controller = new AbortController();
    let asked = 0;
    let url = "";
    const server = await script((request) => {
      if (request.url.pathname !== "/indexes/idx") return { json: {} };
      asked++;
      if (asked === 1) {
        controller.abort();
        return "hang";
      }
      return { json: { name: "idx", dimension: 2, metric: "cosine", host: url, status: { ready: true } } };
    });
    url = server.url;
    const project = { apiKey: new Secret(key), controllerHost: url };
    const target = openPineconeTarget(project, { cloud: "aws", region: "us-east-1" });
    const cancelled = failureOf(target.listIds(place, { signal: controller.signal }));
    const other = target.listIds(place);
    expect((await cancelled).code).toBe("aborted");
    expect(await other).toEqual({ ids: [], next: null });
  });

  it("leaves nothing behind on a signal that lives on", async () => {
    const { target } = await open(() => ({ json: {} }));
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
      listeners++;
      addEventListener.apply(signal, given);
    };
    signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
      listeners--;
      removeEventListener.apply(signal, given);
    };
    for (let call = 0; call < 3; call++) await target.listIds(place, { signal });
    expect(listeners).toBe(0);
  });
});
