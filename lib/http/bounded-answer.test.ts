import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { openElasticsearch } from "@/lib/documents/elasticsearch";
import { openGemini } from "@/lib/embedders/gemini";
import { openOpenAi } from "@/lib/embedders/openai";
import { isServiceFailure } from "@/lib/failures";
import { type Reply, type ScriptedServer, scriptServer } from "@/lib/http/scripted-server.suite";
import { Secret } from "@/lib/secret";
import { openChromaSource } from "@/lib/stores/chroma/kind";
import { settings as chromaSettings } from "@/lib/stores/chroma/settings";
import { openPineconeSource } from "@/lib/stores/pinecone";
import { AnswerTooLarge, boundContainers } from "./bounded-answer";

let server: ScriptedServer | null = null;
afterEach(() => server?.close());

const mebibyte = 1 << 20;
const product = { "x-elastic-product": "Elasticsearch" };
const member = gzipSync(Buffer.alloc(16 * mebibyte, " "));
/** A gigabyte of spaces, packed to a thousandth. */
const bomb = Buffer.concat(Array.from({ length: 64 }, () => member));
const answers: [string, Reply][] = [
  ["a packed gigabyte", { bytes: bomb, headers: { ...product, "content-encoding": "gzip" } }],
  ["a body without end", "endless"],
];
/** 30 MB, which take gigabytes once parsed. */
const nested: [string, Reply][] = [
  ["lists in lists", { bytes: Buffer.alloc(30 * mebibyte, "["), headers: product }],
  ["millions of lists", { bytes: Buffer.alloc(30 * mebibyte, "[],"), headers: product }],
];

const place = { index: "idx", namespace: "n" };
const calls: Record<string, (url: string) => Promise<unknown>> = {
  "Pinecone, a listing": (url) => pinecone(url).listIds(place),
  "Pinecone, a fetch": (url) => pinecone(url).fetchRecords(place, ["a"]),
  "Pinecone, a fetch without vectors": (url) => pinecone(url).fetchHeads(place, ["a"]),
  "Pinecone, statistics": (url) => pinecone(url).count(place),
  "Chroma, records": (url) =>
    openChromaSource(chromaSettings.parse({ address: url })).fetchRecords({ index: "idx", namespace: "" }, ["a"]),
  "OpenAI, vectors": (url) => openAi(url).embed(["a"]),
  "Gemini, vectors": (url) => gemini(url).embed(["a"]),
  "Gemini, a count of tokens": (url) => gemini(url).countTokens("a"),
};

const pinecone = (url: string) => openPineconeSource({ apiKey: new Secret("pk"), controllerHost: url });
const openAi = (url: string) =>
  openOpenAi({
    ...{ apiKey: new Secret("ok"), model: "text-embedding-3-small", dimension: 3, baseUrl: `${url}/v1` },
    ...{ askForDimension: "auto", textsPerCall: null, tokensPerText: null },
  });
const gemini = (url: string) =>
  openGemini({
    apiKey: new Secret("gk"),
    model: "gemini-embedding-001",
    dimension: 3,
    task: "RETRIEVAL_DOCUMENT",
    baseUrl: url,
  });

async function open(reply: Reply): Promise<string> {
  let url = "";
  server = await scriptServer(({ url: { pathname } }) => {
    if (pathname.startsWith("/indexes"))
      return { json: { name: "idx", dimension: 2, metric: "cosine", host: url, status: { ready: true } } };
    if (pathname === "/") return { json: { version: { number: "9.1.0" } }, headers: product };
    if (pathname.endsWith("/heartbeat")) return { json: { "nanosecond heartbeat": 1 } };
    if (pathname.endsWith("/collections/idx")) return { json: { id: "5f0c", name: "idx", dimension: 2, metadata: {} } };
    return reply;
  });
  url = server.url;
  return url;
}

/** How a call fails, and by how many MiB the process grew meanwhile at most. */
async function failing(call: () => Promise<unknown>): Promise<{ code: string; message: string; grew: number }> {
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 2);
  try {
    await call();
  } catch (error) {
    if (!isServiceFailure(error)) throw error;
    most = Math.max(most, process.memoryUsage().rss);
    return { code: error.code, message: error.message, grew: (most - before) / mebibyte };
  } finally {
    clearInterval(watch);
  }
  throw new Error("The call didn't fail");
}

describe.each(Object.entries(calls))("%s", (_name, call) => {
  test.each([...answers, ...nested])("%s ends as an answer that can't be", async (_kind, reply) => {
    const url = await open(reply);
    const { code, message, grew } = await failing(() => call(url));
    expect([code, message]).toEqual([
      "malformed",
      expect.stringMatching(/ gave an answer (of more than|nested more than)/),
    ]);
    expect(grew).toBeLessThan(150);
  });
});

describe("Elasticsearch", () => {
  test.each(answers)("%s ends as an answer that can't be", async (_kind, reply) => {
    const documents = openElasticsearch({
      endpoint: await open(reply),
      apiKey: new Secret("ek"),
      username: null,
      password: null,
      authority: null,
    });
    const selection = { field: "level", namespaceField: "namespace", namespaces: "all", where: "any" } as const;
    const { code, message, grew } = await failing(() => documents.count(["i"], selection));
    await documents.close();
    expect([code, message]).toEqual(["malformed", expect.stringContaining("can need")]);
    expect(grew).toBeLessThan(150);
  });
});

test("an answer of a usual size and depth passes as it is", async () => {
  const values = Array.from({ length: 3072 }, (_, at) => at / 3072);
  const text = 'quotes "\\" and [[[ brackets {{{ '.repeat(50_000);
  const url = await open({ json: { vectors: { a: { id: "a", values, metadata: { text } } }, namespace: "n" } });
  const { records } = await pinecone(url).fetchRecords(place, ["a"]);
  expect(records).toEqual([{ id: "a", values, metadata: { text } }]);
});

describe("what passes over lists of numbers", () => {
  const bound = (text: string, most = 1000) => boundContainers(Buffer.from(text), most);

  test.each([
    ["lists in lists that begin with numbers", `${"[1,".repeat(65)}1${"]".repeat(65)}`],
    ["the same, pretty-printed", `${"[\n  1,\n".repeat(65)}1${"]".repeat(65)}`],
    ["objects in lists that begin with numbers", `${'[-1,{"a":'.repeat(33)}1${"}]".repeat(33)}`],
    ["many lists of numbers", `[${"[1,2],".repeat(1000)}[1]]`],
  ])("sees %s", (_what, text) => {
    JSON.parse(text);
    expect(() => bound(text)).toThrow(AnswerTooLarge);
  });

  test("takes brackets in strings beside numbers for text", () => {
    expect(() => bound(`[1,"${"[".repeat(100)}",2,[3,"]${"{".repeat(100)}"]]`)).not.toThrow();
    expect(() => bound(`[${Array.from({ length: 60 }, () => "[[0.5,-1],[2]]").join()}]`)).not.toThrow();
  });
});
