import { describe, expect, it } from "vitest";
import type { Selection } from "../contract";
import { codeOf, everything, field, keepAliveMs, type Workbench } from "./workbench.suite";

/** Counts, overviews and namespaces. */
export function describeCounting(bench: Workbench): void {
  const { create, put, must, prefix } = bench;

  describe("counting", () => {
    it("counts by namespace, with and without the field, by value and by other values", async () => {
      const index = await create();
      await put(index, "1", { namespace: "a" });
      await put(index, "2", { namespace: "a", clearance_level: 1 });
      await put(index, "3", { namespace: "b", clearance_level: 3 });
      await put(index, "4", { namespace: "a/b c#%?&", clearance_level: null });
      await put(index, "5", { clearance_level: [] });
      const count = (more: Partial<Selection>) => bench.documents.count([index], { ...everything, ...more });
      expect(await count({})).toBe(5);
      expect(await count({ where: "missing" })).toBe(3);
      expect(await count({ where: "present" })).toBe(2);
      expect(await count({ where: { is: 3 } })).toBe(1);
      expect(await count({ where: { isNot: 1 } })).toBe(1);
      expect(await count({ where: { lacks: 1 } })).toBe(4);
      expect(await count({ namespaces: ["a"] })).toBe(2);
      expect(await count({ namespaces: ["a", "a/b c#%?&"], where: "missing" })).toBe(2);
      expect(await count({ namespaces: ["nobody"] })).toBe(0);
      expect(await count({ namespaceField: "customer", namespaces: ["a"] })).toBe(0);
    });

    it("gives an overview by value, most frequent first", async () => {
      const index = await create();
      for (const [id, level] of [1, 1, 1, 3, 2, 2, null].entries())
        await put(index, String(id), { clearance_level: level });
      expect(await bench.documents.overview([index], everything)).toEqual({
        total: 7,
        with: 6,
        without: 1,
        values: [
          { value: 1, count: 3 },
          { value: 2, count: 2 },
          { value: 3, count: 1 },
        ],
        otherValues: 0,
      });
    });

    it("counts the documents whose value was ignored, of those that searches call without", async () => {
      const properties = { namespace: { type: "keyword" }, [field]: { type: "integer", ignore_malformed: true } };
      const index = await create({ properties });
      for (const [id, level] of [1, "high", "low", null, "high"].entries())
        await put(index, String(id), { namespace: id === 4 ? "b" : "a", [field]: level });
      expect(await bench.documents.overview([index], everything)).toMatchObject({ with: 1, without: 4, ignored: 3 });
      const ofOne = { ...everything, namespaces: ["b"] };
      expect(await bench.documents.overview([index], ofOne)).toMatchObject({ without: 1, ignored: 1 });
    });

    it("counts values of words and truths, none of a text, and none of a field that isn't there", async () => {
      const index = await create({
        properties: { word: { type: "keyword" }, truth: { type: "boolean" }, text: { type: "text" } },
      });
      await put(index, "1", { word: "secret", truth: true, text: "some words" });
      await put(index, "2", { word: "secret", truth: false });
      const of = (name: string) => bench.documents.overview([index], { ...everything, field: name });
      expect(await of("word")).toMatchObject({ with: 2, values: [{ value: "secret", count: 2 }] });
      expect((await of("truth")).values).toEqual(
        expect.arrayContaining([
          { value: true, count: 1 },
          { value: false, count: 1 },
        ]),
      );
      expect(await of("text")).toMatchObject({ with: 1, without: 1, values: null });
      expect(await of(field)).toEqual({ total: 2, with: 0, without: 2, values: [], otherValues: 0 });
    });

    it("lists every namespace in pages, and documents without one", async () => {
      const index = await create();
      for (const [at, name] of ["c", "a", "b", "a", "é", "B", null].entries()) {
        await put(index, String(at), { namespace: name, ...(at % 2 ? { clearance_level: 1 } : {}) });
      }
      const pages = [];
      for await (const page of bench.documents.namespaces([index], everything, { pageSize: 2 })) pages.push(page);
      expect(pages.map((page) => page.length)).toEqual([2, 2, 2]);
      expect(pages.flat()).toEqual([
        { name: null, documents: 1, with: 0 },
        { name: "B", documents: 1, with: 1 },
        { name: "a", documents: 2, with: 2 },
        { name: "b", documents: 1, with: 0 },
        { name: "c", documents: 1, with: 0 },
        { name: "é", documents: 1, with: 0 },
      ]);
    });

    it("refuses what isn't there", async () => {
      expect(await codeOf(bench.documents.count([`${prefix}-nowhere`], everything))).toBe("not-found");
      expect(await codeOf(bench.documents.openPoint([`${prefix}-nowhere`], keepAliveMs))).toBe("not-found");
      expect(await codeOf(bench.documents.fieldMapping([`${prefix}-nowhere`], field))).toBe("not-found");
    });

    it("sees no documents behind a read block, and says so", async () => {
      const index = await create();
      await must("PUT", `/${index}/_settings`, { "index.blocks.read": true });
      expect(await codeOf(bench.documents.count([index], everything))).toBe("conflict");
      await must("PUT", `/${index}/_settings`, { "index.blocks.read": false });
    });
  });
}
