import { afterEach, describe, expect, it } from "vitest";
import { openDocuments } from "@/lib/documents/registry";
import { startSandbox } from "@/sandbox/start";
import type { Context } from "../verbs/context";
import { openTestContext, putRun } from "../verbs/testing";
import { addMapping } from "./add-mapping";
import { countDocuments } from "./count-documents";
import { listDocumentNamespaces, listDocumentNamespacesInput } from "./list-document-namespaces";
import { showDocuments } from "./show-documents";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const headers = { authorization: "ApiKey sandbox-elasticsearch-key", "content-type": "application/json" };

/** A context over the stand-in, and a way to prepare and look at what it holds. */
async function open() {
  const sandbox = await startSandbox({ dataDir: null, seed: false });
  closing.push(() => sandbox.close());
  const { ctx, close } = await openTestContext({ environment: sandbox.environment });
  closing.push(close);
  const documents = openDocuments(ctx.config);
  closing.push(() => documents?.close());
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    const answer = await fetch(`${sandbox.elasticsearch.url}${path}`, init);
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  return { ctx: { ...ctx, documents }, ask };
}

const keyword = { type: "keyword" };
const list = (ctx: Context, input: object = {}) =>
  listDocumentNamespaces(ctx, listDocumentNamespacesInput.parse(input));

describe("documents as they stand", () => {
  it("are counted with and without a level, by level and by namespace", async () => {
    const { ctx, ask } = await open();
    const properties = { namespace: keyword, clearance_level: { type: "integer" } };
    await ask("PUT", "/documents", { mappings: { properties } });
    const sources = [
      { namespace: "a", clearance_level: 3 },
      { namespace: "a" },
      { namespace: "b" },
      { namespace: "c", clearance_level: 1 },
      {},
    ];
    for (const [id, source] of sources.entries()) await ask("PUT", `/documents/_doc/${id}?refresh=true`, source);

    const shown = await showDocuments(ctx, {});
    expect(shown.counts).toMatchObject({ total: 5, with: 2, without: 3 });
    expect(shown.counts?.values).toEqual(
      expect.arrayContaining([
        { value: 1, count: 1 },
        { value: 3, count: 1 },
      ]),
    );
    expect(shown.indices).toMatchObject([{ name: "documents", open: true, mapping: { type: "integer" } }]);
    expect(shown).toMatchObject({ mayStart: true, field: "clearance_level", value: 1 });

    expect(await countDocuments(ctx, { namespaces: ["a"] })).toEqual({
      total: 2,
      with: 1,
      without: 1,
      values: [{ value: 3, count: 1 }],
      otherValues: 0,
    });

    const all = await list(ctx);
    expect(all.rows).toEqual([
      { name: null, documents: 1, with: 0 },
      { name: "a", documents: 2, with: 1 },
      { name: "b", documents: 1, with: 0 },
      { name: "c", documents: 1, with: 1 },
    ]);
    expect(all.totals).toEqual({ namespaces: 4, left: 3, documents: 5, with: 2 });
    expect((await list(ctx, { only: "complete" })).rows.map(({ name }) => name)).toEqual(["c"]);
    const paged = await list(ctx, { sort: "documents", direction: "descending", offset: 0, limit: 1 });
    expect(paged).toMatchObject({ rows: [{ name: "a" }], matching: 4 });
    expect((await list(ctx, { search: "B" })).rows).toEqual([{ name: "b", documents: 1, with: 0 }]);
  });

  it("are counted again when asked, and after a run that wrote levels", async () => {
    const { ctx, ask } = await open();
    await ask("PUT", "/documents", { mappings: { properties: { namespace: keyword } } });
    const add = (id: string) => ask("PUT", `/documents/_doc/${id}?refresh=true`, { namespace: "a" });
    await add("1");
    expect((await list(ctx)).totals.documents).toBe(1);
    await add("2");
    expect((await list(ctx)).totals.documents).toBe(1);
    expect((await list(ctx, { since: new Date(Date.now() + 1).toISOString() })).totals.documents).toBe(2);
    await add("3");
    await putRun(ctx, "run-1", { kind: "clearance", state: "succeeded", endedAt: new Date(Date.now() + 1) });
    expect((await list(ctx)).totals.documents).toBe(3);
  });

  it("have no counts while their index is closed or missing: the preconditions say why", async () => {
    const { ctx, ask } = await open();
    const missing = await showDocuments(ctx, {});
    expect(missing).toMatchObject({ counts: null, mayStart: false, preconditions: [{ code: "unknown-index" }] });
    await ask("PUT", "/documents", { mappings: { properties: { namespace: keyword } } });
    await ask("POST", "/documents/_close");
    const closed = await showDocuments(ctx, {});
    expect(closed).toMatchObject({ counts: null, mayStart: false, indices: [{ open: false }] });
    expect(closed.preconditions.map(({ code }) => code)).toContain("closed-index");
    expect((await list(ctx)).rows).toEqual([]);
  });

  it("are refused in words when nothing is configured, or nothing answers", async () => {
    const { ctx } = await open();
    await expect(showDocuments({ ...ctx, documents: null }, {})).rejects.toMatchObject({
      code: "documents-not-configured",
      next: expect.stringContaining("ELASTICSEARCH_ENDPOINT"),
    });
    const elasticsearch = { ...ctx.config.elasticsearch, endpoint: "http://127.0.0.1:9" };
    const gone = openDocuments({ elasticsearch });
    closing.push(() => gone?.close());
    await expect(showDocuments({ ...ctx, documents: gone }, {})).rejects.toMatchObject({
      code: "unreachable",
      next: "Check the network and ELASTICSEARCH_ENDPOINT.",
    });
  });
});

