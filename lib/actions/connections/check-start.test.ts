import { afterEach, expect, it } from "vitest";
import type { VectorSource } from "@/lib/stores/contract";
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
