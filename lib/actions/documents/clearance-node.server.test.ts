import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { describeSkipped, onRealServer } from "@/lib/documents/elasticsearch/real-server.suite";
import { namedServer } from "@/scripts/elasticsearch/obtain-server";
import { type LocalServer, startLocal } from "@/scripts/elasticsearch/start-local";
import { ClearanceWorld, expectRight, someDocuments } from "./clearance-world.suite";

const bulk = /\/_bulk/;
/** Documents of a run of some batches, over some shards. */
const many = 6000;

/**
 * So little room that parts of many requests are refused: one thread that writes, and one place in its queue. A whole bulk request of
 * Portage's, some 130 KB, is more than the server takes at once.
 */
const tiny = { "thread_pool.write.size": "1", "thread_pool.write.queue_size": "1", "http.max_content_length": "110kb" };

const rejectionsSchema = z.object({
  nodes: z.record(z.string(), z.object({ thread_pool: z.object({ write: z.object({ rejected: z.number() }) }) })),
});

/** These days need a server that may be killed and starved: one of their own, started where the others have one, too. */
const server = namedServer() === null ? null : await startLocal({ log() {}, settings: tiny });

const describeDays = (name: string, node: LocalServer) =>
  describe(name, () => {
    let world: ClearanceWorld;
    beforeAll(async () => {
      world = await ClearanceWorld.open(node.access);
    });
    afterAll(async () => {
      await world?.close();
      await node.stop();
    });

    /** Parts of requests that the node had no room for since its start. */
    const rejections = async () => {
      const { nodes } = rejectionsSchema.parse(await world.must("GET", "/_nodes/stats/thread_pool"));
      return Object.values(nodes).reduce((sum, one) => sum + one.thread_pool.write.rejected, 0);
    };

    it("waits and asks for less where the server has room for little, and loses nothing", async () => {
      const index = await world.index(someDocuments(many), { settings: { number_of_shards: 4 } });
      const larger = await world.ask("POST", `/${index}/_search`, { larger: "x".repeat(120_000) });
      expect(larger.status).toBe(413);
      const before = await world.stored(index);
      const refusedBefore = await rejections();
      const run = await world.apply(await world.plan(index));
      expect(await world.end(run.id)).toMatchObject({
        state: "succeeded",
        outcome: { written: many * 0.9, failed: 0, drifted: 0 },
      });
      expectRight(before, await world.stored(index));
      expect(await rejections()).toBeGreaterThan(refusedBefore);
    });

    it("outlasts a circuit breaker that lets nothing through for a while", async () => {
      const index = await world.index(someDocuments(many));
      const before = await world.stored(index);
      const run = await world.apply(await world.plan(index));
      const limit = (value: string | null) =>
        world.ask("PUT", "/_cluster/settings", { persistent: { "indices.breaker.total.limit": value } });
      await world.between.at(bulk, 2, async () => void (await limit("10mb")));
      let tripped = 0;
      for (;;) {
        const { status } = await world.ask("POST", `/${index}/_search`, { size: 0 });
        if (status === 429) tripped++;
        if (tripped > 20 && (await limit(null)).status === 200) break;
      }
      expect(await world.end(run.id)).toMatchObject({ state: "succeeded", outcome: { written: many * 0.9 } });
      expectRight(before, await world.stored(index));
    });

    it("goes on after the node was killed and started again while it writes", async () => {
      const index = await world.index(someDocuments(many));
      const before = await world.stored(index);
      const run = await world.apply(await world.plan(index));
      await world.between.at(bulk, 3, async () => {
        await node.kill();
        await node.restart();
      });
      expect(await world.end(run.id)).toMatchObject({ state: "succeeded", outcome: { written: many * 0.9 } });
      expectRight(before, await world.stored(index));
    });
  });

onRealServer("On a bad day of its node, a clearance", (name) => {
  if (server?.ok) describeDays(name, server);
  else describeSkipped(name, server?.reason ?? "there is no node of its own");
});
