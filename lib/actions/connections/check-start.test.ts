import { afterEach, expect, it } from "vitest";
import type { IndexShape, VectorSource } from "@/lib/stores/contract";
import { openTestContext } from "../verbs/testing";
import { checkStart } from "./check-start";

let close: () => Promise<void> = async () => {};
afterEach(() => close());

it("finds that two keys open the same index, and refuses to write to the source", async () => {
  const opened = await openTestContext({ source: { a: 3 }, target: { a: 1 } });
  close = opened.close;
  const servedAt = <Store extends VectorSource>(store: Store, address: string): Store => ({
    ...store,
    inspect: async (index: string) => {
      const shape = await store.inspect(index);
      return shape && { ...shape, address };
    },
  });
  const start = (source: string, target: string) =>
    checkStart(
      { ...opened.ctx, source: servedAt(opened.source, source), target: servedAt(opened.target, target) },
      ["a"],
      { target: true, embedder: false },
    );
  await expect(start("one.svc.example", "one.svc.example")).rejects.toMatchObject({
    code: "source-is-target",
    kind: "usage",
    what: expect.stringContaining("both keys open the same project"),
  });
  await expect(start("one.svc.example", "two.svc.example")).resolves.toMatchObject({ namespaces: ["a"] });
});

it("says of an index that can't serve, and of one that serves otherwise than it seems, what it means and what to do", async () => {
  const opened = await openTestContext({ source: { a: 3 }, target: { a: 1 } });
  close = opened.close;
  const being = <Store extends VectorSource>(store: Store, as: Partial<IndexShape>): Store => ({
    ...store,
    inspect: async (index: string) => {
      const shape = await store.inspect(index);
      return shape && { ...shape, ...as };
    },
  });
  const start = ({ source = {}, target = {} }: { source?: Partial<IndexShape>; target?: Partial<IndexShape> }) =>
    checkStart({ ...opened.ctx, source: being(opened.source, source), target: being(opened.target, target) }, ["a"], {
      target: true,
      embedder: false,
    });
  for (const side of ["source", "target"] as const)
    await expect(start({ [side]: { pods: true } })).rejects.toMatchObject({
      code: "pod-index",
      kind: "usage",
      what: expect.stringContaining("a pod-based index: its IDs can't be listed"),
      next: expect.stringContaining("serverless"),
    });
  const warned = async (ends: Parameters<typeof start>[0]) =>
    (await start(ends)).warnings.map(({ code, words }) => `${code}: ${words}`);
  expect(await warned({ target: { embedsBy: "multilingual-e5-large" } })).toEqual([
    expect.stringMatching(/^embeds-by-itself: .* embeds texts itself with multilingual-e5-large: searches by text/),
  ]);
  expect(await warned({ source: { dimension: null } })).toEqual([expect.stringMatching(/^sparse-source: /)]);
  expect(await warned({ target: { metric: "euclidean" } })).toEqual([expect.stringMatching(/^metric: /)]);
  const embedder = { ...opened.ctx.embedder, limits: { textsPerCall: 100, tokensPerText: null } };
  const unlimited = await checkStart({ ...opened.ctx, embedder }, ["a"], { target: true, embedder: false });
  expect(unlimited.warnings.map(({ code }) => code)).toEqual(["unknown-model"]);
});
