import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { overflowIn, withOverflow } from "@/lib/stores/overflow";
import { hasPgvector, openTestSchema, type TestSchema } from "@/lib/stores/pgvector/testing";
import { openWorld, record, records, type World } from "../testing/testing";

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const [old, place] = [
  { index: "old", namespace: "n" },
  { index: "new", namespace: "n" },
];

describe.runIf(hasPgvector())("a target whose whole metadata stands in PostgreSQL", () => {
  let world: World;
  let schema: TestSchema;
  beforeAll(async () => {
    schema = await openTestSchema();
    world = await openWorld();
    const table = overflowIn({ address: schema.url, schema: schema.name }, { table: "meta", keep: ["page"] });
    const target = withOverflow(world.target, { ...table, owned: ["clearance_level"] });
    world.parts.target = target;
    await target.ensureIndex({ name: "new", dimension: 16, metric: "cosine" });
    world.source.put(old, records(6));
    await world.work();
  });
  afterAll(async () => {
    await world.parts.target.close();
    await world.close();
    await schema.drop();
  });

  const verify = async () => {
    const run = await world.until(await world.start({ kind: "verify", namespaces: ["n"] }), ended);
    if (run.verdict === null) throw new Error("no verdict");
    return run.verdict;
  };

  it("is verified only while both halves of every record are there, and what lacks one is counted and listed", async () => {
    expect(await world.until(await world.start({ namespaces: ["n"] }), ended)).toMatchObject({
      state: "succeeded",
      verdict: { word: "verified", halves: { withoutRow: 0, withoutVector: 0 } },
    });
    // As many rows as vectors, and yet two records are lost: no difference of counts shows it.
    await schema.sql(`DELETE FROM meta WHERE vector_id = 'doc-00003'`);
    await schema.sql(`INSERT INTO meta (vector_id, index_name, namespace) VALUES ('nobody', 'new', 'n')`);
    const verdict = await verify();
    expect(verdict).toMatchObject({ word: "not-verified", missing: 1, halves: { withoutRow: 1, withoutVector: 1 } });
    expect(verdict.words).toMatch(/^1 vector without a row, 1 row without a vector; 5 of 6 source IDs/);
    expect(verdict.mismatches.map(({ id }) => id)).toEqual(["doc-00003", "nobody"]);
    const findings = await world.database.prisma.finding.findMany({ orderBy: { recordId: "asc" } });
    expect(findings.map(({ recordId, detail }) => [recordId, detail])).toEqual([
      ["doc-00003", "Its vector has no row in meta."],
      ["nobody", "Its row stands in meta without a vector."],
    ]);
    expect(await world.until(await world.start({ namespaces: ["n"] }), ended)).toMatchObject({ written: 1 });
    await schema.sql(`DELETE FROM meta WHERE vector_id = 'nobody'`);
    expect(await verify()).toMatchObject({ word: "verified", halves: { withoutRow: 0, withoutVector: 0 } });
  });

  it("shows a kept key that was edited in the row alone", async () => {
    await schema.sql(`UPDATE meta SET metadata = metadata || '{"page": 7}' WHERE vector_id = 'doc-00001'`);
    const verdict = await verify();
    expect(verdict.word).toBe("not-verified");
    expect(verdict.mismatches).toEqual([
      { id: "doc-00001", detail: expect.stringContaining("differs in page in meta") },
    ]);
    expect((await world.target.fetchHeads(place, ["doc-00001"])).records).toEqual([
      { id: "doc-00001", metadata: { page: 1, clearance_level: 1 } },
    ]);
    world.source.put(old, [record("doc-00001")]);
  });
});
