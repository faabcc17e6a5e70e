import { afterEach, describe, expect, it } from "vitest";
import { isServiceFailure } from "@/lib/failures";
import { type Reply, type ScriptedServer, type Seen, scriptServer } from "@/lib/http/scripted-server.suite";
import { openChromaSource, openChromaTarget } from "./kind";
import { settings } from "./settings";

const servers: ScriptedServer[] = [];
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const collection = {
  id: "5f0c",
  name: "notes",
  dimension: 2,
  metadata: { "hnsw:space": "cosine" },
  configuration_json: { hnsw: { space: "l2" } },
};
const place = { index: "notes", namespace: "" };

/** A server that answers as a good one does but where the test says otherwise. */
async function serve(special: (request: Seen) => Reply | null) {
  const server = await scriptServer((request) => {
    const own = special(request);
    if (own !== null) return own;
    const { pathname } = request.url;
    if (pathname.endsWith("/heartbeat")) return { json: { "nanosecond heartbeat": 1 } };
    if (pathname.endsWith("/notes")) return { json: collection };
    if (pathname.endsWith("/count")) return { json: 0 };
    if (pathname.endsWith("/get")) return { json: { ids: [], include: [] } };
    return { status: 404, json: { error: "NotFoundError", message: "not found" } };
  });
  servers.push(server);
  const given = (more: object = {}) => settings.parse({ address: server.url, ...more });
  const keep = <Store extends { close(): Promise<void> }>(store: Store): Store => {
    opened.push(store);
    return store;
  };
  return {
    server,
    source: (more?: object) => keep(openChromaSource(given(more))),
    target: (more?: object) => keep(openChromaTarget(given(more))),
  };
}
async function failureOf(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (isServiceFailure(error)) return error;
    throw error;
  }
  throw new Error("It didn't fail");
}
const isGet = ({ url }: Seen) => url.pathname.endsWith("/get");

describe("a server before 0.6", () => {
  it("is spoken to by its own API, with tenant and database as it takes them", async () => {
    const { server, source } = await serve(({ url }) =>
      url.pathname.startsWith("/api/v2/") ? { status: 404, json: { detail: "Not Found" } } : null,
    );
    expect(await source({ tenant: "t1", database: "d 1" }).inspect("notes")).toMatchObject({
      dimension: 2,
      metric: "cosine",
    });
    expect(server.seen.map(({ url }) => url.pathname + url.search).slice(1)).toEqual([
      "/api/v1/heartbeat",
      "/api/v1/collections/notes?tenant=t1&database=d+1",
      "/api/v1/collections/5f0c/count",
    ]);
  });

  it("says in words what is missing, with status 500", async () => {
    const { source } = await serve(({ url }) =>
      url.pathname.endsWith("/nope")
        ? { status: 500, json: { error: "ValueError('Collection nope does not exist.')" } }
        : null,
    );
    expect(await source().inspect("nope")).toBeNull();
  });
});

describe("who asks", () => {
  it.each([
    [{ token: "s3cret-token" }, "x-chroma-token", "s3cret-token"],
    [{ token: "s3cret-token", tokenHeader: "authorization" }, "authorization", "Bearer s3cret-token"],
    [{ username: "ann", password: "s3cret" }, "authorization", `Basic ${Buffer.from("ann:s3cret").toString("base64")}`],
  ])("is said as the server wants it: %j", async (given, header, value) => {
    const { server, source } = await serve(() => null);
    await source(given).inspect("notes");
    for (const { headers } of server.seen) expect(headers[header]).toBe(value);
  });

  it("is told when it may not, and nothing repeats the token", async () => {
    const { source } = await serve(({ url }) =>
      url.pathname.endsWith("/heartbeat")
        ? null
        : { status: 401, json: { error: "Unauthorized", message: "bad token s3cret-token" } },
    );
    const failure = await failureOf(source({ token: "s3cret-token" }).inspect("notes"));
    expect(failure.code).toBe("auth");
    expect(JSON.stringify([failure.message, failure.words])).not.toContain("s3cret");
  });

  it("isn't sent on to where an answer points", async () => {
    const { server, source } = await serve(({ url }) =>
      url.pathname.endsWith("/notes") ? { status: 302, headers: { location: "/stolen" } } : null,
    );
    expect((await failureOf(source({ token: "s3cret-token" }).inspect("notes"))).code).toBe("unknown");
    expect(server.seen.some(({ url }) => url.pathname === "/stolen")).toBe(false);
  });
});

describe("bad days", () => {
  it.each<[string, Reply, string]>([
    ["a proxy's page", { text: "<html>Welcome</html>" }, "malformed"],
    ["an error as a page", { status: 502, text: "<html>Bad gateway</html>" }, "unavailable"],
    ["too many requests", { status: 429, headers: { "retry-after": "2" }, json: { error: "x" } }, "throttled"],
    ["a quota", { status: 422, json: { error: "ChromaError", message: "Quota exceeded: limit 300" } }, "too-large"],
    ["lists of different lengths", { json: { ids: ["a"], documents: [], metadatas: [] } }, "malformed"],
    ["a record that wasn't asked for", { json: { ids: ["z"], documents: [null], metadatas: [null] } }, "malformed"],
    ["a dying connection", "reset", "connection"],
    ["half an answer", "half", "connection"],
    ["another answer", { json: { ids: "a" } }, "malformed"],
  ])("%s has a name", async (_, reply, code) => {
    const { source } = await serve((request) => (isGet(request) ? reply : null));
    expect((await failureOf(source().fetchHeads(place, ["a"]))).code).toBe(code);
  });

  it("says that there is no Chroma where neither API is known, also with 410", async () => {
    const { source } = await serve(() => ({ status: 410, json: { error: "Gone" } }));
    expect((await failureOf(source().inspect("notes"))).message).toMatch(/no server of Chroma/);
  });
});

