import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openVectorSearch } from "@/facade/vector-search";
import { askPgvector } from "@/facade/vector-search-pgvector";
import { checkCopies, spreadRecords } from "@/lib/gate/testing";
import { openPgvectorSource, openPgvectorTarget } from "../index";
import { hasPgvector, openTestSchema } from "../testing";

describe.runIf(hasPgvector())("the gate on a real server", () => {
  it("passes copies, and refuses them sabotaged, each for its reason", async () => {
    const schema = await openTestSchema();
    const target = openPgvectorTarget(schema.settings());
    const source = openPgvectorSource(schema.settings());
    const records = spreadRecords(150, 24);
    const make = async (name: string, metric: "cosine" | "euclidean") => {
      await target.ensureIndex({ name, dimension: 24, metric });
      await target.upsert({ index: name, namespace: "" }, records);
      await target.finish?.({ index: name });
    };
    await make("old", "cosine");
    await make("copies", "cosine");
    await make("measured", "euclidean");
    // What an application asks through: led from one table to the other in one transaction, by statements that were shown before.
    const names = { view: "documents_live", function: "match_documents", text: ["text"] };
    const lead = async (index: string) => {
      const steps = await target.facadeSteps?.({ index, ...names });
      await target.runFacade?.(steps ?? []);
      return steps ?? [];
    };
    await lead("old");
    await schema.sql(`GRANT SELECT ON documents_live TO pg_monitor; ALTER VIEW documents_live SET (security_invoker = true);
      REVOKE ALL ON FUNCTION match_documents FROM PUBLIC`);
    await schema.sql(`UPDATE copies SET metadata = jsonb_set(metadata, '{from}', '"copies"')`);
    const given = JSON.stringify(records[3]?.values);
    const called = () =>
      schema.sql(
        `SELECT id, content, metadata ->> 'from' AS "from", similarity FROM match_documents($1, 2, '{"page": 3}')`,
        [given],
      );
    const viewed = () =>
      schema.sql(`SELECT content, metadata ->> 'from' AS "from" FROM documents_live WHERE id = 'r3'`);
    expect(await called()).toEqual([{ id: "r3", content: "text 3", from: null, similarity: expect.closeTo(1) }]);
    const shown = await lead("copies");
    expect(shown).toContainEqual(expect.stringMatching(/^GRANT SELECT ON .*documents_live" TO "pg_monitor"$/));
    expect(shown).toContainEqual(expect.stringMatching(/^REVOKE ALL ON FUNCTION .* FROM PUBLIC$/));
    expect(await schema.sql(`SELECT reloptions FROM pg_class WHERE oid = 'documents_live'::regclass`)).toEqual([
      { reloptions: ["security_invoker=true"] },
    ]);
    expect(await called()).toEqual([{ id: "r3", content: "text 3", from: "copies", similarity: expect.closeTo(1) }]);
    // Nobody gets another namespace's rows who doesn't name it.
    await target.upsert({ index: "copies", namespace: "acme" }, records.slice(0, 1));
    const first = [JSON.stringify(records[0]?.values)];
    const found = (more: string) =>
      schema.sql(`SELECT metadata ->> 'from' AS "from" FROM match_documents($1, 2, '{"page": 0}'${more})`, first);
    expect([await found(""), await found(", 'acme'")]).toEqual([[{ from: "copies" }], [{ from: null }]]);
    await schema.sql("DELETE FROM copies WHERE namespace = 'acme'");
    // What somebody else made is left alone.
    await schema.sql(
      "CREATE VIEW theirs AS SELECT 1 AS id; CREATE FUNCTION theirs_too() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    );
    for (const of of [
      { view: "theirs", function: null },
      { view: null, function: "theirs_too" },
    ])
      await expect(target.facadeSteps?.({ index: "copies", text: [], ...of })).rejects.toMatchObject({
        code: "conflict",
      });
    expect(await viewed()).toEqual([{ content: "text 3", from: "copies" }]);
    // Something that is built upon the view keeps it where it is, and the function with it.
    await schema.sql("CREATE VIEW report AS SELECT id FROM documents_live");
    await expect(lead("old")).rejects.toMatchObject({ code: expect.anything() });
    expect([await called(), await viewed()]).toEqual([
      [expect.objectContaining({ from: "copies" })],
      [expect.objectContaining({ from: "copies" })],
    ]);
    // The file to be copied into an application asks in the words that the index serves.
    const place = await target.sqlPlace?.("copies");
    expect(place).toMatchObject({ table: "copies", column: "embedding", operator: "<=>", cast: null, within: null });
    // Bound as a table is that several collections share, with the namespace in the metadata.
    const within = { column: "namespace", type: `"pg_catalog"."text"`, value: "" };
    const sql = { ...place, namespace: null, namespaceKey: "tenant", within };
    await schema.sql(`UPDATE copies SET metadata = jsonb_set(metadata, '{tenant}', '"t1"')`);
    const folder = mkdtempSync(path.join(os.tmpdir(), "portage-facade-"));
    const [file, script] = [path.join(folder, "notes.json"), path.resolve("facade")];
    const end = {
      side: "target",
      backend: "pgvector",
      index: "copies",
      metric: "cosine",
      dimension: 24,
      model: null,
      sql,
    };
    writeFileSync(file, JSON.stringify({ version: 1, generation: 1, active: end, previous: end }));
    const search = await openVectorSearch({ file, pgvector: askPgvector((text, values) => schema.sql(text, values)) });
    const filter = {
      page: { $gte: 3, $lt: 5 },
      $or: [{ from: "copies" }, { from: { $in: ["b"] } }],
      text: { $ne: "a" },
    };
    const question = { vector: records[3]?.values ?? [], k: 3, filter, namespace: "t1" };
    const { hits } = await search.search(question);
    expect(hits[0]).toMatchObject({
      id: "r3",
      score: expect.closeTo(1),
      text: "text 3",
      metadata: { page: 3, from: "copies" },
    });
    expect(hits).toHaveLength(2);
    expect((await search.search({ ...question, namespace: "t2" })).hits).toEqual([]);
    const asked = JSON.parse(
      execFileSync(
        "python3",
        [
          "-B",
          "-c",
          `import json, sys
from vector_search import VectorSearch
from vector_search_pgvector import ask_pgvector
kept = []
rows = [("r3", 0.25, {"text": "text 3"}), ("r4", 1.0, '{"text": "text 4"}')]
search = VectorSearch(sys.argv[1], pgvector=ask_pgvector(lambda text, values: kept.append([text, values]) or rows))
found = search.search(**json.loads(sys.argv[2]))
print(json.dumps([*kept[0], found["hits"]]))`,
          file,
          JSON.stringify(question),
        ],
        { cwd: script, encoding: "utf8" },
      ),
    );
    expect(asked[2]).toEqual([
      { id: "r3", score: 0.75, text: "text 3", metadata: { text: "text 3" } },
      { id: "r4", score: 0, text: "text 4", metadata: { text: "text 4" } },
    ]);
    let at = 0;
    const statement = String(asked[0])
      .replace(/%s/g, () => `$${++at}`)
      .replaceAll("%%", "%");
    expect((await schema.sql(statement, asked[1])).map(({ id }) => id)).toEqual(hits.map(({ id }) => id));
    rmSync(folder, { recursive: true });
    await schema.sql("DROP VIEW report; UPDATE copies SET metadata = metadata - 'from' - 'tenant'");
    const check = (name: string) => checkCopies(source, target, { source: "old", target: name });
    expect(await check("copies")).toMatchObject({ verdict: "GO", why: [], uses: { building: [] } });
    expect(await check("measured")).toMatchObject({
      verdict: "NO-GO",
      why: expect.arrayContaining(["another-metric"]),
    });
    await schema.sql(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = (SELECT indexrelid FROM pg_index i JOIN pg_class c
      ON c.oid = i.indrelid WHERE c.relname = 'copies' AND c.relnamespace = '${schema.name}'::regnamespace AND NOT i.indisprimary)`);
    expect(await check("copies")).toMatchObject({ verdict: "INCONCLUSIVE", why: ["index-building"] });
    await schema.sql(`UPDATE copies SET metadata = jsonb_set(metadata, '{text}', '"cut"') WHERE id = 'r7'`);
    expect(await check("copies")).toMatchObject({
      verdict: "NO-GO",
      why: expect.arrayContaining(["metadata-differs"]),
    });
    await schema.sql(
      "UPDATE copies c SET embedding = o.embedding FROM old o WHERE o.id = 'r' || (150 - substr(c.id, 2)::int)",
    );
    expect(await check("copies")).toMatchObject({
      verdict: "NO-GO",
      why: expect.arrayContaining(["vectors-differ", "overlap"]),
    });
    await Promise.all([source.close(), target.close()]);
    await schema.drop();
  });

  it("tries other settings of each index, and says which value finds enough and how soon", async () => {
    const schema = await openTestSchema();
    const target = openPgvectorTarget(schema.settings());
    const source = openPgvectorSource(schema.settings());
    const records = spreadRecords(3000, 24);
    for (const name of ["old", "graph", "lists"]) {
      await target.ensureIndex({ name, dimension: 24, metric: "cosine" });
      for (let at = 0; at < records.length; at += 1000)
        await target.upsert({ index: name, namespace: "" }, records.slice(at, at + 1000));
    }
    await schema.sql(
      "CREATE INDEX ON graph USING hnsw (embedding vector_cosine_ops) WITH (m = 4, ef_construction = 8)",
    );
    await schema.sql("CREATE INDEX ON lists USING ivfflat (embedding vector_cosine_ops) WITH (lists = 60)");
    await schema.sql("ANALYZE graph; ANALYZE lists");
    const sweepOf = async (name: string) => (await checkCopies(source, target, { source: "old", target: name })).sweep;
    const lists = await sweepOf("lists");
    expect(lists).toMatchObject({ setting: "ivfflat.probes", now: 1, wanted: 0.95 });
    const [few, all] = [lists?.rows[0], lists?.rows.at(-1)];
    expect(few).toMatchObject({ value: 1, n: 50 });
    expect(few?.recall).toBeLessThan(0.95);
    expect(all).toMatchObject({ value: 300, recall: 1, p95: expect.any(Number) });
    expect(lists?.reaches).toBe(lists?.rows.find(({ recall }) => recall >= 0.95)?.value);
    const graph = await sweepOf("graph");
    expect(graph).toMatchObject({ setting: "hnsw.ef_search", now: 40 });
    expect(graph?.rows.map(({ value }) => value)).toEqual([20, 40, 80, 160, 320, 640]);
    expect(graph?.rows[0]?.recall).toBeLessThan(graph?.rows.at(-1)?.recall ?? 0);
    // For the questions that name it alone: others get what the server is set to.
    expect(await target.searchEffort?.("graph")).toMatchObject({ now: 40 });
    expect(await target.searchEffort?.("old")).toBeNull();
    expect(await sweepOf("old")).toBeNull();
    // By an index of another metric nothing is answered: a table of values would say that all are alike.
    await schema.sql("DROP INDEX graph_embedding_idx; CREATE INDEX ON graph USING hnsw (embedding vector_l2_ops)");
    const cosine = openPgvectorTarget(schema.settings({ metric: "cosine" }));
    expect((await checkCopies(source, cosine, { source: "old", target: "graph" })).sweep).toEqual({
      ...{ setting: "hnsw.ef_search", now: 40, wanted: 0.95, reaches: null, rows: [], unused: true },
    });
    await Promise.all([source.close(), target.close(), cosine.close()]);
    await schema.drop();
  });
});
