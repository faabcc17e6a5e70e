import { expect, it } from "vitest";
import { z } from "zod";
import { records } from "../testing/testing";
import { backdate, ids, migrated, none, openWorldForEach, remove, rowsIn, world } from "./history-world.suite";
import { removeHistory } from "./remove-history";

openWorldForEach();

it("removes what is too old, or too much, with all of its rows, and leaves what still stands for something", async () => {
  await world.work({ schedules: false });
  const old = await migrated("a", 200);
  const young = await migrated("b", 10);
  await world.rest();
  const paused = await world.start({ namespaces: ["c"] });
  await world.database.run(`UPDATE "Run" SET "state" = 'paused' WHERE "id" = $1`, [paused]);
  await backdate(paused, 400);
  const spaces = await rowsIn(["VectorSpace", "Standing"]);

  await remove({ days: 180 });
  expect(new Set(await ids("Run"))).toEqual(new Set([young, paused]));
  const { planId } = await world.database.prisma.run.findUniqueOrThrow({ where: { id: young } });
  expect(await ids("Plan")).toContain(planId);
  const left = await world.database.rows(
    z.object({ n: z.number() }),
    `SELECT ((SELECT count(*) FROM "Progress" WHERE "runId" = $1) + (SELECT count(*) FROM "Segment" WHERE "runId" = $1)
           + (SELECT count(*) FROM "Event" WHERE "runId" = $1) + (SELECT count(*) FROM "Chunk" c WHERE NOT EXISTS (SELECT 1 FROM "Plan" p WHERE p."id" = c."planId")))::int AS n`,
    [old],
  );
  expect(left).toEqual([{ n: 0 }]);
  // What is known of the models in each namespace, and the last reading of it, are no history.
  expect(await rowsIn(["VectorSpace", "Standing"])).toEqual(spaces);

  await remove({ runs: 1 });
  expect(new Set(await ids("Run"))).toEqual(new Set([young, paused]));
  await remove({ days: 5 });
  expect(await ids("Run")).toEqual([paused]);

  // What it needs to go on is all there.
  await world.database.run(`UPDATE "Run" SET "state" = 'queued' WHERE "id" = $1`, [paused]);
  await world.work({ schedules: false });
  expect(await world.until(paused, ["succeeded"])).toMatchObject({ written: 3 });
});

it("keeps findings that nobody has looked at, and the runs that settled them", async () => {
  await world.work({ schedules: false });
  const withFindings = await migrated("a", 300);
  await world.source.upsert({ index: "old", namespace: "a" }, records(4, "more"));
  const later = await migrated("a", 250);
  await world.rest();
  await world.database.run(
    `INSERT INTO "Finding" ("runId", "namespace", "recordId", "kind", "reason", "detail") VALUES ($1, 'a', 'r', 'skipped', 'no-text', '')`,
    [withFindings],
  );
  await world.database.run(`UPDATE "Segment" SET "skipped" = 1 WHERE "runId" = $1`, [withFindings]);
  await world.database.prisma.attention.create({
    data: {
      id: "attention-1",
      key: `run-findings:${withFindings}`,
      standing: `run-findings:${withFindings}`,
      cause: "run-findings",
      level: "warn",
      runId: withFindings,
      what: "",
      next: "",
      href: "",
    },
  });
  await remove({ days: 180 });
  expect(await ids("Run")).toEqual([withFindings, later]);
  // One that found the records right settles as much as one that wrote them.
  await world.database.run(`UPDATE "Segment" SET "unchanged" = "written" + "unchanged", "written" = 0`);
  await remove({ days: 180 });
  expect(await ids("Run")).toEqual([withFindings, later]);
  await world.database.run(`UPDATE "Attention" SET "acknowledgedAt" = now()`);
  await remove({ days: 180 });
  expect([await ids("Run"), (await rowsIn(["Finding"])).Finding]).toEqual([[], 0]);
});

it("keeps an approved plan that nobody has carried out yet", async () => {
  await world.work({ schedules: false });
  const analysis = await world.start({ kind: "plan", namespaces: ["a"] });
  await world.until(analysis, ["succeeded"]);
  await world.rest();
  await backdate(analysis, 300);
  const { planId } = await world.database.prisma.run.findUniqueOrThrow({ where: { id: analysis } });
  await world.database.run(
    `UPDATE "Plan" SET "state" = 'approved', "createdAt" = now() - interval '300 days', "readyAt" = now() - interval '300 days'`,
  );
  await remove({ days: 180 });
  expect([await ids("Run"), await ids("Plan")]).toEqual([[analysis], [planId]]);
  await world.database.run(`UPDATE "Plan" SET "state" = 'ready'`);
  await remove({ days: 180 });
  expect([await ids("Run"), await ids("Plan"), await rowsIn(["Chunk"])]).toEqual([[], [], { Chunk: 0 }]);
});

it("goes on with what a killed process had begun, and shows none of it meanwhile", async () => {
  await world.work({ schedules: false });
  const old = await migrated("a", 300);
  await world.rest();
  await world.database.run(`UPDATE "Run" SET "removing" = now() WHERE "id" = $1`, [old]);
  await remove({});
  expect(await ids("Run")).toEqual([]);
});

it("gives the room of many findings back, in steps of a thousand rows", async () => {
  await world.work({ schedules: false });
  const old = await migrated("a", 300);
  await world.rest();
  const fill = (count: number) =>
    world.database.run(
      `INSERT INTO "Finding" ("runId", "namespace", "recordId", "kind", "reason", "detail")
       SELECT $1, 'a', 'r' || n, 'warning', 'no-text', repeat('x', 200) FROM generate_series(1, $2::int) n`,
      [old, count],
    );
  const size = async () => {
    const [row] = await world.database.rows(
      z.object({ n: z.number() }),
      `SELECT pg_total_relation_size('"Finding"')::int AS n`,
    );
    return row?.n ?? 0;
  };
  const before = await size();
  await fill(5000);
  expect(await size()).toBeGreaterThan(before + 1_000_000);
  const statements: number[] = [];
  const counting = Object.assign(Object.create(world.database), {
    run: async (text: string, values?: readonly unknown[]) => {
      const rows = await world.database.run(text, values);
      if (text.startsWith('DELETE FROM "Finding"')) statements.push(rows);
      return rows;
    },
  });
  const config = { ...world.config, history: { ...none, findings: 100 } };
  await removeHistory({ ...world.parts, database: counting, config }, new AbortController().signal, new Map());
  expect(Math.max(...statements)).toBe(1000);
  expect(await ids("Run")).toEqual([]);
  expect(await size()).toBeLessThan(before + 100_000);
});
