import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { onRealServer } from "@/lib/documents/elasticsearch/real-server.suite";
import { isOperatorError, type OperatorError } from "@/lib/operator-error";
import type { Run } from "@/lib/shapes/runs/run";
import { resumeRun } from "../runs/resume-run";
import { addMapping } from "./add-mapping";
import { testDataStream } from "./apply-clearance-stream.suite";
import { ClearanceWorld, expectRight, levels, someDocuments } from "./clearance-world.suite";

/** Some batches, so that there is a middle. */
const many = 4000;
const bulk = /\/_bulk/;
const keyword = { type: "keyword" };

/** What an operator is told when the work is refused. */
async function refusal(work: Promise<unknown>): Promise<OperatorError> {
  try {
    await work;
  } catch (error) {
    if (isOperatorError(error)) return error;
    throw error;
  }
  throw new Error("It was not refused");
}

/** Shards are slow to make where many tests share two processors. */

onRealServer("On a bad day of a real server, a clearance", (name, access) =>
  describe(name, () => {
    let world: ClearanceWorld;
    beforeAll(async () => {
      world = await ClearanceWorld.open(access, { QUERY_BATCH_SIZE: "100" });
    });
    afterAll(() => world?.close());

    const begin = async (index: string, input: object = {}) => {
      const before = await world.stored(index);
      const run = await world.apply(await world.plan(index, input));
      return { before, run };
    };
    const resumed = async (run: Run): Promise<Run> => {
      await resumeRun(world.ctx, { id: run.id });
      return world.end(run.id);
    };

    testDataStream(() => world);

    it("says that an index isn't there", async () => {
      const name = world.name();
      expect(await refusal(world.plan(name))).toMatchObject({
        code: "unknown-index",
        what: `There is no index, alias or data stream ${name}.`,
        notLost: "Nothing was read or written.",
      });
    });

    it("says that no document has the namespace field", async () => {
      const index = await world.index([{ other: "alpha" }], {
        properties: { other: keyword, clearance_level: levels.clearance_level },
      });
      expect(await refusal(world.plan(index, { all: undefined, namespaces: ["alpha"] }))).toMatchObject({
        kind: "refused",
      });
    });

    it("says that the key is wrong", async () => {
      const stranger = await ClearanceWorld.open({ url: access.url, username: "elastic", password: "wrong" });
      try {
        expect(await refusal(stranger.plan("documents"))).toMatchObject({ code: "wrong-key" });
      } finally {
        await stranger.close();
      }
    });

    it.each([1.5, 2 ** 31, "three"])("refuses the level %s", async (level) => {
      expect(await refusal(world.plan("documents", { level }))).toMatchObject({ kind: "usage" });
    });

    it("plans nothing for an index without documents", async () => {
      const plan = await world.plan(await world.index([]));
      expect(plan).toMatchObject({ state: "ready", counts: { total: 0 } });
    });

    it("goes on after its point in time has expired while it planned", async () => {
      const index = await world.index(someDocuments(3000));
      const expired = world.between.at(/\/_search/, 2, async () => {
        await world.must("DELETE", "/_pit", { id: world.between.points.at(-1) });
      });
      const { before, run } = await begin(index);
      await expired;
      expect(await world.end(run.id)).toMatchObject({ state: "succeeded" });
      expectRight(before, await world.stored(index));
    });

    it("stops when the index is deleted, and puts nothing into one of that name", async () => {
      const index = await world.index(someDocuments(many));
      const { run } = await begin(index);
      await world.between.at(bulk, 2, () => void world.must("DELETE", `/${index}`));
      const stopped = await world.end(run.id);
      // The server itself makes an index again when an update of a document in it comes late.
      expect(stopped.error?.code).toMatch(/^index-(missing|replaced)$/);
      const { status } = await world.ask("GET", `/${index}`);
      if (status === 404) await world.must("PUT", `/${index}`, { mappings: { properties: levels } });
      expect(await resumed(run)).toMatchObject({ state: "failed", error: { code: "index-replaced" } });
      expect((await world.stored(index)).size).toBe(0);
    });

    it("stops when the index is replaced by another of the same name", async () => {
      const index = await world.index(someDocuments(many));
      const plan = await world.plan(index);
      await world.must("DELETE", `/${index}`);
      await world.must("PUT", `/${index}`, { mappings: { properties: levels } });
      expect(await refusal(world.apply(plan))).toMatchObject({ kind: "refused" });
    });

    it("stops when the index is closed, and goes on once it is open", async () => {
      const index = await world.index(someDocuments(many));
      const { before, run } = await begin(index);
      await world.between.at(bulk, 2, async () => void (await world.must("POST", `/${index}/_close`)));
      expect(await world.end(run.id)).toMatchObject({ state: "failed", error: { code: "write-blocked" } });
      await world.must("POST", `/${index}/_open`);
      expect(await resumed(run)).toMatchObject({ state: "succeeded" });
      expectRight(before, await world.stored(index));
    });

    it("stops when writes are blocked, and goes on once they are allowed", async () => {
      const index = await world.index(someDocuments(many));
      const { before, run } = await begin(index);
      await world.between.at(bulk, 2, async () => void (await world.must("PUT", `/${index}/_block/write`)));
      expect(await world.end(run.id)).toMatchObject({ state: "failed", error: { code: "write-blocked" } });
      await world.must("PUT", `/${index}/_settings`, { "index.blocks.write": false });
      expect(await resumed(run)).toMatchObject({ state: "succeeded" });
      expectRight(before, await world.stored(index));
    });

    it.each([
      ["date", 1],
      ["byte", 300],
    ])("refuses a field that is mapped as %s for the level %s", async (type, level) => {
      const index = await world.index([], { properties: { ...levels, clearance_level: { type } } });
      expect(await refusal(world.plan(index, { level }))).toMatchObject({ kind: "refused", code: "mapping-conflict" });
    });

    it("stops when the mapping turns strict before the field is in it, and goes on once it is added", async () => {
      const { clearance_level: _level, ...properties } = levels;
      const sources = someDocuments(many).map(({ clearance_level: _has, ...source }) => source);
      const index = await world.index(sources, { properties: { ...properties, title: { type: "text" } } });
      const plan = await world.plan(index);
      const before = await world.stored(index);
      await world.must("PUT", `/${index}/_mapping`, { dynamic: "strict" });
      expect(await refusal(world.apply(plan))).toMatchObject({ code: "strict-mapping" });
      await addMapping(world.over(index), {});
      const run = await world.apply(plan);
      expect(await world.end(run.id)).toMatchObject({ state: "succeeded" });
      expectRight(before, await world.stored(index));
    });

    it.each(["strict", "false"])("refuses an index whose mapping is %s until the field is added", async (dynamic) => {
      const { clearance_level: _level, ...properties } = levels;
      const mapped = { ...properties, title: { type: "text" } };
      const sources = someDocuments(30).map(({ clearance_level, ...source }) =>
        dynamic === "strict" ? source : { ...source, ...(clearance_level === undefined ? {} : { clearance_level }) },
      );
      const index = await world.index(sources, { properties: mapped, dynamic });
      const refused = await refusal(world.plan(index));
      expect(refused).toMatchObject({ kind: "refused" });
      await addMapping(world.over(index), {});
      const { before, run } = await begin(index);
      // What a document held while nothing indexed it isn't found by searches, and isn't written over unasked.
      expect(await world.end(run.id)).toMatchObject(
        dynamic === "strict"
          ? { state: "succeeded", outcome: { written: 30, skipped: 0 } }
          : { state: "succeeded-with-findings", outcome: { written: 27, skipped: 3 } },
      );
      const after = await world.stored(index);
      for (const [id, { source }] of before) expect(after.get(id)?.source).toEqual({ clearance_level: 1, ...source });
    });

    it("stops when the mapping is full before the field is in it, with no document counted as failed, and goes on once there is room", async () => {
      const { clearance_level: _level, ...properties } = levels;
      const sources = someDocuments(many).map(({ clearance_level: _held, ...source }) => source);
      const index = await world.index(sources, { properties });
      const limit = (fields: number | null) =>
        world.must("PUT", `/${index}/_settings`, { "index.mapping.total_fields.limit": fields });
      const plan = await world.plan(index);
      const filled = world.between.at(bulk, 1, async () => void (await limit(1)));
      const run = await world.apply(plan);
      await filled;
      expect(await world.end(run.id)).toMatchObject({
        state: "failed",
        error: { code: "mapping-full" },
        outcome: { written: 0, failed: 0, skipped: 0 },
      });
      await limit(null);
      expect(await resumed(run)).toMatchObject({ state: "succeeded", outcome: { written: many, failed: 0 } });
    });

    it("takes documents of 5 MB", async () => {
      const index = await world.index(someDocuments(20));
      await world.must("PUT", `/${index}/_doc/large?refresh=true`, { namespace: "alpha", bytes: "x".repeat(5 << 20) });
      const { before, run } = await begin(index);
      expect(await world.end(run.id)).toMatchObject({ state: "succeeded", outcome: { written: 19 } });
      expectRight(before, await world.stored(index));
    });

    it("takes an index of 100 shards", async () => {
      const index = await world.index(someDocuments(500), { settings: { number_of_shards: 100 } });
      const { before, run } = await begin(index);
      expect(await world.end(run.id)).toMatchObject({ state: "succeeded", outcome: { written: 450 } });
      expectRight(before, await world.stored(index));
      await world.must("DELETE", `/${index}`);
    });

    it("takes an alias over two indexes that hold the same IDs", async () => {
      const indices = [await world.index(someDocuments(300)), await world.index(someDocuments(200))];
      const alias = `${indices[0]}-both`;
      await world.must("POST", "/_aliases", { actions: indices.map((index) => ({ add: { index, alias } })) });
      const before = await Promise.all(indices.map((index) => world.stored(index)));
      const run = await world.apply(await world.plan(alias));
      expect(await world.end(run.id)).toMatchObject({ state: "succeeded", outcome: { written: 450 } });
      for (const [at, index] of indices.entries()) {
        const stood = before[at];
        if (stood) expectRight(stood, await world.stored(index));
      }
    });
  }),
);
