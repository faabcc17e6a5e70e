import { describe, expect, it } from "vitest";
import { parseConfig } from "@/lib/config";
import { openStores } from "./registry";

describe("openStores", () => {
  const { source, target } = openStores(parseConfig([], "."));

  it("gives a source that can't write: it has no such function", () => {
    const functions = Object.entries(source).filter(([, value]) => typeof value === "function");
    expect(functions.map(([name]) => name).sort()).toEqual([
      "close",
      "collections",
      "count",
      "fetchHeads",
      "fetchRecords",
      "inspect",
      "listIds",
      "namespaces",
      "query",
      "sweepHeads",
    ]);
    expect(Object.getPrototypeOf(source)).toBe(Object.prototype);
  });

  it("gives a target that can't delete", () => {
    const added = Object.keys(target).filter((name) => !(name in source));
    expect(added.sort()).toEqual(["ensureIndex", "packed", "settle", "sizeOf", "upsert"]);
  });

  it("asks nothing before the first call, and fails that with auth when there is no key", async () => {
    await expect(source.inspect("any")).rejects.toMatchObject({ code: "auth", service: "Pinecone" });
    await expect(target.listIds({ index: "any", namespace: "" })).rejects.toMatchObject({ code: "auth" });
  });
});
