import { describe, expect, it } from "vitest";
import { codeOf, everything, properties, type Workbench } from "./workbench.suite";

/** What is said of indexes, aliases and their state. */
export function describeInspecting(bench: Workbench): void {
  const { create, put, must, all, prefix } = bench;

  describe("inspecting", () => {
    it("names the version and answers quickly", async () => {
      const { version, latencyMs } = await bench.documents.probe();
      expect(version).toMatch(/^\d+\.\d+\.\d+/);
      expect(latencyMs).toBeGreaterThan(0);
    });

    it("describes an index: open, healthy, unblocked, with all privileges", async () => {
      const index = await create({ properties }, { number_of_shards: 3 });
      const shape = await bench.documents.inspect([index]);
      expect(shape).toMatchObject({ kind: "index", missing: [], aliases: [], dataStreams: [] });
      expect(shape?.indices).toMatchObject([
        {
          name: index,
          open: true,
          health: "green",
          settings: { shards: 3, mode: "standard", defaultPipeline: null },
        },
      ]);
      expect(Object.values(shape?.indices[0]?.settings?.blocks ?? {})).toEqual([false, false, false, false, false]);
      expect(shape?.privileges?.indices[index]).toEqual({
        read: true,
        write: true,
        metadata: true,
        refresh: true,
        mapping: true,
        recreate: true,
      });
    });

    it("answers null for names that nothing has, and names those missing among others", async () => {
      const index = await create();
      expect(await bench.documents.inspect([`${prefix}-nowhere`])).toBeNull();
      expect(await bench.documents.inspect([`${prefix}-nowhere*`])).toBeNull();
      const shape = await bench.documents.inspect([index, `${prefix}-nowhere`]);
      expect(shape).toMatchObject({ kind: "several", missing: [`${prefix}-nowhere`], indices: [{ name: index }] });
    });

    it("sees through an alias over two indexes, says that it can't be written by, and that it filters", async () => {
      const [one, two] = [await create(), await create()];
      const alias = `${prefix}-alias`;
      await must("POST", "/_aliases", {
        actions: [{ add: { index: one, alias } }, { add: { index: two, alias, filter: { term: { namespace: "n" } } } }],
      });
      const shape = await bench.documents.inspect([alias]);
      expect(shape).toMatchObject({ kind: "alias", indices: [{ name: one }, { name: two }] });
      expect(shape?.aliases).toMatchObject([{ name: alias, writeIndex: null, filtered: true }]);
      expect(shape?.aliases[0]?.indices.toSorted()).toEqual([one, two]);
      await put(one, "1", { namespace: "m" });
      await put(two, "2", { namespace: "m" });
      await put(two, "3", { namespace: "n" });
      expect((await all(alias)).map(({ id }) => id).toSorted()).toEqual(["1", "3"]);
      expect(await bench.documents.count([alias], everything)).toBe(2);
    });

    it("takes a pattern", async () => {
      const index = await create();
      expect(await bench.documents.inspect([`${index}*`])).toMatchObject({
        kind: "pattern",
        indices: [{ name: index }],
      });
    });

    it("shows blocks, pipelines and a closed index", async () => {
      const [blocked, closed] = [await create(), await create()];
      await must("PUT", `/${blocked}/_settings`, {
        "index.blocks.write": true,
        "index.default_pipeline": "first",
        "index.final_pipeline": "last",
      });
      await must("POST", `/${closed}/_close`);
      const shape = await bench.documents.inspect([blocked, closed]);
      expect(shape?.indices).toMatchObject([
        {
          open: true,
          settings: { blocks: { write: true, read: false }, defaultPipeline: "first", finalPipeline: "last" },
        },
        { open: false },
      ]);
      expect(await codeOf(bench.documents.count([closed], everything))).toBe("conflict");
    });
  });
}
