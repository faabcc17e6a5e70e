import { describe, expect, it } from "vitest";
import type { Reply, Seen } from "@/lib/http/scripted-server.suite";
import { atMost } from "@/scripts/test/limits.mjs";
import type { VectorTarget } from "../contract";
import { open } from "./scripted.suite";

describe("Pinecone's statistics", () => {
  const stats =
    (json: unknown) =>
    (request: Seen): Reply =>
      request.url.pathname === "/describe_index_stats" ? { json } : { status: 404, text: "" };
  const names = async (target: VectorTarget, prefix?: string) => {
    const found = [];
    for await (const page of target.namespaces("idx", prefix === undefined ? {} : { prefix }))
      found.push(...page.namespaces);
    return found;
  };

  it("counts all namespaces with one request, the default one under its own name", async () => {
    const namespaces = { b: { vectorCount: 2 }, __default__: { vectorCount: "7" }, a: {}, B: { vectorCount: 1 } };
    const { target, data } = await open(stats({ namespaces, totalVectorCount: 10, dimension: 2 }));
    expect(await names(target)).toEqual(
      [
        ["", 7],
        ["B", 1],
        ["a", 0],
        ["b", 2],
      ].map(([name, value]) => ({ name, count: { value, exact: false } })),
    );
    expect(data()).toHaveLength(1);
    expect((await names(target, "b")).map(({ name }) => name)).toEqual(["b"]);
    expect(await target.count({ index: "idx", namespace: "" })).toEqual({ value: 7, exact: false });
    expect(await target.count({ index: "idx", namespace: "nowhere" })).toEqual({ value: 0, exact: false });
    expect(await target.inspect("idx")).toMatchObject({ vectors: { value: 10, exact: false }, namespaces: 4 });
  });

  it("takes both names of the default namespace for one", async () => {
    const { target } = await open(stats({ namespaces: { "": { vectorCount: 3 }, __default__: { vectorCount: 3 } } }));
    expect(await names(target)).toEqual([{ name: "", count: { value: 3, exact: false } }]);
  });

  it("goes through a hundred thousand namespaces in a moment", async () => {
    const namespaces = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`n-${at}`, { vectorCount: at }]));
    const { target } = await open(stats({ namespaces }));
    const began = performance.now();
    expect(await names(target)).toHaveLength(100_000);
    expect(performance.now() - began).toBeLessThan(atMost(10));
  });

  it("lists namespaces one page after the other where statistics leave them out", async () => {
    const { target } = await open(({ url }) => {
      if (url.pathname === "/describe_index_stats") return { json: { totalVectorCount: 3 } };
      if (url.pathname === "/namespaces/a%2Fb") return { json: { name: "a/b", record_count: "2" } };
      if (url.pathname !== "/namespaces") return { status: 404, json: { code: 5, message: "Namespace not found" } };
      return url.searchParams.get("paginationToken") === "t"
        ? { json: { namespaces: [{ name: "b", record_count: 1 }] } }
        : { json: { namespaces: [{ name: "__default__", record_count: "2" }], pagination: { next: "t" } } };
    });
    expect((await names(target)).map(({ name, count }) => [name, count.value])).toEqual([
      ["", 2],
      ["b", 1],
    ]);
    expect(await target.count({ index: "idx", namespace: "a/b" })).toEqual({ value: 2, exact: false });
    expect(await target.count({ index: "idx", namespace: "none" })).toEqual({ value: 0, exact: false });
  });

  describe("of very many namespaces", () => {
    const namespaces = Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`n-${at}`, { vectorCount: at }]));
    const counted = async (describes: (name: string) => Reply) => {
      const { target, data } = await open(({ url }) =>
        url.pathname === "/describe_index_stats"
          ? { json: { namespaces } }
          : describes(decodeURIComponent(url.pathname.replace("/namespaces/", ""))),
      );
      const asked: (number | undefined)[] = [];
      for (const namespace of ["n-7", "n-8", "gone", "n-9", ""])
        asked.push((await target.count({ index: "idx", namespace })).value);
      const all = data().filter(({ url }) => url.pathname === "/describe_index_stats").length;
      return { asked, all, descriptions: data().length - all };
    };

    it("are asked for once: then one namespace's description has its count", async () => {
      const { asked, all, descriptions } = await counted((name) =>
        name === "gone"
          ? { status: 404, json: { code: 5, message: "Namespace not found" } }
          : { json: { name, record_count: 50 } },
      );
      expect(asked).toEqual([7, 50, 0, 50, 0]);
      expect([all, descriptions]).toEqual([2, 3]);
    });

    it("are asked for each time where a server knows no descriptions, or none with a count", async () => {
      const each = { asked: [7, 8, 0, 9, 0], all: 5, descriptions: 1 };
      expect(await counted(() => ({ status: 404, text: "" }))).toEqual(each);
      expect(await counted((name) => ({ json: { name } }))).toEqual(each);
    });
  });
});
