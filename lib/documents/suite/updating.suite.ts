import { describe, expect, it } from "vitest";
import type { Update } from "../contract";
import { everything, field, missing, toLevel, type Workbench } from "./workbench.suite";

/** Partial updates in bulk, fenced by version. */
export function describeUpdating(bench: Workbench): void {
  const { create, put, must, all, only, sourceOf } = bench;

  describe("updating", () => {
    it("sets the field and nothing else, keeps the order of keys, and raises the version by one", async () => {
      const index = await create();
      const source = { z: [{ a: 1 }, null], text: "ü \u0001", a: { inner: { z: [] } }, namespace: "n" };
      await must("PUT", `/${index}/_doc/x?routing=r&refresh=true`, source);
      expect(await bench.documents.bulkUpdate(field, [toLevel(await only(index))])).toEqual([{ state: "updated" }]);
      const body = JSON.stringify(await must("GET", `/${index}/_doc/x?routing=r`));
      expect(body).toContain(JSON.stringify({ ...source, clearance_level: 1 }));
      expect(body).toContain('"_version":2');
    });

    it("sets a field inside an object beside its neighbours", async () => {
      const index = await create({ dynamic: "false" });
      await put(index, "x", { access: { x: 2 } });
      const [head] = await all(index, { ...everything, field: "access.level" });
      if (head)
        expect(await bench.documents.bulkUpdate("access.level", [toLevel(head)])).toEqual([{ state: "updated" }]);
      expect(JSON.stringify(await must("GET", `/${index}/_doc/x`))).toContain('{"access":{"x":2,"level":1}}');
    });

    it("writes nothing where the value is there already, unless it is told to rewrite", async () => {
      const index = await create();
      await put(index, "x", { clearance_level: 1 });
      const head = await only(index);
      expect(await bench.documents.bulkUpdate(field, [toLevel(head)])).toEqual([{ state: "noop" }]);
      await bench.documents.refresh([index]);
      expect((await only(index)).seqNo).toBe(head.seqNo);
      expect(await bench.documents.bulkUpdate(field, [{ ...toLevel(head), rewrite: true }])).toEqual([
        { state: "updated" },
      ]);
    });

    it("leaves alone what changed since, or is gone, one outcome each and in order", async () => {
      const index = await create();
      for (const id of ["a", "b", "c"]) await put(index, id, { text: id });
      const heads = new Map((await all(index)).map((head) => [head.id, head]));
      await put(index, "b", { text: "edited", clearance_level: 3 });
      await must("DELETE", `/${index}/_doc/c?refresh=true`);
      const updates = ["b", "a", "c"].map((id) => heads.get(id)).flatMap((head) => (head ? [toLevel(head)] : []));
      expect(await bench.documents.bulkUpdate(field, updates)).toEqual([
        { state: "conflict" },
        { state: "updated" },
        { state: "missing" },
      ]);
      expect(await sourceOf(index, "b")).toContain('"clearance_level":3');
      expect(await bench.documents.bulkUpdate(field, [])).toEqual([]);
    });

    it("is visible to searches after a refresh, to reading by ID at once", async () => {
      const index = await create();
      await put(index, "x", { text: "t" });
      const head = await only(index);
      await bench.documents.bulkUpdate(field, [toLevel(head)]);
      const [now] = await bench.documents.read([head], { field });
      expect(now?.held).toEqual({ state: "value", value: 1 });
      await bench.documents.refresh([index]);
      expect(await bench.documents.count([index], missing)).toBe(0);
    });

    it("says why a mapping refuses a value, for the document or for the whole index", async () => {
      const [typed, strict] = [
        await create(),
        await create({ dynamic: "strict", properties: { text: { type: "text" } } }),
      ];
      await put(typed, "x", { text: "t" });
      await put(strict, "x", { text: "t" });
      const outcomes = await bench.documents.bulkUpdate(field, [
        toLevel(await only(typed), "high"),
        toLevel(await only(strict)),
        toLevel(await only(typed), 2 ** 31),
      ]);
      expect(outcomes).toMatchObject([
        { state: "refused", reason: "mapping-refused", scope: "document" },
        { state: "refused", reason: "mapping-refused", scope: "index" },
        { state: "refused", reason: "mapping-refused", scope: "document" },
      ]);
    });

    it.each(["write", "read_only", "read_only_allow_delete"])("is refused under the block %s", async (block) => {
      const index = await create();
      await put(index, "x", { text: "t" });
      const head = await only(index);
      await must("PUT", `/${index}/_settings`, { [`index.blocks.${block}`]: true });
      expect(await bench.documents.bulkUpdate(field, [toLevel(head)])).toMatchObject([
        { state: "refused", reason: "write-blocked", scope: "index" },
      ]);
      await must("PUT", `/${index}/_settings`, { [`index.blocks.${block}`]: null });
      expect(await bench.documents.bulkUpdate(field, [toLevel(head)])).toEqual([{ state: "updated" }]);
    });

    it("is refused by a closed index and by one without originals", async () => {
      const [closed, bare] = [await create(), await create({ _source: { enabled: false } })];
      for (const index of [closed, bare]) await put(index, "x", { namespace: "n" });
      const key = { id: "x", routing: null, seqNo: 0, primaryTerm: 1, value: 1 };
      await must("POST", `/${closed}/_close`);
      expect(
        await bench.documents.bulkUpdate(field, [
          { ...key, index: closed },
          { ...key, index: bare },
        ]),
      ).toMatchObject([
        { state: "refused", reason: "write-blocked", scope: "index" },
        { state: "refused", reason: "rejected-by-target" },
      ]);
    });

    it("goes past the pipelines of an index, which don't even exist here", async () => {
      const index = await create();
      await put(index, "x", { text: "t" });
      const head = await only(index);
      await must("PUT", `/${index}/_settings`, {
        "index.default_pipeline": "none-such",
        "index.final_pipeline": "none-such",
      });
      expect(await bench.documents.bulkUpdate(field, [toLevel(head)])).toEqual([{ state: "updated" }]);
    });

    it("knows how many bytes it sends", () => {
      const head: Update = { index: "i", id: "ü", routing: null, seqNo: 1, primaryTerm: 1, value: 1 };
      expect(bench.documents.sizeOf(field, { ...head, id: "üü" }) - bench.documents.sizeOf(field, head)).toBe(2);
    });
  });
}
