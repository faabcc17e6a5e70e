import { Pinecone } from "@pinecone-database/pinecone";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openForTests, type TestSandbox } from "./open-for-tests";
import { OpenApi } from "./openapi/read-openapi";

const control = new OpenApi("db_control_2026-04.oas.yaml");
const data = new OpenApi("db_data_2026-04.oas.yaml");
const dataPrefix = /^\/data\/[^/]+/;

/** What went over the wire: whatever doesn't conform, and which operations were seen with which status. */
const problems: string[] = [];
const seen = new Set<string>();

function checkRequest(api: OpenApi, request: Request, url: URL, name: string, body: string): void {
  const operation = api.find(request.method, url.pathname.replace(dataPrefix, ""));
  if (operation === undefined) {
    problems.push(`${name}: not in the OpenAPI file`);
    return;
  }
  for (const parameter of operation.parameters) {
    const { in: place, name: key, required, schema } = parameter;
    const given = place === "query" ? url.searchParams.getAll(key) : [request.headers.get(key) ?? ""].filter(Boolean);
    if (place === "path") continue;
    if (required && given.length === 0) problems.push(`${name}: ${place} parameter ${key} is missing`);
    const wantsNumber = JSON.stringify(schema).includes('"integer"');
    const value = JSON.stringify(schema).includes('"array"') ? given : wantsNumber ? Number(given[0]) : given[0];
    if (given.length > 0) problems.push(...api.check(schema, value).map((problem) => `${name}: ${key}${problem}`));
  }
  const known = new Set(operation.parameters.map(({ name: key }) => key));
  for (const key of url.searchParams.keys()) if (!known.has(key)) problems.push(`${name}: unknown parameter ${key}`);
  const schema = operation.requestBody?.content?.["application/json"]?.schema;
  if (schema) problems.push(...api.check(schema, JSON.parse(body)).map((problem) => `${name}: request${problem}`));
}

/** A fetch that checks both directions of every call. */
async function checkedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const url = new URL(request.url);
  const api = dataPrefix.test(url.pathname) ? data : control;
  const response = await fetch(input, init);
  const operation = api.find(request.method, url.pathname.replace(dataPrefix, ""));
  const name = `${request.method} ${operation?.template ?? url.pathname} ${response.status}`;
  // What is refused for its content needn't conform.
  if (response.ok) checkRequest(api, request, url, name, await request.text());
  seen.add(name);
  const text = await response.clone().text();
  const schema = operation && api.answerSchema(operation, response.status);
  if (schema && text !== "Unauthorized") {
    problems.push(...api.check(schema, JSON.parse(text)).map((problem) => `${name}: answer${problem}`));
  }
  return response;
}

let sandbox: TestSandbox;
let pinecone: Pinecone;
beforeAll(async () => {
  sandbox = await openForTests({ quotas: { gemini: null, pinecone: { deletes: 3 } } });
  pinecone = new Pinecone({
    apiKey: sandbox.apiKeys.pinecone,
    controllerHostUrl: sandbox.pinecone.url,
    fetchApi: checkedFetch,
    maxRetries: 0,
  });
});
afterAll(() => sandbox.close());

const values = [1, 0, 0, 0, 0, 0, 0, 0.5];
const refused = (work: Promise<unknown>) => expect(work).rejects.toThrow();

