import { rm, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ExportWriter } from "../export-folder/export-writer";
import { content, exported, made, record } from "../export-folder/testing";
import { inspectPath } from "./inspect-path";
import type { TextMeter } from "./tally";

/** What is told of an export folder. `scratch`: where files may be written. */
export function describeExportFolders(scratch: () => string, meter: TextMeter): void {
  describe("an export folder", () => {
    const records = ["a", "b", "c"].map((id) => record(id, { metadata: `{"text":"text of ${id}","page":1}` }));

    it("is one store with a collection a namespace, whatever Parquet is in it", async () => {
      const root = path.join(scratch(), "export");
      await exported(root, { "": records, "other/one": records.slice(1) });
      const { stores, unreadable, otherFiles } = await inspectPath(root, meter);
      expect(stores.map(({ kind, path: at }) => [kind, at])).toEqual([["export-folder", "."]]);
      expect(
        stores[0]?.collections.map(({ name, records: count, withText, metric }) => [name, count, withText, metric]),
      ).toEqual([
        ["__default__", 3, 3, "cosine"],
        ["other/one", 2, 2, "cosine"],
      ]);
      expect([unreadable, otherFiles]).toEqual([[], 0]);
    });

    it("isn't a store before it is finished, nor told as whole when a file was changed", async () => {
      const root = path.join(scratch(), "unfinished");
      const writer = await ExportWriter.open(path.join(root, "export"), content, made);
      await writer.write("", records);
      await writer.close();
      const unfinished = await inspectPath(root, meter);
      expect(unfinished.stores).toEqual([]);
      expect(unfinished.unreadable.map(({ path: at, words }) => [at, words])).toEqual([
        ["export", expect.stringContaining("was not finished")],
      ]);
      const changed = path.join(scratch(), "changed");
      const manifest = await exported(changed, { one: records });
      await truncate(path.join(changed, manifest.namespaces[0]?.files[0]?.path ?? ""), 50);
      expect((await inspectPath(changed, meter)).stores[0]?.collections[0]?.damaged).toMatch(
        /was changed after it was written/,
      );
    });

    it("of vdf-io is read by its description", async () => {
      const root = path.join(scratch(), "vdf");
      const manifest = await exported(root, { one: records });
      await rm(path.join(root, "portage-export.json"));
      const part = { namespace: "one", exported_vector_count: 3, dimensions: 3, data_path: "one", metric: "Dot" };
      const describeIt = (changes: object) =>
        writeFile(
          path.join(root, "VDF_META.json"),
          JSON.stringify({ exported_from: "qdrant", indexes: { books: [{ ...part, ...changes }] } }),
        );
      await describeIt({});
      const { stores, otherFiles } = await inspectPath(root, meter);
      expect(stores.map(({ kind, format }) => [kind, format])).toEqual([["vdf-folder", "vdf-io export of qdrant"]]);
      expect(stores[0]?.collections[0]).toMatchObject({
        name: "one",
        within: "books",
        records: 3,
        metric: "dotproduct",
        damaged: null,
      });
      expect([manifest.namespaces.length, otherFiles]).toEqual([1, 0]);
      await describeIt({ exported_vector_count: 4 });
      expect((await inspectPath(root, meter)).stores[0]?.collections[0]?.damaged).toMatch(/announces 4 records/);
      await describeIt({ data_path: "../export/__default__" });
      expect((await inspectPath(root, meter)).unreadable[0]?.words).toMatch(/leads out of the folder/);
    });
  });
}