describe("adding the field to a mapping", () => {
  it("maps it as an integer where it isn't known, and once only", async () => {
    const { ctx, ask } = await open();
    await ask("PUT", "/documents", { mappings: { dynamic: "strict", properties: { namespace: keyword } } });
    const before = await showDocuments(ctx, {});
    expect(before.preconditions).toMatchObject([{ code: "strict-mapping", offer: { type: "integer" } }]);
    expect(await addMapping(ctx, {})).toEqual({ field: "clearance_level", kind: "integer", indices: ["documents"] });
    const after = await showDocuments(ctx, {});
    expect(after).toMatchObject({ preconditions: [], indices: [{ mapping: { type: "integer", dynamic: "strict" } }] });
    await expect(addMapping(ctx, {})).rejects.toMatchObject({ code: "nothing-to-map" });
  });

  it("maps it in an index that is named, and leaves the configured one as it is", async () => {
    const { ctx, ask } = await open();
    await ask("PUT", "/documents", { mappings: { properties: { namespace: keyword } } });
    await ask("PUT", "/others", { mappings: { properties: { namespace: keyword } } });
    expect((await addMapping(ctx, { index: "others" })).indices).toEqual(["others"]);
    await expect(addMapping(ctx, { index: " , " })).rejects.toMatchObject({ code: "invalid-value" });
    expect((await addMapping(ctx, {})).indices).toEqual(["documents"]);
  });

  it("says what stops it where an index lacks the field and can't take it", async () => {
    const { ctx, ask } = await open();
    await ask("PUT", "/documents", { mappings: { properties: { namespace: keyword } } });
    for (const input of [{}, { indices: ["documents"] }])
      await expect(addMapping(ctx, { field: "namespace.level", ...input })).rejects.toMatchObject({
        ...{ code: "parent-not-an-object", what: expect.stringContaining("namespace is mapped as keyword") },
      });
  });

  it("touches no index that isn't among those named", async () => {
    const { ctx, ask } = await open();
    await ask("PUT", "/documents", { mappings: { properties: { namespace: keyword } } });
    await ask("PUT", "/others", { mappings: { properties: { namespace: keyword } } });
    await expect(addMapping(ctx, { indices: ["others"] })).rejects.toMatchObject({ code: "nothing-to-map" });
    expect(await ask("GET", "/others/_mapping")).not.toHaveProperty([
      "others",
      "mappings",
      "properties",
      "clearance_level",
    ]);
  });
});
