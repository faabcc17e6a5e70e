import { Pinecone } from "@pinecone-database/pinecone";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countTokens } from "@/lib/embedders/hashing/count-tokens";
import { SandboxControl, type SandboxRecord } from "../control";
import { type Sandbox, startSandbox } from "../start";
import { customers, namespaceOf, uuidOf } from "./customers";

let sandbox: Sandbox;
let control: SandboxControl;
const source = new Map<string, SandboxRecord[]>();
const target = new Map<string, SandboxRecord[]>();
const of = (name: string) => {
  const customer = customers.find((candidate) => candidate.package === name);
  return customer ? namespaceOf(customer) : "";
};

beforeAll(async () => {
  sandbox = await startSandbox({ dataDir: null });
  control = new SandboxControl(sandbox.pinecone.url);
  for (const customer of customers) {
    const namespace = namespaceOf(customer);
    source.set(namespace, await control.records("gflops-serverless", namespace));
    target.set(namespace, await control.records("askdona", namespace));
  }
});
afterAll(() => sandbox.close());

describe("the seeded source", () => {
  it("has a dozen namespaces of 50 to 4,000 records, with UUIDs and odd names", () => {
    const sizes = [...source.values()].map((records) => records.length);
    expect(sizes.length).toBeGreaterThanOrEqual(12);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4010);
    expect([...source.keys()]).toEqual(expect.arrayContaining(["", "a/b c#%?&"]));
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect([...source.keys()].filter((name) => uuid.test(name))).toHaveLength(customers.length - 2);
  });

  it("describes chunks as a document product does", () => {
    const [record] = source.get(of("vite")) ?? [];
    expect(record).toEqual({
      id: expect.stringMatching(/^[a-z0-9-]+#chunk-\d{5}$/),
      metadata: expect.objectContaining({
        text: expect.any(String),
        title: expect.any(String),
        file_name: expect.any(String),
        page: expect.any(Number),
        chunk_number: expect.any(Number),
        chunk_count: expect.any(Number),
        tags: expect.arrayContaining(["documentation"]),
        uploaded_at: expect.stringMatching(/^20\d\d-\d\d-\d\dT/),
        file_size: expect.any(Number),
      }),
    });
  });

  it("keeps chunks to at most 1,200 characters, and no text twice", () => {
    const texts = [...source.values()]
      .flat()
      .filter(({ metadata }) => metadata.package !== "p-queue" && metadata.package !== "pino")
      .map(({ metadata }) => String(metadata.text));
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(1202);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it("has the records that a tool stumbles over", () => {
    const odd = (source.get("a/b c#%?&") ?? []).filter(({ id }) => /\.(pdf|xlsx|docx|html)#/.test(id));
    const texts = Object.fromEntries(odd.map(({ id, metadata }) => [id.split("#")[0] ?? "", metadata.text]));
    expect(texts["scan-without-text-layer.pdf"]).toBeUndefined();
    expect(texts["empty-page.pdf"]).toBe("");
    expect(String(texts["blank-page.pdf"]).trim()).toBe("");
    expect(texts["cell-with-a-number.xlsx"]).toBeTypeOf("number");
    for (const long of ["keiyaku-kitei.docx", "framework-agreement.docx"]) {
      expect(countTokens(String(texts[long])).tokens).toBeGreaterThan(2048);
    }
    const bytes = odd.map(({ metadata }) => Buffer.byteLength(JSON.stringify(metadata)));
    expect(Math.max(...bytes)).toBe(40_960);
  });

  it("gives values of the index's dimension that stay the same", async () => {
    const pinecone = new Pinecone({
      apiKey: sandbox.environment.PINECONE_API_KEY ?? "",
      controllerHostUrl: sandbox.pinecone.url,
    });
    const { host } = await pinecone.describeIndex("gflops-serverless");
    const index = pinecone.index({ host, namespace: of("pino") });
    const ids = (source.get(of("pino")) ?? []).slice(0, 10).map(({ id }) => id);
    const first = await index.fetch({ ids });
    expect(Object.keys(first.records)).toHaveLength(10);
    for (const record of Object.values(first.records)) expect(record.values).toHaveLength(1536);
    expect((await index.fetch({ ids })).records).toEqual(first.records);
  });
});

describe("the seeded target", () => {
  const without = ({ metadata: { clearance_level: _, ...metadata }, id }: SandboxRecord) => ({ id, metadata });

  it("holds some namespaces wholly, some by half, and some not at all", () => {
    const whole = of("typescript");
    expect(target.get(whole)?.map(without)).toEqual(source.get(whole)?.map(without));
    const half = target.get(of("@types/node"))?.length ?? 0;
    expect(half).toBe(Math.floor((source.get(of("@types/node"))?.length ?? 0) / 2));
    expect(target.get(of("next"))).toEqual([]);
  });

  it("holds edited metadata and clearance levels 1, 2 and 3", () => {
    const edited = target.get(of("@biomejs/biome")) ?? [];
    const original = new Map((source.get(of("@biomejs/biome")) ?? []).map((record) => [record.id, record]));
    expect(new Set(edited.map(({ metadata }) => metadata.clearance_level))).toEqual(new Set([1, 2, 3]));
    const differing = edited.filter((record) => {
      const before = original.get(record.id);
      return before && JSON.stringify(without(record)) !== JSON.stringify(without(before));
    });
    expect(differing.length).toBeGreaterThan(5);
    expect(differing.length).toBeLessThan(edited.length / 2);
  });

  it("holds orphans, and a namespace that the source hasn't", async () => {
    const known = new Set((source.get(of("playwright-core")) ?? []).map(({ id }) => id));
    expect((target.get(of("playwright-core")) ?? []).filter(({ id }) => !known.has(id))).toHaveLength(5);
    expect(await control.records("askdona", uuidOf("departed-customer"))).toHaveLength(50);
    expect(await control.records("gflops-serverless", uuidOf("departed-customer"))).toEqual([]);
  });

  it("stands again as it was after a reset of the data", async () => {
    await control.edit({
      index: "askdona",
      namespace: of("typescript"),
      delete: [target.get(of("typescript"))?.[0]?.id ?? ""],
    });
    await control.edit({ index: "askdona", namespace: "new", put: [{ id: "a" }] });
    await control.reset({ data: true });
    expect(await control.records("askdona", of("typescript"))).toEqual(target.get(of("typescript")));
    expect(await control.records("askdona", "new")).toEqual([]);
  });
});