describe("what it answers", () => {
  it("keeps integers beyond 2^53 apart from digits in texts and fractions, and names records that hold them", async () => {
    const text =
      '{"ids":["a","b","c"],"documents":["9007199254740993","say \\"12345678901234567890\\" 9007199254740995",null],' +
      '"metadatas":[{"n":9007199254740993},{"f":0.1234567890123456,"e":1e300},{"n":-12345678901234567890}]}';
    const { source } = await serve((request) => (isGet(request) ? { text } : null));
    const { records, unreadable } = await source().fetchHeads(place, ["a", "b", "c"]);
    expect(records).toEqual([
      { id: "b", metadata: { f: 0.1234567890123456, e: 1e300, text: 'say "12345678901234567890" 9007199254740995' } },
    ]);
    expect(unreadable.map(({ id, detail }) => [id, detail])).toEqual([
      ["a", expect.stringContaining("the integer 9007199254740993")],
      ["c", expect.stringContaining("the integer -12345678901234567890")],
    ]);
    const asText = await source({ largeIntegers: "text" }).fetchHeads(place, ["a", "b", "c"]);
    expect(asText.records[0]?.metadata).toEqual({ n: "9007199254740993", text: "9007199254740993" });
  });

  it("gives heads of texts whose vectors are lost, and no records", async () => {
    const json = { ids: ["a"], documents: ["text"], metadatas: [null], embeddings: [null] };
    const { source } = await serve((request) => (isGet(request) ? { json } : null));
    expect((await source().fetchHeads(place, ["a"])).records).toEqual([{ id: "a", metadata: { text: "text" } }]);
    expect((await source().fetchRecords(place, ["a"])).unreadable).toEqual([
      { id: "a", detail: expect.stringContaining("without vector") },
    ]);
  });
});

describe("a listing", () => {
  const listing = async (pages: string[][], counts: number[]) => {
    let asked = 0;
    const { server, source } = await serve((request) => {
      if (request.url.pathname.endsWith("/count")) return { json: counts.shift() ?? 0 };
      return isGet(request) ? { json: { ids: pages[asked++] ?? [], include: [] } } : null;
    });
    const opened = source();
    const { ids } = await opened.listIds(place);
    return { ids, server, source: opened };
  };

  it("is sorted, and ends at an empty page only", async () => {
    const { ids, server } = await listing([["b", "é"], ["a"], []], [3, 3]);
    expect(ids).toEqual(["a", "b", "é"]);
    expect(server.seen.filter(isGet).map(({ body }) => JSON.parse(body).offset)).toEqual([0, 2, 3]);
  });

  it("is read again where records were deleted meanwhile, and nothing that either reading found is lost", async () => {
    const { ids, source } = await listing([["a", "b"], ["d"], [], ["b", "c"], ["d"], []], [4, 3, 3, 3]);
    expect(ids).toEqual(["a", "b", "c", "d"]);
    expect(await source.count(place)).toMatchObject({ value: 0 });
  });

  it("of a collection that never rests is said to be one", async () => {
    const { ids, source } = await listing([["a"], [], ["b"], [], ["c"], []], [1, 2, 2, 3, 3, 4, 5]);
    expect(ids).toEqual(["a", "b", "c"]);
    expect(await source.count(place)).toMatchObject({ value: 5, note: expect.stringContaining("passed over") });
  });
});

describe("writing", () => {
  it("finds a collection that somebody else made meanwhile, and refuses one of another shape", async () => {
    let made = false;
    const { target } = await serve(({ method, url }) => {
      if (method === "POST" && url.pathname.endsWith("/collections")) {
        made = true;
        return { status: 409, json: { error: "UniqueConstraintError", message: "Collection [notes] already exists" } };
      }
      return url.pathname.endsWith("/notes") && !made ? { status: 404, json: { error: "NotFoundError" } } : null;
    });
    expect(await target().ensureIndex({ name: "notes", dimension: 2, metric: "cosine" })).toBe("matched");
    expect((await failureOf(target().ensureIndex({ name: "notes", dimension: 3, metric: "cosine" }))).code).toBe(
      "conflict",
    );
    expect((await failureOf(target().ensureIndex({ name: "notes", dimension: 2, metric: "euclidean" }))).code).toBe(
      "conflict",
    );
  });

  it("refuses a namespace, which Chroma hasn't", async () => {
    const { server, target } = await serve(() => null);
    const failure = await failureOf(
      target().upsert({ index: "notes", namespace: "n" }, [{ id: "a", values: [1, 2], metadata: {} }]),
    );
    expect(failure).toMatchObject({ code: "invalid", message: expect.stringContaining("no namespaces") });
    expect(server.seen.some(({ url }) => url.pathname.endsWith("/upsert"))).toBe(false);
  });
});

describe("a connection that the server closes before it answers", () => {
  it("is opened once more, not for ever", async () => {
    let asked = 0;
    let broken = 1;
    const { source } = await serve((request) => (isGet(request) && ++asked <= broken ? "reset" : null));
    const { listIds } = source();
    expect(await listIds(place)).toEqual({ ids: [], next: null });
    expect(asked).toBe(2);
    broken = Number.POSITIVE_INFINITY;
    expect((await failureOf(listIds(place))).code).toBe("connection");
    expect(asked).toBe(4);
  });
});
