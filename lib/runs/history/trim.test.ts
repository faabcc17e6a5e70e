import { expect, it } from "vitest";
import { z } from "zod";
import { ids, migrated, openWorldForEach, remove, rowsIn, world } from "./history-world.suite";

openWorldForEach();

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
    `INSERT INTO "ScheduledRun" ("scheduleId", "startedAt", "endedAt", "outcome", "words")
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
  const tables = ["Reading", "ScheduledRun", "Delivery", "Gate", "Canary"];
  expect(await rowsIn(tables)).toEqual({ Reading: 4, ScheduledRun: 4, Delivery: 5, Gate: 5, Canary: 5 });
  expect((await rowsIn(["Sample"])).Sample).toBeLessThan(5);
  expect(await timeline()).toEqual({ timeline: before?.timeline, log: 0 });
  expect(await ids("Run")).toEqual([old]);
  await put(`UPDATE "ScheduledRun" SET "endedAt" = "endedAt" - interval '1 year'`);
  await put(`UPDATE "Reading" SET "at" = "at" - interval '1 year'`);
  await remove({ days: 150 });
  expect(await rowsIn(tables)).toEqual({ Reading: 3, ScheduledRun: 1, Delivery: 5, Gate: 5, Canary: 5 });
  await remove({ days: 2 });
  expect(await rowsIn(tables)).toEqual({ Reading: 3, ScheduledRun: 1, Delivery: 2, Gate: 2, Canary: 1 });
  const gates = await world.database.rows(z.object({ id: z.string() }), `SELECT "id" FROM "Gate" ORDER BY "id"`);
  expect(gates.map(({ id }) => id)).toEqual(["g5", "g8"]);
});
