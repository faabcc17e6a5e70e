import { describe, expect, it } from "vitest";
import { codeOf, everything, field, missing, toLevel, type Workbench } from "./workbench.suite";

/** What searches find of what documents hold, and cancelling. */
export function describeIndexing(bench: Workbench): void {
  const { create, put, only } = bench;

  describe("values that aren't indexed", () => {
    it("stay missing when the field is mapped later, and are found once they are rewritten", async () => {
      const index = await create({ dynamic: "false" });
      await put(index, "x", { clearance_level: 1 });
      expect(await bench.documents.count([index], missing)).toBe(1);
      await bench.documents.putMapping([index], field, "integer");
      expect(await bench.documents.count([index], missing)).toBe(1);
      const head = await only(index);
      expect(head.held).toEqual({ state: "value", value: 1 });
      expect(await bench.documents.bulkUpdate(field, [toLevel(head)])).toEqual([{ state: "noop" }]);
      await bench.documents.bulkUpdate(field, [{ ...toLevel(head), rewrite: true }]);
      await bench.documents.refresh([index]);
      expect(await bench.documents.count([index], missing)).toBe(0);
    });

    it("stay missing where nothing is indexed, however often they are written", async () => {
      const index = await create({
        properties: { clearance_level: { type: "integer", index: false, doc_values: false } },
      });
      await put(index, "x", { clearance_level: 1 });
      await bench.documents.bulkUpdate(field, [{ ...toLevel(await only(index)), rewrite: true }]);
      await bench.documents.refresh([index]);
      expect(await bench.documents.count([index], missing)).toBe(1);
    });

    it("are found through a runtime field, and get mapped where the index is dynamic", async () => {
      const [runtime, open] = [await create({ dynamic: "runtime" }), await create({})];
      for (const index of [runtime, open]) {
        await put(index, "x", { text: "t" });
        await bench.documents.bulkUpdate(field, [toLevel(await only(index))]);
        await bench.documents.refresh([index]);
        expect(await bench.documents.count([index], { ...everything, where: { is: 1 } })).toBe(1);
      }
      const found = await bench.documents.fieldMapping([runtime, open], field);
      expect(found.map((mapping) => [mapping.field?.type, mapping.field?.runtime])).toEqual([
        ["long", true],
        ["long", false],
      ]);
    });
  });

  describe("cancelling", () => {
    it("ends at once", async () => {
      const index = await create();
      const signal = AbortSignal.abort();
      expect(await codeOf(bench.documents.count([index], everything, { signal }))).toBe("aborted");
      expect(
        await codeOf(
          bench.documents.bulkUpdate(field, [{ index, id: "x", routing: null, seqNo: 0, primaryTerm: 1, value: 1 }], {
            signal,
          }),
        ),
      ).toBe("aborted");
      expect(await codeOf(bench.documents.inspect([index], { signal }))).toBe("aborted");
    });
  });
}
