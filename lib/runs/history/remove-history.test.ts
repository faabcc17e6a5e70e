import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { openWorld, records, type World } from "../testing/testing";
import type { HistoryLimits } from "./removable";
import { removeHistory } from "./remove-history";

let world: World;
beforeEach(async () => {
  world = await openWorld();
  for (const namespace of ["a", "b", "c"]) await world.source.upsert({ index: "old", namespace }, records(3));
});
afterEach(() => world.close());

const none: HistoryLimits = {
  days: null,
  runs: null,
  findings: null,
  detailDays: null,
  readings: null,
  messages: null,
};

async function remove(limits: Partial<HistoryLimits>, signal = new AbortController().signal): Promise<void> {
  const config = { ...world.config, history: { ...none, ...limits } };
  await removeHistory({ ...world.parts, config }, signal, new Map());
}

async function ids(table: "Run" | "Plan"): Promise<string[]> {
  const rows = await world.database.rows(
    z.object({ id: z.string() }),
    `SELECT "id" FROM "${table}" ORDER BY "createdAt", "id"`,
  );
  return rows.map(({ id }) => id);
}

/** Rows of every table that a run or a plan fills. */
async function rowsIn(tables: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const [row] = await world.database.rows(z.object({ n: z.number() }), `SELECT count(*)::int AS n FROM "${table}"`);
    counts[table] = row?.n ?? 0;
  }
  return counts;
}

async function backdate(id: string, days: number): Promise<void> {
  const then = `now() - $2::int * interval '1 day'`;
  await world.database.run(`UPDATE "Run" SET "createdAt" = ${then}, "endedAt" = ${then} WHERE "id" = $1`, [id, days]);
  await world.database.run(
    `UPDATE "Plan" SET "createdAt" = ${then}, "readyAt" = ${then} WHERE "id" = (SELECT "planId" FROM "Run" WHERE "id" = $1)`,
    [id, days],
  );
}

/** A migration that is over, as it leaves its rows. */
async function migrated(namespace: string, days: number): Promise<string> {
  const id = await world.start({ namespaces: [namespace] });
  await world.until(id, ["succeeded", "succeeded-with-findings"]);
  await backdate(id, days);
  return id;
}

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

it("trims readings, scheduled runs, messages, gates, canaries, log lines and throughput, and keeps the last of each and a switch's verdict", async () => {
  await world.work({ schedules: false });
  const old = await migrated("a", 100);
  await world.rest();
  const put = (statement: string, values: readonly unknown[] = []) => world.database.run(statement, values);
  const days = `now() - n * interval '1 day'`;
  await put(
    `INSERT INTO "Schedule" ("id", "namespaces", "cron", "timezone", "nextAt", "createdBy") VALUES ('s', '{}', '0 0 * * *', 'UTC', now(), 'test')`,
  );
  await put(
    `INSERT INTO "Turn" ("scheduleId", "startedAt", "endedAt", "outcome", "words")
     SELECT 's', ${days}, ${days}, 'applied', 'n' || n FROM generate_series(9, 1, -1) n`,
  );
  await put(
    `INSERT INTO "Delivery" ("id", "scheduleId", "event", "body", "state", "nextAt", "createdAt")
     SELECT 'd' || n, 's', 'e', '', CASE WHEN n = 9 THEN 'waiting' ELSE 'delivered' END, now(), ${days} FROM generate_series(1, 9) n`,
  );
  await put(
    `INSERT INTO "Reading" ("runId", "namespace", "source", "target", "at", "creates", "updates", "unchanged", "orphans", "problems")
     SELECT 'r' || n, CASE WHEN n = 9 THEN 'alone' ELSE 'b' END, 'old', 'new', ${days}, 0, 0, 0, 0, 0 FROM generate_series(1, 9) n`,
  );
  await put(
    `INSERT INTO "Gate" ("id", "routeName", "routeRevision", "ends", "words", "settings", "startedBy", "startedAt", "endedAt")
     SELECT 'g' || n, 'default', 1, '{}', '', '{}', 'test', ${days}, ${days} FROM generate_series(5, 9) n`,
  );
  await put(
    `INSERT INTO "Switch" ("id", "routeName", "generation", "to", "file", "gateId", "words", "statements", "switchedBy")
     VALUES ('w', 'default', 1, 'target', '{}', 'g8', '', '{}', 'test')`,
  );
  await put(
    `INSERT INTO "Canary" ("id", "routeName", "gateId", "state", "words", "reasons", "figures", "at")
     SELECT 'c' || n, 'default', 'g8', 'green', '', '[]', '{}', ${days} FROM generate_series(5, 9) n`,
  );
  await put(
    `INSERT INTO "Sample" ("runId", "at", "written", "unchanged", "skipped", "failed", "texts", "tokens") SELECT $1, ${days}, 0, 0, 0, 0, 0, 0 FROM generate_series(1, 9) n`,
    [old],
  );
  await put(`UPDATE "Event" SET "at" = now() - interval '100 days'`);
  await put(
    `INSERT INTO "Event" ("runId", "level", "channel", "actor", "code", "message", "at") VALUES ($1, 'info', 'log', 'e', 'c', 'm', now() - interval '9 days')`,
    [old],
  );
  const timeline = async () => {
    const [row] = await world.database.rows(
      z.object({ timeline: z.number(), log: z.number() }),
      `SELECT count(*) FILTER (WHERE "channel" = 'timeline')::int AS timeline, count(*) FILTER (WHERE "channel" = 'log')::int AS log FROM "Event"`,
    );
    return row;
  };
  const before = await timeline();
  await remove({ detailDays: 3, readings: 2, messages: 4 });
  const tables = ["Reading", "Turn", "Delivery", "Gate", "Canary"];
  expect(await rowsIn(tables)).toEqual({ Reading: 4, Turn: 4, Delivery: 5, Gate: 5, Canary: 5 });
  expect((await rowsIn(["Sample"])).Sample).toBeLessThan(5);
  expect(await timeline()).toEqual({ timeline: before?.timeline, log: 0 });
  expect(await ids("Run")).toEqual([old]);
  await put(`UPDATE "Turn" SET "endedAt" = "endedAt" - interval '1 year'`);
  await put(`UPDATE "Reading" SET "at" = "at" - interval '1 year'`);
  await remove({ days: 150 });
  expect(await rowsIn(tables)).toEqual({ Reading: 3, Turn: 1, Delivery: 5, Gate: 5, Canary: 5 });
  await remove({ days: 2 });
  expect(await rowsIn(tables)).toEqual({ Reading: 3, Turn: 1, Delivery: 2, Gate: 2, Canary: 1 });
  const gates = await world.database.rows(z.object({ id: z.string() }), `SELECT "id" FROM "Gate" ORDER BY "id"`);
  expect(gates.map(({ id }) => id)).toEqual(["g5", "g8"]);
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
