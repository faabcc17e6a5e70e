import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { scriptServer } from "@/lib/http/scripted-server.suite";
import { switchPaths, writeSwitchFiles } from "@/lib/switch/switch-file";
import { startSandbox } from "@/sandbox/start";
import { type Backend, openVectorSearch } from "./vector-search";

/** Small applications in both languages, against the Pinecone stand-in and a server that answers as Chroma does. */
const folder = mkdtempSync(path.join(os.tmpdir(), "portage-facade-"));
const paths = switchPaths(folder, "notes");
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let pinecone: { apiKey: string; controller: string };

const backend = (
  side: "source" | "target",
  index: string,
  more: Partial<Backend> = {},
): Backend & { side: typeof side } => ({
  ...{ backend: "pinecone", index, metric: "cosine", dimension: 3, model: null, sql: null, ...more },
  side,
});
/** What the application calls acme is called so in the source, and otherwise in the target. */
const called = { old: "acme", new: "customers/acme" };
const ends = {
  source: backend("source", "old"),
  target: backend("target", "new", { namespaces: { pairs: { acme: called.new } } }),
};
const write = (generation: number, active: "source" | "target") =>
  writeSwitchFiles(paths, {
    ...{
      version: 1,
      route: "notes",
      generation,
      plan: null,
      verdict: null,
      at: "2026-11-30T00:00:00Z",
      by: "cli:test",
    },
    ...{ active: ends[active], previous: ends[active === "source" ? "target" : "source"] },
  });

