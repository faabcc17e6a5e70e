import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isServiceFailure } from "@/lib/failures";
import type { DocumentHead, DocumentIndex, Page, Selection, Update } from "./contract";

/** What the suite runs against: the connector, and bare requests to make what it finds there. */
export type Subject = {
  documents: DocumentIndex;
  /** One request to the server, its body parsed. Answers of any status. */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
};

const field = "clearance_level";
const namespaceField = "namespace";
const keepAliveMs = 60_000;

const everything: Selection = { field, namespaceField, namespaces: "all", where: "any" };
const missing: Selection = { ...everything, where: "missing" };
const properties = { namespace: { type: "keyword" }, clearance_level: { type: "integer" }, text: { type: "text" } };

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isServiceFailure(error)) return error.code;
    throw error;
  }
  return "none";
}

/** The promises of `DocumentIndex`, against any server that speaks its protocol. Indexes have names of their own and are removed. */
export function describeDocuments(name: string, start: () => Promise<Subject>): void {
  describe(name, () => {
    let subject: Subject;
    let documents: DocumentIndex;
    const made: string[] = [];
    const prefix = `portage-suite-${randomUUID().slice(0, 8)}`;

    beforeAll(async () => {
      subject = await start();
      documents = subject.documents;
    });
    afterAll(async () => {
      for (const index of made) await subject.ask("DELETE", `/${index}`);
      await subject.close();
    });

    const must = async (method: string, path: string, body?: unknown) => {
      const answer = await subject.ask(method, path, body);
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    };
    const create = async (mappings: object = { properties }, settings: object = {}) => {
      const index = `${prefix}-${made.length}`;
      made.push(index);
      await must("PUT", `/${index}`, { mappings, settings: { number_of_replicas: 0, ...settings } });
      return index;
    };
    const put = (index: string, id: string, source: object) =>
      must("PUT", `/${index}/_doc/${encodeURIComponent(id)}?refresh=true`, source);
    const sourceOf = async (index: string, id: string) => {
      const { body } = await subject.ask("GET", `/${index}/_doc/${encodeURIComponent(id)}`);
      return JSON.stringify(body, ["_source", "namespace", "clearance_level", "text", "inner", "z", "a"]);
    };
    const all = async (index: string, selection = everything, size = 1000): Promise<DocumentHead[]> => {
      const point = await documents.openPoint([index], keepAliveMs);
      const found: DocumentHead[] = [];
      let after: number | null = null;
      do {
        const page: Page = await documents.page({ point, keepAliveMs, selection, slice: null, after, size });
        if (page.state === "expired") throw new Error("expired");
        found.push(...page.documents);
        after = page.after;
      } while (after !== null);
      await documents.closePoint(point);
      return found;
    };
    const only = async (index: string): Promise<DocumentHead> => {
      const [found, ...more] = await all(index);
      if (found === undefined || more.length > 0) throw new Error("there isn't exactly one document");
      return found;
    };
    const toLevel = (head: DocumentHead, value: number | string = 1): Update => ({ ...head, value });

    describe("inspecting", () => {
      it("names the version and answers quickly", async () => {
        const { version, latencyMs } = await documents.probe();
        expect(version).toMatch(/^\d+\.\d+\.\d+/);
        expect(latencyMs).toBeGreaterThan(0);
      });

      it("describes an index: open, healthy, unblocked, with all privileges", async () => {
        const index = await create({ properties }, { number_of_shards: 3 });
        const shape = await documents.inspect([index]);
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
        expect(await documents.inspect([`${prefix}-nowhere`])).toBeNull();
        expect(await documents.inspect([`${prefix}-nowhere*`])).toBeNull();
        const shape = await documents.inspect([index, `${prefix}-nowhere`]);
        expect(shape).toMatchObject({ kind: "several", missing: [`${prefix}-nowhere`], indices: [{ name: index }] });
      });

      it("sees through an alias over two indexes, says that it can't be written by, and that it filters", async () => {
        const [one, two] = [await create(), await create()];
        const alias = `${prefix}-alias`;
        await must("POST", "/_aliases", {
          actions: [
            { add: { index: one, alias } },
            { add: { index: two, alias, filter: { term: { namespace: "n" } } } },
          ],
        });
        const shape = await documents.inspect([alias]);
        expect(shape).toMatchObject({ kind: "alias", indices: [{ name: one }, { name: two }] });
        expect(shape?.aliases).toMatchObject([{ name: alias, writeIndex: null, filtered: true }]);
        expect(shape?.aliases[0]?.indices.toSorted()).toEqual([one, two]);
        await put(one, "1", { namespace: "m" });
        await put(two, "2", { namespace: "m" });
        await put(two, "3", { namespace: "n" });
        expect((await all(alias)).map(({ id }) => id).toSorted()).toEqual(["1", "3"]);
        expect(await documents.count([alias], everything)).toBe(2);
      });

      it("takes a pattern", async () => {
        const index = await create();
        expect(await documents.inspect([`${index}*`])).toMatchObject({ kind: "pattern", indices: [{ name: index }] });
      });

      it("shows blocks, pipelines and a closed index", async () => {
        const [blocked, closed] = [await create(), await create()];
        await must("PUT", `/${blocked}/_settings`, {
          "index.blocks.write": true,
          "index.default_pipeline": "first",
          "index.final_pipeline": "last",
        });
        await must("POST", `/${closed}/_close`);
        const shape = await documents.inspect([blocked, closed]);
        expect(shape?.indices).toMatchObject([
          {
            open: true,
            settings: { blocks: { write: true, read: false }, defaultPipeline: "first", finalPipeline: "last" },
          },
          { open: false },
        ]);
        expect(await codeOf(documents.count([closed], everything))).toBe("conflict");
      });
    });

    describe("mapping", () => {
      const mapped = async (mappings: object) => {
        const index = await create(mappings);
        const [found] = await documents.fieldMapping([index], field);
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
        const of = async (name: string) => (await documents.fieldMapping([index], name))[0];
        expect(await of("access.level")).toMatchObject({ dynamic: "false", field: { type: "long" } });
        expect(await of("access.other")).toMatchObject({ dynamic: "false", field: null });
        expect(await of("namespace.keyword")).toMatchObject({ field: { type: "keyword", aggregatable: true } });
      });

      it("answers for every index of the target", async () => {
        const [one, two] = [await create(), await create({})];
        const found = await documents.fieldMapping([one, two], field);
        expect(found.map(({ index, field: known }) => [index, known?.type ?? null])).toEqual([
          [one, "integer"],
          [two, null],
        ]);
      });

      it("adds a field, twice without harm, and is refused where it is mapped otherwise", async () => {
        const index = await create({ dynamic: "strict" });
        await documents.putMapping([index], field, "integer");
        await documents.putMapping([index], field, "integer");
        await documents.putMapping([index], "access.level", "keyword");
        expect((await documents.fieldMapping([index], field))[0]?.field?.type).toBe("integer");
        expect((await documents.fieldMapping([index], "access.level"))[0]?.field?.type).toBe("keyword");
        expect(await codeOf(documents.putMapping([index], field, "keyword"))).toBe("invalid");
      });

      it("can't be changed while the index is read-only, but under a write block", async () => {
        const index = await create({});
        await must("PUT", `/${index}/_settings`, { "index.blocks.write": true });
        expect(await codeOf(documents.putMapping([index], field, "integer"))).toBe("none");
        await must("PUT", `/${index}/_settings`, { "index.blocks.write": false, "index.blocks.read_only": true });
        expect(await codeOf(documents.putMapping([index], "another", "integer"))).toBe("conflict");
        await must("PUT", `/${index}/_settings`, { "index.blocks.read_only": false });
      });
    });

    describe("counting", () => {
      it("counts by namespace, with and without the field, by value and by other values", async () => {
        const index = await create();
        await put(index, "1", { namespace: "a" });
        await put(index, "2", { namespace: "a", clearance_level: 1 });
        await put(index, "3", { namespace: "b", clearance_level: 3 });
        await put(index, "4", { namespace: "a/b c#%?&", clearance_level: null });
        await put(index, "5", { clearance_level: [] });
        const count = (more: Partial<Selection>) => documents.count([index], { ...everything, ...more });
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
        expect(await documents.overview([index], everything)).toEqual({
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

      it("counts values of words and truths, none of a text, and none of a field that isn't there", async () => {
        const index = await create({
          properties: { word: { type: "keyword" }, truth: { type: "boolean" }, text: { type: "text" } },
        });
        await put(index, "1", { word: "secret", truth: true, text: "some words" });
        await put(index, "2", { word: "secret", truth: false });
        const of = (name: string) => documents.overview([index], { ...everything, field: name });
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
        for await (const page of documents.namespaces([index], everything, { pageSize: 2 })) pages.push(page);
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
        expect(await codeOf(documents.count([`${prefix}-nowhere`], everything))).toBe("not-found");
        expect(await codeOf(documents.openPoint([`${prefix}-nowhere`], keepAliveMs))).toBe("not-found");
        expect(await codeOf(documents.fieldMapping([`${prefix}-nowhere`], field))).toBe("not-found");
      });

      it("sees no documents behind a read block, and says so", async () => {
        const index = await create();
        await must("PUT", `/${index}/_settings`, { "index.blocks.read": true });
        expect(await codeOf(documents.count([index], everything))).toBe("conflict");
        await must("PUT", `/${index}/_settings`, { "index.blocks.read": false });
      });
    });

    describe("walking", () => {
      const filled = async (shards: number, count: number) => {
        const index = await create({ properties }, { number_of_shards: shards });
        for (let at = 0; at < count; at++) {
          await must("PUT", `/${index}/_doc/${at}`, { namespace: at % 2 ? "odd" : "even", text: `number ${at}` });
        }
        await documents.refresh([index]);
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
        const point = await documents.openPoint([index], keepAliveMs);
        const ids: string[] = [];
        for (const part of [0, 1, 2]) {
          const slice = { part, of: 3 };
          const page = await documents.page({
            point,
            keepAliveMs,
            selection: everything,
            slice,
            after: null,
            size: 100,
          });
          if (page.state === "page") ids.push(...page.documents.map(({ id }) => id));
        }
        await documents.closePoint(point);
        expect(ids).toHaveLength(20);
        expect(new Set(ids).size).toBe(20);
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
        const point = await documents.openPoint([index], keepAliveMs);
        await put(index, "a", { namespace: "n", clearance_level: 3 });
        await put(index, "b", { namespace: "n" });
        const page = await documents.page({
          point,
          keepAliveMs,
          selection: missing,
          slice: null,
          after: null,
          size: 10,
        });
        expect(page).toMatchObject({ state: "page", documents: [{ id: "a", seqNo: 0 }], after: null });
        await documents.closePoint(point);
      });

      it("says when a point is gone: closed, or its index closed; and when its index was deleted", async () => {
        const index = await create();
        await put(index, "a", {});
        const request = { keepAliveMs, selection: everything, slice: null, after: null, size: 10 };
        const closed = await documents.openPoint([index], keepAliveMs);
        await documents.closePoint(closed);
        await documents.closePoint(closed);
        expect(await documents.page({ ...request, point: closed })).toEqual({ state: "expired" });
        const point = await documents.openPoint([index], keepAliveMs);
        await must("POST", `/${index}/_close`);
        expect(await documents.page({ ...request, point })).toEqual({ state: "expired" });
        expect(await codeOf(documents.openPoint([index], keepAliveMs))).toBe("conflict");
        await must("POST", `/${index}/_open?wait_for_active_shards=1`);
        await must("GET", `/_cluster/health/${index}?wait_for_status=green&timeout=10s`);
        const last = await documents.openPoint([index], keepAliveMs);
        await must("DELETE", `/${index}`);
        expect(await codeOf(documents.page({ ...request, point: last }))).toBe("not-found");
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
        const read = await documents.read([key("a"), key("gone"), key("b", "r")], { field });
        expect(read).toMatchObject([{ id: "a", held: { state: "absent" } }, null, { id: "b", held: { value: 2 } }]);
        const nowhere = { index: `${prefix}-nowhere`, id: "a", routing: null };
        expect(await documents.read([nowhere], { field })).toEqual([null]);
        expect(await documents.read([], { field })).toEqual([]);
      });
    });

    describe("updating", () => {
      it("sets the field and nothing else, keeps the order of keys, and raises the version by one", async () => {
        const index = await create();
        const source = { z: [{ a: 1 }, null], text: "ü \u0001", a: { inner: { z: [] } }, namespace: "n" };
        await must("PUT", `/${index}/_doc/x?routing=r&refresh=true`, source);
        expect(await documents.bulkUpdate(field, [toLevel(await only(index))])).toEqual([{ state: "updated" }]);
        const body = JSON.stringify(await must("GET", `/${index}/_doc/x?routing=r`));
        expect(body).toContain(JSON.stringify({ ...source, clearance_level: 1 }));
        expect(body).toContain('"_version":2');
      });

      it("sets a field inside an object beside its neighbours", async () => {
        const index = await create({ dynamic: "false" });
        await put(index, "x", { access: { x: 2 } });
        const [head] = await all(index, { ...everything, field: "access.level" });
        if (head) expect(await documents.bulkUpdate("access.level", [toLevel(head)])).toEqual([{ state: "updated" }]);
        expect(JSON.stringify(await must("GET", `/${index}/_doc/x`))).toContain('{"access":{"x":2,"level":1}}');
      });

      it("writes nothing where the value is there already, unless it is told to rewrite", async () => {
        const index = await create();
        await put(index, "x", { clearance_level: 1 });
        const head = await only(index);
        expect(await documents.bulkUpdate(field, [toLevel(head)])).toEqual([{ state: "noop" }]);
        await documents.refresh([index]);
        expect((await only(index)).seqNo).toBe(head.seqNo);
        expect(await documents.bulkUpdate(field, [{ ...toLevel(head), rewrite: true }])).toEqual([
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
        expect(await documents.bulkUpdate(field, updates)).toEqual([
          { state: "conflict" },
          { state: "updated" },
          { state: "missing" },
        ]);
        expect(await sourceOf(index, "b")).toContain('"clearance_level":3');
        expect(await documents.bulkUpdate(field, [])).toEqual([]);
      });

      it("is visible to searches after a refresh, to reading by ID at once", async () => {
        const index = await create();
        await put(index, "x", { text: "t" });
        const head = await only(index);
        await documents.bulkUpdate(field, [toLevel(head)]);
        const [now] = await documents.read([head], { field });
        expect(now?.held).toEqual({ state: "value", value: 1 });
        await documents.refresh([index]);
        expect(await documents.count([index], missing)).toBe(0);
      });

      it("says why a mapping refuses a value, for the document or for the whole index", async () => {
        const [typed, strict] = [
          await create(),
          await create({ dynamic: "strict", properties: { text: { type: "text" } } }),
        ];
        await put(typed, "x", { text: "t" });
        await put(strict, "x", { text: "t" });
        const outcomes = await documents.bulkUpdate(field, [
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
        expect(await documents.bulkUpdate(field, [toLevel(head)])).toMatchObject([
          { state: "refused", reason: "write-blocked", scope: "index" },
        ]);
        await must("PUT", `/${index}/_settings`, { [`index.blocks.${block}`]: null });
        expect(await documents.bulkUpdate(field, [toLevel(head)])).toEqual([{ state: "updated" }]);
      });

      it("is refused by a closed index and by one without originals", async () => {
        const [closed, bare] = [await create(), await create({ _source: { enabled: false } })];
        for (const index of [closed, bare]) await put(index, "x", { namespace: "n" });
        const key = { id: "x", routing: null, seqNo: 0, primaryTerm: 1, value: 1 };
        await must("POST", `/${closed}/_close`);
        expect(
          await documents.bulkUpdate(field, [
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
        expect(await documents.bulkUpdate(field, [toLevel(head)])).toEqual([{ state: "updated" }]);
      });

      it("knows how many bytes it sends", () => {
        const head: Update = { index: "i", id: "ü", routing: null, seqNo: 1, primaryTerm: 1, value: 1 };
        expect(documents.sizeOf(field, { ...head, id: "üü" }) - documents.sizeOf(field, head)).toBe(2);
      });
    });

    describe("values that aren't indexed", () => {
      it("stay missing when the field is mapped later, and are found once they are rewritten", async () => {
        const index = await create({ dynamic: "false" });
        await put(index, "x", { clearance_level: 1 });
        expect(await documents.count([index], missing)).toBe(1);
        await documents.putMapping([index], field, "integer");
        expect(await documents.count([index], missing)).toBe(1);
        const head = await only(index);
        expect(head.held).toEqual({ state: "value", value: 1 });
        expect(await documents.bulkUpdate(field, [toLevel(head)])).toEqual([{ state: "noop" }]);
        await documents.bulkUpdate(field, [{ ...toLevel(head), rewrite: true }]);
        await documents.refresh([index]);
        expect(await documents.count([index], missing)).toBe(0);
      });

      it("stay missing where nothing is indexed, however often they are written", async () => {
        const index = await create({
          properties: { clearance_level: { type: "integer", index: false, doc_values: false } },
        });
        await put(index, "x", { clearance_level: 1 });
        await documents.bulkUpdate(field, [{ ...toLevel(await only(index)), rewrite: true }]);
        await documents.refresh([index]);
        expect(await documents.count([index], missing)).toBe(1);
      });

      it("are found through a runtime field, and get mapped where the index is dynamic", async () => {
        const [runtime, open] = [await create({ dynamic: "runtime" }), await create({})];
        for (const index of [runtime, open]) {
          await put(index, "x", { text: "t" });
          await documents.bulkUpdate(field, [toLevel(await only(index))]);
          await documents.refresh([index]);
          expect(await documents.count([index], { ...everything, where: { is: 1 } })).toBe(1);
        }
        const found = await documents.fieldMapping([runtime, open], field);
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
        expect(await codeOf(documents.count([index], everything, { signal }))).toBe("aborted");
        expect(
          await codeOf(
            documents.bulkUpdate(field, [{ index, id: "x", routing: null, seqNo: 0, primaryTerm: 1, value: 1 }], {
              signal,
            }),
          ),
        ).toBe("aborted");
        expect(await codeOf(documents.inspect([index], { signal }))).toBe("aborted");
      });
    });
  });
}