describe("requests of the SDK and answers of the stand-in conform to the vendor's OpenAPI files", () => {
  it("on the control plane", async () => {
    await pinecone.createIndex({
      name: "made",
      dimension: 8,
      metric: "cosine",
      spec: { serverless: { cloud: "aws", region: "us-east-1" } },
      tags: { team: "search" },
    });
    await pinecone.listIndexes();
    await pinecone.describeIndex("made");
    await refused(pinecone.describeIndex("nowhere"));
    await refused(
      pinecone.createIndex({ name: "made", dimension: 8, spec: { serverless: { cloud: "aws", region: "x" } } }),
    );
    await pinecone.deleteIndex("made");
    await refused(pinecone.deleteIndex("made"));
    expect(problems).toEqual([]);
  });

  it("on the data plane", async () => {
    const index = pinecone.index({ host: sandbox.host("target"), namespace: "n/1 #?" });
    await index.upsert({
      records: [
        {
          id: "a",
          values,
          metadata: { text: "x", n: 1, yes: true, list: ["y"] },
          sparseValues: { indices: [1], values: [1] },
        },
        { id: "b", values },
      ],
    });
    await refused(index.upsert({ records: [{ id: "a", values: [1] }] }));
    await index.fetch({ ids: ["a", "b", "missing"] });
    await index.fetchByMetadata({ filter: { n: 1 }, limit: 1 });
    const { pagination } = await index.listPaginated({ limit: 1, prefix: "" });
    await index.listPaginated({ limit: 1, paginationToken: pagination?.next ?? "" });
    await refused(index.listPaginated({ limit: 1000 }));
    await index.query({ vector: values, topK: 2, includeValues: true, includeMetadata: true, filter: { n: 1 } });
    await index.query({ id: "a", topK: 1 });
    await refused(index.query({ vector: [1], topK: 1 }));
    await index.update({ id: "a", metadata: { n: 2 } });
    await index.describeIndexStats();
    await index.createNamespace({ name: "made" });
    await refused(index.createNamespace({ name: "made" }));
    await index.listNamespaces({ limit: 1 });
    await index.describeNamespace("n/1 #?");
    await refused(index.describeNamespace("nowhere"));
    await index.deleteNamespace("made");
    await refused(index.deleteNamespace("made"));
    await index.deleteOne({ id: "a" });
    await index.deleteMany({ ids: ["b"] });
    await index.deleteAll();
    await refused(index.deleteAll());
    await refused(
      new Pinecone({ apiKey: "wrong", fetchApi: checkedFetch, maxRetries: 0 })
        .index({ host: sandbox.host("target") })
        .describeIndexStats(),
    );
    expect(problems).toEqual([]);
  });

  it("for every route that there is, in success and in failure", () => {
    expect([...seen].sort()).toEqual([
      "DELETE /indexes/{index_name} 202",
      "DELETE /indexes/{index_name} 404",
      "DELETE /namespaces/{namespace} 200",
      "DELETE /namespaces/{namespace} 404",
      "GET /indexes 200",
      "GET /indexes/{index_name} 200",
      "GET /indexes/{index_name} 404",
      "GET /namespaces 200",
      "GET /namespaces/{namespace} 200",
      "GET /namespaces/{namespace} 404",
      "GET /vectors/fetch 200",
      "GET /vectors/list 200",
      "GET /vectors/list 400",
      "POST /describe_index_stats 200",
      "POST /describe_index_stats 401",
      "POST /indexes 201",
      "POST /indexes 409",
      "POST /namespaces 200",
      "POST /namespaces 409",
      "POST /query 200",
      "POST /query 400",
      "POST /vectors/delete 200",
      "POST /vectors/delete 429",
      "POST /vectors/fetch_by_metadata 200",
      "POST /vectors/update 200",
      "POST /vectors/upsert 200",
      "POST /vectors/upsert 400",
    ]);
  });

  it("which the check itself can tell: a wrong answer is found", () => {
    const listing = data.find("GET", "/vectors/list");
    const schema = listing && data.answerSchema(listing, 200);
    expect(data.check(schema, { vectors: [{ id: "a" }], namespace: "n" })).toEqual([]);
    expect(data.check(schema, { vectors: [{ id: 7 }] })).toHaveLength(1);
    expect(data.check(schema, { vectors: [{ id: "a" }], nextPage: "x" })).toHaveLength(1);
    const described = control.find("GET", "/indexes/a");
    expect(control.check(described && control.answerSchema(described, 200), { name: "a" }).length).toBeGreaterThan(3);
  });
});