beforeAll(async () => {
  sandbox = await startSandbox({
    dataDir: null,
    seed: false,
    consistencyMs: 0,
    readyAfterMs: 0,
    quotas: { pinecone: null },
  });
  const controller = String(sandbox.environment.PINECONE_CONTROLLER_HOST);
  pinecone = { apiKey: String(sandbox.environment.PINECONE_API_KEY), controller };
  const post = (address: string, body: object) =>
    fetch(address, {
      method: "POST",
      headers: { "api-key": pinecone.apiKey, "content-type": "application/json" },
      body: JSON.stringify(body),
    }).then((answer) => answer.json());
  const vectors = [
    { id: "one", values: [1, 0, 0], metadata: { text: "first", page: 1 } },
    { id: "two", values: [0.9, 0.1, 0], metadata: { text: "second", page: 2 } },
    { id: "three", values: [0, 0, 1], metadata: { text: "third", page: 3 } },
  ];
  for (const name of ["old", "new"] as const) {
    const spec = { serverless: { cloud: "aws", region: "us-east-1" } };
    const { host } = await post(`${controller}/indexes`, { name, dimension: 3, metric: "cosine", spec });
    const address = /^https?:/.test(host) ? host : `http://${host}`;
    expect(await post(`${address}/vectors/upsert`, { namespace: called[name], vectors })).toEqual({ upsertedCount: 3 });
  }
  await write(1, "source");
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const question = { vector: [1, 0, 0], k: 2, namespace: "acme", filter: { page: { $lte: 2 } } };
const answer = {
  hits: [
    { id: "one", text: "first", metadata: { text: "first", page: 1 } },
    { id: "two", text: "second" },
  ],
};

/** Runs a script beside the facade and answers what it printed, a JSON document a line. */
async function python(script: string): Promise<unknown[]> {
  const child = spawn("python3", ["-c", `import json, sys\nfrom vector_search import VectorSearch\n${script}`], {
    cwd: import.meta.dirname,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect([code, err]).toEqual([0, ""]);
  return out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}
const pythonSearch = (more = "") =>
  `search = VectorSearch(${JSON.stringify(paths.json)}, pinecone={"api_key": ${JSON.stringify(pinecone.apiKey)}, "controller": ${JSON.stringify(pinecone.controller)}}${more})`;
const pythonQuestion = `vector=[1, 0, 0], k=2, namespace="acme", filter={"page": {"$lte": 2}}`;

it("answers alike in both languages, and from the other side as soon as the file says so, under load, with no failed request", async () => {
  const search = await openVectorSearch({ file: paths.json, pinecone });
  expect(await search.search(question)).toMatchObject({ ...answer, side: "source", generation: 1 });
  let [stopped, asked] = [false, 0];
  const generations = new Set<number>();
  const load = Array.from({ length: 4 }, async () => {
    while (!stopped) {
      const found = await search.search(question);
      expect(found).toMatchObject(answer);
      generations.add(found.generation);
      asked++;
    }
  });
  // Questions of the application in Python go on until it has seen the last switch.
  const other = python(`${pythonSearch()}
seen = set()
for at in range(100000):
    found = search.search(${pythonQuestion})
    assert [hit["id"] for hit in found["hits"]] == ["one", "two"], found
    seen.add(found["generation"])
    if found["generation"] == 9: break
print(json.dumps({"last": found["generation"], "side": found["side"], "several": len(seen) > 1, "text": found["hits"][0]["text"], "page": found["hits"][1]["metadata"]["page"]}))`);
  for (let generation = 2; generation <= 8; generation++) {
    await write(generation, generation % 2 === 0 ? "target" : "source");
    const before: number = asked;
    while (asked < before + 8) await new Promise((resolve) => setImmediate(resolve));
  }
  await write(9, "target");
  expect(await other).toEqual([{ last: 9, side: "target", several: expect.any(Boolean), text: "first", page: 2 }]);
  stopped = true;
  await Promise.all(load);
  expect(generations.size).toBeGreaterThan(5);
  // A file that can't be read changes nothing.
  writeFileSync(paths.json, "{ half");
  expect(await search.search(question)).toMatchObject({ ...answer, generation: 9 });
  await write(10, "target");
  expect(await search.search(question)).toMatchObject({ generation: 10 });
});

it("asks the other side behind the answer, and keeps what the gate reads as questions", async () => {
  const log = path.join(folder, "questions.jsonl");
  const embed = async () => [1, 0, 0];
  const search = await openVectorSearch({ file: paths.json, pinecone, embed, shadow: { log } });
  await search.search({ text: "the first", k: 2, namespace: "acme" });
  await search.settled();
  await python(`${pythonSearch(`, embed=lambda text, backend: [1, 0, 0], shadow={"log": ${JSON.stringify(log)}}`)}
search.search(text="the first", k=2, namespace="acme")
search.settled()
print("{}")`);
  const lines = readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(2);
  for (const line of lines)
    expect(line).toMatchObject({
      ...{ query: "the first", namespace: "acme", k: 2, generation: 10 },
      active: { side: "target", ids: ["one", "two"] },
      other: { side: "source", ids: ["one", "two"] },
    });
});

it("answers though the other side fails or belongs to another model", async () => {
  const log = path.join(folder, "failing.jsonl");
  ends.source = backend("source", "gone", { model: "other" });
  await write(11, "target");
  const search = await openVectorSearch({ file: paths.json, pinecone, embed: async () => [1, 0, 0], shadow: { log } });
  await search.search(question);
  expect((await search.search({ text: "a", namespace: "acme", k: 2 })).hits).toHaveLength(2);
  await search.settled();
  const errors = readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).other.error);
  expect(errors.sort()).toEqual([expect.stringContaining("404"), "the other side is of another model"]);
});

it("asks Chroma with its distances as scores, in both languages", async () => {
  const server = await scriptServer(({ url, method, body }) => {
    const base = "/api/v2/tenants/default_tenant/databases/default_database/collections";
    if (method === "GET" && url.pathname === `${base}/my%20notes`)
      return { status: 200, text: JSON.stringify({ id: "c1" }) };
    if (url.pathname !== `${base}/c1/query`) return { status: 404, text: url.pathname };
    const asked = JSON.parse(body);
    if (asked.n_results !== 2 || asked.where.page.$lte !== 2 || asked.query_embeddings[0][0] !== 1)
      return { status: 400 };
    const [ids, distances, documents, metadatas] = [
      ["one", "two"],
      [0, 0.25],
      ["first", null],
      [{ page: 1 }, { text: "second" }],
    ];
    return {
      status: 200,
      text: JSON.stringify({ ids: [ids], distances: [distances], documents: [documents], metadatas: [metadatas] }),
    };
  });
  const collection = { backend: "chromadb", metric: "euclidean" } as const;
  ends.target = backend("target", "my notes", { ...collection, namespaces: { into: "" } });
  await write(12, "target");
  const search = await openVectorSearch({ file: paths.json, chroma: { url: server.url } });
  const expected = [
    { id: "one", score: -0, text: "first", metadata: { page: 1 } },
    { id: "two", score: -0.5, text: "second", metadata: { text: "second" } },
  ];
  expect((await search.search(question)).hits).toEqual(expected);
  const script = `search = VectorSearch(${JSON.stringify(paths.json)}, chroma={"url": ${JSON.stringify(server.url)}})
print(json.dumps(search.search(${pythonQuestion})["hits"]))`;
  expect(await python(script)).toEqual([expected.map((hit) => ({ ...hit, score: hit.score || expect.closeTo(0) }))]);
  // Without a rule that has them meet there, nothing of a named namespace is in a collection.
  ends.target = backend("target", "my notes", collection);
  await write(13, "target");
  expect((await search.search(question)).hits).toEqual([]);
  expect(await python(script)).toEqual([[]]);
  await server.close();
});
