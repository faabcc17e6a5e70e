import { describe, expect, it } from "vitest";
import { codeOf, field, properties, type Workbench } from "./workbench.suite";

/** How an index treats a field. */
export function describeMapping(bench: Workbench): void {
  const { create, must } = bench;

  describe("mapping", () => {
    const mapped = async (mappings: object) => {
      const index = await create(mappings);
      const [found] = await bench.documents.fieldMapping([index], field);
      return found;
    };

    it.each([
      ["absent", { properties: { namespace: { type: "keyword" } } }, { field: null, dynamic: "true" }],
      ["empty", {}, { field: null, dynamic: "true" }],
      ["integer", { properties }, { field: { type: "integer", searchable: true, aggregatable: true } }],
      [
        "keyword",
        { properties: { clearance_level: { type: "keyword", ignore_above: 5 } } },
        { field: { type: "keyword", aggregatable: true, ignoreAbove: 5 } },
      ],
      [
        "text with a keyword below",
        { properties: { clearance_level: { type: "text", fields: { raw: { type: "keyword" } } } } },
        { field: { type: "text", aggregatable: false, aggregatableSubfields: ["clearance_level.raw"] } },
      ],
      [
        "not indexed, in columns only",
        { properties: { clearance_level: { type: "integer", index: false } } },
        { field: { searchable: true } },
      ],
      [
        "neither indexed nor in columns",
        { properties: { clearance_level: { type: "integer", index: false, doc_values: false } } },
        { field: { searchable: false, aggregatable: false } },
      ],
      [
        "a disabled object",
        { properties: { clearance_level: { type: "object", enabled: false } } },
        { enabled: false, field: { type: "object", searchable: false } },
      ],
      ["strict", { dynamic: "strict", properties: {} }, { field: null, dynamic: "strict" }],
      ["not dynamic", { dynamic: "false" }, { field: null, dynamic: "false" }],
      ["runtime", { dynamic: "runtime" }, { field: null, dynamic: "runtime" }],
      ["disabled wholly", { enabled: false }, { enabled: false }],
      ["without originals", { _source: { enabled: false } }, { source: "disabled" }],
    ])("tells a field that is %s", async (_, mappings, expected) => {
      expect(await mapped(mappings)).toMatchObject(expected);
    });

    it("looks below objects and into subfields", async () => {
      const index = await create({
        dynamic: "strict",
        properties: {
          access: { dynamic: "false", properties: { level: { type: "long" } } },
          namespace: { type: "text", fields: { keyword: { type: "keyword" } } },
        },
      });
      const of = async (name: string) => (await bench.documents.fieldMapping([index], name))[0];
      expect(await of("access.level")).toMatchObject({ dynamic: "false", field: { type: "long" } });
      expect(await of("access.other")).toMatchObject({ dynamic: "false", field: null });
      expect(await of("namespace.keyword")).toMatchObject({ field: { type: "keyword", aggregatable: true } });
    });

    it("answers for every index of the target", async () => {
      const [one, two] = [await create(), await create({})];
      const found = await bench.documents.fieldMapping([one, two], field);
      expect(found.map(({ index, field: known }) => [index, known?.type ?? null])).toEqual([
        [one, "integer"],
        [two, null],
      ]);
    });

    it("adds a field, twice without harm, and is refused where it is mapped otherwise", async () => {
      const index = await create({ dynamic: "strict" });
      await bench.documents.putMapping([index], field, "integer");
      await bench.documents.putMapping([index], field, "integer");
      await bench.documents.putMapping([index], "access.level", "keyword");
      expect((await bench.documents.fieldMapping([index], field))[0]?.field?.type).toBe("integer");
      expect((await bench.documents.fieldMapping([index], "access.level"))[0]?.field?.type).toBe("keyword");
      expect(await codeOf(bench.documents.putMapping([index], field, "keyword"))).toBe("invalid");
    });

    it("can't be changed while the index is read-only, but under a write block", async () => {
      const index = await create({});
      await must("PUT", `/${index}/_settings`, { "index.blocks.write": true });
      expect(await codeOf(bench.documents.putMapping([index], field, "integer"))).toBe("none");
      await must("PUT", `/${index}/_settings`, { "index.blocks.write": false, "index.blocks.read_only": true });
      expect(await codeOf(bench.documents.putMapping([index], "another", "integer"))).toBe("conflict");
      await must("PUT", `/${index}/_settings`, { "index.blocks.read_only": false });
    });
  });
}
