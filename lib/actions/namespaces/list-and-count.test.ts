import { afterEach, describe, expect, it } from "vitest";
import { ServiceFailure } from "@/lib/failures";
import { noteRun } from "@/lib/runs/attention/note-run";
import { namespacesSchema } from "@/lib/shapes/namespaces/namespaces";
import { overviewSchema } from "@/lib/shapes/overview";
import { showOverview } from "../overview/show-overview";
import { openTestContext, putRun, type TestSides } from "../verbs/testing";
import { countNamespace, countNamespaceInput } from "./count-namespace";
import { listNamespaces, listNamespacesInput } from "./list-namespaces";

let close = async () => {};
const open = async (sides: TestSides) => {
  const opened = await openTestContext(sides);
  close = opened.close;
  return opened;
};
afterEach(() => close());

describe("listing namespaces", () => {
  it("answers the documented shape with totals, and says which names are nowhere", async () => {
    const { ctx } = await open({ source: { a: 5, b: 3 }, target: { a: 4 } });
    const all = await listNamespaces(ctx, listNamespacesInput.parse({}));
    expect(namespacesSchema.parse(all)).toEqual(all);
    expect(all).toMatchObject({
      source: { index: "old-index", dimension: 2, metric: "cosine" },
      target: { index: "new-index" },
      totals: { source: 8, target: 4, namespaces: 2 },
    });
    const named = await listNamespaces(ctx, listNamespacesInput.parse({ names: ["b", "nope"] }));
    expect(named.namespaces).toEqual([
      { name: "b", source: { value: 3, exact: true }, target: null, comparison: null },
      { name: "nope", source: null, target: null, comparison: null },
    ]);
    const prefixed = await listNamespaces(ctx, listNamespacesInput.parse({ prefix: "a", index: "target" }));
    expect(prefixed.namespaces).toEqual([
      { name: "a", source: null, target: { value: 4, exact: true }, models: { known: [], unknown: 4 } },
    ]);
  });

  it("says that there is no target index yet", async () => {
    const { ctx } = await open({ source: { a: 5 }, target: null });
    expect(await listNamespaces(ctx, listNamespacesInput.parse({}))).toMatchObject({
      target: null,
      totals: { source: 5 },
    });
  });

  it("refuses an unknown source in words", async () => {
    const { ctx } = await open({ environment: { PINECONE_OLD_INDEX: "elsewhere" } });
    await expect(listNamespaces(ctx, listNamespacesInput.parse({}))).rejects.toMatchObject({
      code: "unknown-index",
      kind: "usage",
    });
  });

  it("tries again what may pass, and says in the end what is wrong", async () => {
    let failures = 2;
    const before = () => {
      if (failures-- > 0) {
        throw new ServiceFailure({
          code: "unavailable",
          service: "Memory",
          operation: "inspect",
          message: "busy",
          retryAfterMs: 1,
        });
      }
    };
    const { ctx } = await open({
      source: { a: 1 },
      sourceOptions: { indexes: { "old-index": { dimension: 2 } }, before },
    });
    expect(await listNamespaces(ctx, listNamespacesInput.parse({}))).toMatchObject({ totals: { source: 0 } });
    failures = 100;
    await expect(listNamespaces(ctx, listNamespacesInput.parse({}))).rejects.toMatchObject({
      code: "unavailable",
      kind: "failed",
    });
  });
});

describe("counting one namespace", () => {
  it("lists every page when asked for an exact count", async () => {
    const { ctx, source } = await open({ source: { a: 250 }, target: { a: 101 }, sourceOptions: {} });
    const row = await countNamespace(ctx, countNamespaceInput.parse({ name: "a", exact: true }));
    expect(row).toEqual({
      name: "a",
      source: { value: 250, exact: true },
      target: { value: 101, exact: true },
      comparison: null,
      models: { known: [], unknown: 101 },
    });
    expect(source.calls.listIds).toBe(3);
  });

  it("stops listing when nobody waits any more", async () => {
    const controller = new AbortController();
    const { ctx, source } = await open({ source: { a: 250 } });
    const counting = countNamespace(ctx, countNamespaceInput.parse({ name: "a", exact: true }), {
      signal: controller.signal,
    });
    controller.abort();
    await expect(counting).rejects.toBeDefined();
    expect(source.calls.listIds).toBe(0);
  });
});

describe("the overview", () => {
  it("sums up what is written and what is left, and names what needs attention", async () => {
    const { ctx } = await open({ source: { a: 5, b: 3, c: 2 }, target: { a: 5, b: 1, z: 4 } });
    await putRun(ctx, "bad", { state: "failed", error: { code: "x", what: "It broke.", notLost: "-", next: "-" } });
    await noteRun(ctx.database, "bad");
    const overview = await showOverview(ctx, {});
    expect(overviewSchema.parse(overview)).toEqual(overview);
    expect(overview.progress).toMatchObject({
      sourceVectors: 10,
      inTarget: 6,
      onlyInTarget: 4,
      namespacesTotal: 3,
      namespacesInSync: 0,
      namespacesNotCompared: 3,
      namespacesLeft: 2,
    });
    expect(overview.left.map((row) => row.name)).toEqual(["b", "c"]);
    expect(overview.attention).toContainEqual(
      expect.objectContaining({
        level: "error",
        what: expect.stringContaining("It broke."),
        href: "/runs/bad?route=default",
      }),
    );
  });

  it("stays up when a side can't be reached, and says so", async () => {
    const before = () => {
      throw new ServiceFailure({
        code: "auth",
        service: "Memory",
        operation: "inspect",
        message: "HTTP 401",
        status: 401,
      });
    };
    const { ctx } = await open({ target: null, sourceOptions: { before } });
    const overview = await showOverview(ctx, {});
    expect(overview.source).toMatchObject({ state: "unreachable", vectors: null });
    expect(overview.source.problem).toContain("refused the key");
    expect(overview.target).toMatchObject({ state: "missing" });
    expect(overview.progress).toMatchObject({ asOf: null, sourceVectors: 0 });
    expect(overview.attention.map((item) => item.level)).toEqual(["error", "warn"]);
  });
});
