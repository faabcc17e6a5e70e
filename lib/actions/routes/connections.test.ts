import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openExportTarget } from "@/lib/stores/export-folder/target";
import { addConnection, addConnectionInput } from "../connections/add-connection";
import { inspect } from "../connections/inspect";
import { listCollections } from "../connections/list-collections";
import { listConnections } from "../connections/list-connections";
import { removeConnection } from "../connections/remove-connection";
import { testConnection } from "../connections/test-connection";
import { updateConnection, updateConnectionInput } from "../connections/update-connection";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { someSettings } from "../verbs/testing";
import { addRoute } from "./add-route";
import { removeRoute } from "./remove-route";
import { openRouteWorld, type RouteWorld, route } from "./route-world.suite";

let world: RouteWorld;
let ctx: Context;
let dataDir = "";
beforeAll(async () => {
  world = await openRouteWorld();
  ({ ctx, dataDir } = world);
});
afterAll(() => world.close());

describe("a connection", () => {
  it("is inspected by its first records, and nothing beyond the allowed folders is", async () => {
    const { stores } = await inspect(ctx, { connection: "other", collection: "old", limit: 2 });
    expect(stores).toMatchObject([{ kind: "pinecone", path: "other", bytes: null }]);
    expect(stores[0]?.collections[0]).toMatchObject({
      name: "old",
      metric: "cosine",
      records: 2,
      firstOf: 3,
      withVector: 2,
      withText: 1,
      dimensions: [{ dimension: 3, records: 2 }],
      embedding: { texts: 1 },
      writing: { to: "Pinecone", units: 2 },
    });
    const elsewhere = await inspect(ctx, { connection: "other", collection: "old", limit: 2, to: "pgvector" });
    expect(elsewhere.stores[0]?.collections[0]?.writing).toMatchObject({
      to: "PostgreSQL with pgvector",
      units: 0,
      usd: 0,
    });
    const all = await inspect(ctx, { connection: "other" });
    expect(all.stores[0]?.collections.find(({ name }) => name === "old")).toMatchObject({ records: 3, firstOf: null });
    await expect(inspect(ctx, { path: "/etc" })).rejects.toMatchObject({ code: "path-not-allowed" });
    await expect(inspect(ctx, { connection: "nobody" })).rejects.toMatchObject({ code: "connection-not-found" });
  });

  it("tells by a test how fast it is, what its key may do and what is there", async () => {
    const test = await testConnection(ctx, { name: "other" });
    expect(test).toMatchObject({ ok: true, code: null, more: false, words: "Pinecone answers: 5 indexes." });
    expect(test.may.map(({ what, state }) => [what, state])).toEqual([
      ["list", "yes"],
      ["read", "yes"],
      ["write", "not-tried"],
    ]);
    expect(test.collections).toContainEqual({ name: "wide", dimension: 8, metric: "cosine", sort: "classic index" });
    expect((await testConnection(ctx, { name: "gemini" })).words).toContain("dimension 128");
    // An export is one collection, which has no name.
    const here = { ...ctx, config: { ...ctx.config, folders: [dataDir] } };
    const written = openExportTarget(path.join(dataDir, "export"));
    await written.ensureIndex({ name: "", dimension: 1, metric: "cosine" });
    await written.upsert({ index: "", namespace: "a" }, [{ id: "1", values: [1], metadata: {} }]);
    await written.complete?.({ index: "", namespace: "a" });
    await written.close();
    const given = { name: "kept", kind: "export-folder", settings: { path: path.join(dataDir, "export") } };
    await addConnection(here, parseInput(addConnectionInput, given));
    expect((await testConnection(here, { name: "kept" })).may[1]?.words).toBe("It read the export, 1 vectors.");
    await removeConnection(here, { name: "kept" });
    expect((await listCollections(ctx, { name: "source" })).collections.map(({ name }) => name)).toContain("old");
  });

  it("is refused with a wrong key, is kept untested when asked for, and works once it is given the right one", async () => {
    const wrong = { name: "wrong", kind: "pinecone", settings: { apiKey: "pcsk_not_the_key" } };
    await expect(addConnection(ctx, parseInput(addConnectionInput, wrong))).rejects.toMatchObject({
      code: "wrong-key",
      next: expect.stringMatching(/the API key of the connection wrong.*save it untested/),
    });
    const tried = await addConnection(ctx, parseInput(addConnectionInput, { ...wrong, testOnly: true }));
    expect(tried).toMatchObject({ connection: null, test: { ok: false, code: "wrong-key" } });
    expect((await listConnections(ctx, {})).connections.map(({ name }) => name)).not.toContain("wrong");
    await addConnection(ctx, parseInput(addConnectionInput, { ...wrong, untested: true }));
    expect(await testConnection(ctx, { name: "wrong" })).toMatchObject({
      ok: false,
      code: "wrong-key",
      collections: [],
    });
    const right = { name: "wrong", settings: { apiKey: world.environment.PINECONE_API_KEY } };
    const { connection, test } = await updateConnection(ctx, parseInput(updateConnectionInput, right));
    expect([connection?.revision, test?.ok]).toEqual([2, true]);
    await removeConnection(ctx, { name: "wrong" });
  });

  it("is refused with a field, setting or kind that isn't there, which is named", async () => {
    const given = { name: "odd", kind: "pinecone", settings: { apiKey: "env:PINECONE_API_KEY" } };
    expect(() => parseInput(addConnectionInput, { ...given, colour: "red" })).toThrow(
      expect.objectContaining({ code: "invalid-input", what: expect.stringContaining("colour") }),
    );
    const add = (more: object) => addConnection(ctx, parseInput(addConnectionInput, { ...given, ...more }));
    await expect(add({ settings: { ...given.settings, colour: "red" } })).rejects.toMatchObject({
      code: "invalid-input",
      what: expect.stringMatching(/colour.*no such setting; it has apiKey/),
    });
    await expect(add({ kind: "punchcards" })).rejects.toMatchObject({
      kind: "usage",
      what: expect.stringContaining("punchcards"),
    });
    expect((await listConnections(ctx, {})).connections.map(({ name }) => name)).not.toContain("odd");
  });

  it("can't be removed while a route needs it, and says which", async () => {
    await addRoute(ctx, route("needs-other", "other:old", "target:new"));
    await expect(removeConnection(ctx, { name: "other" })).rejects.toMatchObject({
      code: "connection-in-use",
      kind: "refused",
      what: expect.stringContaining("route needs-other"),
    });
    await removeRoute(ctx, { name: "needs-other" });
    expect((await listConnections(ctx, {})).connections.at(-1)?.usedBy).toEqual([]);
  });
});

