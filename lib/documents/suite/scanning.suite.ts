import { describe, expect, it } from "vitest";
import { codeOf, everything, field, keepAliveMs, missing, properties, type Workbench } from "./workbench.suite";

/** Pages at a point in time, and documents by their ID. */
export function describeScanning(bench: Workbench): void {
  const { create, put, must, all, only, prefix } = bench;

  describe("scanning", () => {
    const filled = async (shards: number, count: number) => {
      const index = await create({ properties }, { number_of_shards: shards });
      for (let at = 0; at < count; at++) {
        await must("PUT", `/${index}/_doc/${at}`, { namespace: at % 2 ? "odd" : "even", text: `number ${at}` });
      }
      await bench.documents.refresh([index]);
      return index;
    };

    it("meets every document once in pages, over shards", async () => {
      const index = await filled(3, 23);
      const ids = (await all(index, everything, 5)).map(({ id }) => Number(id));
      expect(ids.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 23 }, (_, at) => at));
    });

    it("ends with a full page", async () => {
      const index = await filled(1, 6);
      expect(await all(index, everything, 3)).toHaveLength(6);
    });

    it("meets every document in exactly one slice", async () => {
      const index = await filled(2, 20);
      const point = await bench.documents.openPoint([index], keepAliveMs);
      const ids: string[] = [];
      for (const part of [0, 1, 2]) {
        const slice = { part, of: 3 };
        const page = await bench.documents.page({
          point,
          keepAliveMs,
          selection: everything,
          slice,
          after: null,
          size: 100,
        });
        if (page.state === "page") ids.push(...page.documents.map(({ id }) => id));
      }
      await bench.documents.closePoint(point);
      expect(ids).toHaveLength(20);
      expect(new Set(ids).size).toBe(20);
    });

    it("finds by words, best first, in the namespaces that are asked for", async () => {
      const index = await create({ properties });
      await must("PUT", `/${index}/_doc/best`, { namespace: "n", text: "Reset a password: reset it by mail." });
      await must("PUT", `/${index}/_doc/some`, { namespace: "n", text: "A password is never shown.", pages: 3 });
      await must("PUT", `/${index}/_doc/none`, { namespace: "n", text: "Cats purr." });
      await must("PUT", `/${index}/_doc/other`, { namespace: "m", text: "Reset a password." });
      await must("PUT", `/${index}/_doc/bare`, { text: "Reset a password." });
      await bench.documents.refresh([index]);
      const find = (namespaces: (string | null)[] | "all", size = 10) =>
        bench.documents.findByWords([index], {
          ...{ text: "reset password", namespaceField: "namespace", namespaces, size, fields: ["text"] },
        });
      const hits = await find(["n"]);
      expect(hits.map(({ id }) => id)).toEqual(["best", "some"]);
      expect(hits[0]).toEqual({ index, id: "best", score: expect.any(Number), source: { text: expect.any(String) } });
      expect(hits[0]?.score).toBeGreaterThan(hits[1]?.score ?? Number.POSITIVE_INFINITY);
      expect((await find([null])).map(({ id }) => id)).toEqual(["bare"]);
      expect((await find("all", 2)).length).toBe(2);
    });

    it("tells the namespace also where it is a text", async () => {
      const index = await create({});
      await put(index, "x", { namespace: "n" });
      expect((await only(index)).namespace).toBe("n");
    });

    it("keeps to the selection, and tells namespace, version, routing and what is held", async () => {
      const index = await create();
      await must("PUT", `/${index}/_doc/a?routing=shard-key&refresh=true`, { namespace: "n", text: "x" });
      await put(index, "b", { namespace: "m", clearance_level: 2 });
      const [head, ...more] = await all(index, { ...missing, namespaces: ["n"] });
      expect(more).toEqual([]);
      expect(head).toMatchObject({ index, id: "a", routing: "shard-key", namespace: "n", held: { state: "absent" } });
      expect(head).toMatchObject({ seqNo: 0, primaryTerm: 1 });
      const [other] = await all(index, { ...everything, namespaces: ["m"] });
      expect(other).toMatchObject({ routing: null, held: { state: "value", value: 2 } });
    });

    it("shows what was there when the point was opened, whatever happens since", async () => {
      const index = await create();
      await put(index, "a", { namespace: "n" });
      const point = await bench.documents.openPoint([index], keepAliveMs);
      await put(index, "a", { namespace: "n", clearance_level: 3 });
      await put(index, "b", { namespace: "n" });
      const page = await bench.documents.page({
        point,
        keepAliveMs,
        selection: missing,
        slice: null,
        after: null,
        size: 10,
      });
      expect(page).toMatchObject({ state: "page", documents: [{ id: "a", seqNo: 0 }], after: null });
      await bench.documents.closePoint(point);
    });

    it("says when a point is gone: closed, or its index closed; and when its index was deleted", async () => {
      const index = await create();
      await put(index, "a", {});
      const request = { keepAliveMs, selection: everything, slice: null, after: null, size: 10 };
      const closed = await bench.documents.openPoint([index], keepAliveMs);
      await bench.documents.closePoint(closed);
      await bench.documents.closePoint(closed);
      expect(await bench.documents.page({ ...request, point: closed })).toEqual({ state: "expired" });
      const point = await bench.documents.openPoint([index], keepAliveMs);
      await must("POST", `/${index}/_close`);
      expect(await bench.documents.page({ ...request, point })).toEqual({ state: "expired" });
      expect(await codeOf(bench.documents.openPoint([index], keepAliveMs))).toBe("conflict");
      await must("POST", `/${index}/_open?wait_for_active_shards=1`);
      await must("GET", `/_cluster/health/${index}?wait_for_status=green&timeout=10s`);
      const last = await bench.documents.openPoint([index], keepAliveMs);
      await must("DELETE", `/${index}`);
      expect(await codeOf(bench.documents.page({ ...request, point: last }))).toBe("not-found");
    });

    it("tells lists, objects and dotted keys from values", async () => {
      const index = await create({ dynamic: "false" });
      await put(index, "1", { clearance_level: [1, 2] });
      await put(index, "2", { clearance_level: { deep: 1 } });
      await put(index, "3", { clearance_level: [] });
      await put(index, "4", { clearance_level: "1" });
      const held = Object.fromEntries((await all(index)).map((head) => [head.id, head.held.state]));
      expect(held).toEqual({ 1: "other", 2: "other", 3: "absent", 4: "value" });
      await put(index, "5", { "access.level": 1 });
      await put(index, "6", { access: { level: 1, x: 2 } });
      await put(index, "7", { access: [{ level: 1 }] });
      await put(index, "8", { access: { x: 2 } });
      const below = await all(index, { ...everything, field: "access.level" });
      const states = Object.fromEntries(below.map((head) => [head.id, head.held.state]));
      expect(states).toMatchObject({ 4: "absent", 5: "other", 6: "value", 7: "other", 8: "absent" });
    });
  });

  describe("reading by ID", () => {
    it("answers in order what is there now, unrefreshed too, and null for what isn't", async () => {
      const index = await create();
      await must("PUT", `/${index}/_doc/b?routing=r`, { clearance_level: 2 });
      await must("PUT", `/${index}/_doc/a`, { text: "x" });
      const key = (id: string, routing: string | null = null) => ({ index, id, routing });
      const read = await bench.documents.read([key("a"), key("gone"), key("b", "r")], { field });
      expect(read).toMatchObject([{ id: "a", held: { state: "absent" } }, null, { id: "b", held: { value: 2 } }]);
      const nowhere = { index: `${prefix}-nowhere`, id: "a", routing: null };
      expect(await bench.documents.read([nowhere], { field })).toEqual([null]);
      expect(await bench.documents.read([], { field })).toEqual([]);
    });
  });
}
