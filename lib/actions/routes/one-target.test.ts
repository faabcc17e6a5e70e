import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startReembedding, startReembeddingInput } from "../runs/start-reembedding";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { addRoute } from "./add-route";
import { copy, openRouteWorld, type RouteWorld, route } from "./route-world.suite";

let world: RouteWorld;
let ctx: Context;
beforeAll(async () => {
  world = await openRouteWorld();
  ({ ctx } = world);
  await addRoute(ctx, route("one", "source:old", "target:copy", { vectors: copy }));
  // The same index by another connection.
  await addRoute(ctx, route("other", "other:old", "other:copy", { vectors: copy }));
  await addRoute(ctx, route("gathering", "source:old", "target:copy", { vectors: copy, namespaces: { into: "a" } }));
});
afterAll(() => world.close());

const start = async (along: string, namespace: string) =>
  (await startReembedding(ctx, parseInput(startReembeddingInput, { route: along, namespaces: [namespace] }))).run;
const busy = (runId: string, namespace: string) => ({
  code: "namespace-busy",
  kind: "refused",
  what: `${runId} is already writing to namespace ${JSON.stringify(namespace)}.`,
});

describe("two routes to one target at once", () => {
  it("never write to the same namespace: the second is refused until the first has ended, and works beside it elsewhere", async () => {
    const first = await start("one", "a");
    await expect(start("other", "a")).rejects.toMatchObject(busy(first.id, "a"));
    // Namespace b would be written to a.
    await expect(start("gathering", "b")).rejects.toMatchObject(busy(first.id, "a"));
    const beside = await start("other", "b");
    expect(beside.state).toBe("queued");
    await ctx.database.prisma.run.updateMany({ data: { state: "succeeded" } });
    await ctx.database.prisma.segment.updateMany({ data: { state: "done" } });
    expect((await start("other", "a")).id).not.toBe(first.id);
  });
});
