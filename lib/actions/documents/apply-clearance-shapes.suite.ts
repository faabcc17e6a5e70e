import { expect, it } from "vitest";
import { expectOnly, lacks, outcomeOf, planned } from "./applied-clearance.suite";
import { type ClearanceWorld, levels, type Stored, someDocuments } from "./clearance-world.suite";

const bulk = /\/_bulk/;
const keyword = { type: "keyword" };

/** Documents and indexes of unusual shapes, and answers that are cut or say no to a part: on servers that know them. */
export function testShapes(open: () => ClearanceWorld): void {
  /** A document under any ID, with what the request's address says beside it. */
  const put = (world: ClearanceWorld, index: string, id: string, source: object, how = "") =>
    world.must("PUT", `/${index}/_doc/${encodeURIComponent(id)}?refresh=true${how}`, source);

  it("counts what a cut answer hid as written, once, and sends again what came back with 503", async () => {
    const world = open();
    const index = await world.index(someDocuments(200));
    const before = await world.stored(index);
    const plan = await planned(world, index);
    world.between.alter(bulk, () => null);
    world.between.alter(bulk, (answer) => {
      // The server has written the document: only the word of it is lost.
      const error =
        '{"update":{"status":503,"error":{"type":"unavailable_shards_exception","reason":"primary shard is not active"}}}';
      return answer.replace(/\{"update":\{[^{}]*\}\}/, error);
    });
    const run = await world.end((await world.apply(plan)).id);
    expect(outcomeOf(run)).toMatchObject({ state: "succeeded", total: 180, written: 180, unchanged: 0 });
    expectOnly(before, await world.stored(index), lacks);
  });

  it("reaches IDs of any characters and 512 bytes, and versions that were given from outside", async () => {
    const world = open();
    const index = await world.index([]);
    const ids = [
      "a/b?c#d",
      '"quoted\\"',
      "tab\tline\nend",
      "ünï 😀",
      "%2F",
      "_source",
      "x".repeat(512),
      "😀".repeat(128),
    ];
    for (const id of ids) await put(world, index, id, { namespace: "odd", text: id });
    await put(world, index, "outside", { namespace: "odd" }, "&version=4711&version_type=external");
    const before = await world.stored(index);
    const run = await world.end((await world.apply(await planned(world, index))).id);
    expect(outcomeOf(run)).toMatchObject({ state: "succeeded", written: ids.length + 1 });
    expectOnly(before, await world.stored(index), lacks);
  });

  it("sets null and empty lists, leaves lists and keys written with dots alone, each with its reason", async () => {
    const world = open();
    const properties = { ...levels, access: { properties: { level: { type: "integer" } } } };
    const index = await world.index([], { properties });
    const sources = {
      absent: { access: { other: true } },
      dotted: { "access.level": 3 },
      empty: { access: { level: [] } },
      list: { access: { level: [1, 2] } },
      listed: { access: [{ level: 1 }, { level: 2 }] },
      null: { access: { level: null } },
      one: { access: { level: 1 } },
      three: { access: { level: 3 } },
    };
    for (const [id, source] of Object.entries(sources)) await put(world, index, id, source);
    const plan = await planned(world, index, { field: "access.level", documents: "every", overwrite: true });
    const run = await world.end((await world.apply(plan)).id);
    const after = await world.stored(index);
    const written = ["absent", "empty", "null", "three"];
    for (const [id, source] of Object.entries(sources))
      expect(after.get(id)?.source, id).toEqual(
        written.includes(id) ? { access: { ...("access" in source ? source.access : {}), level: 1 } } : source,
      );
    expect(run.outcome.written).toBe(written.length);
    expect(plan.counts).toMatchObject({ create: 3, update: 1, unchanged: 1, problem: 3 });
  });

  it("carries the routing without which joined documents aren't found, and knows a namespace that lies in an object", async () => {
    const world = open();
    const index = await world.index([], {
      properties: {
        ...levels,
        customer: { properties: { id: keyword } },
        relation: { type: "object", enabled: false },
      },
      _routing: { required: true },
      settings: { number_of_shards: 4 },
    });
    for (let at = 0; at < 8; at++) {
      const customer = { id: `c${at % 2}` };
      await put(world, index, `d${at}`, { customer, relation: "document" }, `&routing=${customer.id}`);
      const relation = { name: "paragraph", parent: `d${at}` };
      await put(world, index, `p${at}`, { customer, relation }, `&routing=${customer.id}`);
    }
    const before = await world.stored(index);
    const { elasticsearch } = world.ctx.config;
    const ctx = {
      ...world.ctx,
      config: { ...world.ctx.config, elasticsearch: { ...elasticsearch, namespaceField: "customer.id" } },
    };
    const only = await world.plan(index, { all: undefined, namespaces: ["c1"] }, ctx);
    const run = await world.end((await world.apply(only, ctx)).id);
    expect(outcomeOf(run)).toMatchObject({ state: "succeeded", written: 8, unchanged: 0 });
    expectOnly(before, await world.stored(index), (source) => JSON.stringify(source).includes('"c1"'));
  });

  it("sets what an alias shows: through its filter not, through its write index all of its indexes", async () => {
    const world = open();
    const indices = [await world.index(someDocuments(30)), await world.index(someDocuments(30))];
    const alias = world.name();
    const actions = indices.map((index, at) => ({ add: { index, alias, is_write_index: at === 1 } }));
    await world.must("POST", "/_aliases", { actions });
    const before = await Promise.all(indices.map((index) => world.stored(index)));
    const plan = await planned(world, alias);
    const run = await world.end((await world.apply(plan)).id);
    expect(outcomeOf(run)).toMatchObject({ state: "succeeded", written: 54 });
    for (const [at, index] of indices.entries())
      expectOnly(before[at] ?? new Map<string, Stored>(), await world.stored(index), lacks);

    const [hidden] = [await world.index(someDocuments(30))];
    const filtered = world.name();
    const filter = { term: { namespace: "alpha" } };
    await world.must("POST", "/_aliases", { actions: [{ add: { index: hidden, alias: filtered, filter } }] });
    const stood = await world.stored(hidden);
    const part = await world.end((await world.apply(await planned(world, filtered))).id);
    expect(outcomeOf(part)).toMatchObject({ state: "succeeded", written: 12 });
    expectOnly(stood, await world.stored(hidden), (source) => lacks(source) && source.namespace === "alpha");
  });
}