describe("what plans and schedules were made under", () => {
  it("can't be removed before they are, and they are named", async () => {
    await addRoute(ctx, route("planned", "other:old", "target:new"));
    const { prisma } = ctx.database;
    const settings = {
      ...someSettings,
      source: { index: "old", connection: "other", kind: "pinecone" },
      route: { name: "planned", revision: 1 },
    };
    const rest = { namespaces: ["a"], createdBy: "cli:test" };
    await prisma.plan.create({
      data: { id: "plan-1", kind: "mirror", state: "ready", settings, settingsHash: "h", ...rest },
    });
    await prisma.schedule.create({
      data: { id: "schedule-1", cron: "0 3 * * *", timezone: "UTC", nextAt: new Date(), world: settings, ...rest },
    });
    const inUse = { code: "route-in-use", what: expect.stringMatching(/plan plan-1, schedule schedule-1/) };
    await expect(removeRoute(ctx, { name: "planned" })).rejects.toMatchObject(inUse);
    expect((await listConnections(ctx, {})).connections.at(-1)?.usedBy).toEqual([
      "route planned",
      "plan plan-1",
      "schedule schedule-1",
    ]);
    await prisma.schedule.deleteMany({});
    await prisma.plan.updateMany({ data: { state: "applied" } });
    await removeRoute(ctx, { name: "planned" });
  });
});
