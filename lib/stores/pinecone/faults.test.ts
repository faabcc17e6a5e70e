import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type FailureCode, isServiceFailure } from "@/lib/failures";
import { Secret } from "@/lib/secret";
import { type Sandbox, sandboxKeys, startSandbox } from "@/sandbox/start";
import type { VectorTarget } from "../contract";
import { openPineconeTarget } from ".";

describe("Pinecone on a bad day, as the stand-in plays it", () => {
  let sandbox: Sandbox;
  let target: VectorTarget;
  let namespaces = 0;
  const record = (id: string) => ({ id, values: [1, 0, 0], metadata: { text: id } });
  const newPlace = () => ({ index: "faulty", namespace: `n-${++namespaces}` });

  beforeAll(async () => {
    sandbox = await startSandbox({ dataDir: null, seed: false, consistencyMs: 10, readyAfterMs: 10 });
    const project = { apiKey: new Secret(sandboxKeys.pinecone), controllerHost: sandbox.pinecone.url };
    target = openPineconeTarget(project, { cloud: "aws", region: "us-east-1" });
    await target.ensureIndex({ name: "faulty", dimension: 3, metric: "cosine" });
  });
  afterAll(() => sandbox.close());
  beforeEach(() => play({}));

  const play = async (plan: object) => {
    const response = await fetch(`${sandbox.pinecone.url}/__sandbox/faults`, {
      method: "POST",
      body: JSON.stringify(plan),
      headers: { "content-type": "application/json" },
    });
    expect(response.status).toBe(200);
  };
  const strike = (kind: string, route: string) => play({ rules: [{ kind, routes: [route], times: 1 }] });
  const codeOf = async (call: Promise<unknown>): Promise<FailureCode | "none"> => {
    try {
      await call;
      return "none";
    } catch (error) {
      if (isServiceFailure(error)) return error.code;
      throw error;
    }
  };

  const afterWriting: [kind: string, code: FailureCode, written: boolean][] = [
    ["throttled", "throttled", false],
    ["exhausted", "exhausted", false],
    ["error", "unavailable", false],
    ["reset-before", "connection", false],
    ["reset-after", "connection", true],
    ["truncated", "connection", true],
    ["malformed", "malformed", true],
    ["wrong-count", "malformed", true],
  ];
  for (const [kind, code, written] of afterWriting) {
    it(`an upsert struck by ${kind} is ${code}, ${written ? "though it was written" : "and nothing was written"}; written again it stands once`, async () => {
      const place = newPlace();
      await strike(kind, "upsert");
      expect(await codeOf(target.upsert(place, [record("a")]))).toBe(code);
      if (written) expect(await target.settle(place, { token: "", ids: ["a"] })).toBe(true);
      expect((await target.listIds(place)).ids).toEqual(written ? ["a"] : []);
      const { receipt } = await target.upsert(place, [record("a")]);
      if (receipt) await target.settle(place, receipt);
      expect((await target.listIds(place)).ids).toEqual(["a"]);
    });
  }

  it("an answer to a fetch that breaks off or isn't JSON fails as a whole", async () => {
    const place = newPlace();
    const { receipt } = await target.upsert(place, [record("a"), record("b")]);
    if (receipt) await target.settle(place, receipt);
    for (const [kind, code] of [
      ["truncated", "connection"],
      ["malformed", "malformed"],
    ] as const) {
      for (const fetched of ["fetchHeads", "fetchRecords"] as const) {
        await strike(kind, "fetch");
        expect(await codeOf(target[fetched](place, ["a", "b"]))).toBe(code);
      }
    }
    expect((await target.fetchHeads(place, ["a", "b"])).records).toHaveLength(2);
  });

  it("a page in the wrong order is refused", async () => {
    const place = newPlace();
    const { receipt } = await target.upsert(place, [record("a"), record("b")]);
    if (receipt) await target.settle(place, receipt);
    await strike("unordered", "list");
    expect(await codeOf(target.listIds(place))).toBe("disorder");
    expect((await target.listIds(place)).ids).toEqual(["a", "b"]);
  });
});
