import { afterEach, beforeEach, expect, it } from "vitest";
import { openWorld, records, type World } from "../testing/testing";
import { checkSchedules, tickSchedules } from "./schedules";

let world: World;
const midnight = new Date("2030-01-01T00:00:00Z");

beforeEach(async () => {
  world = await openWorld();
  await world.source.upsert({ index: "old", namespace: "a" }, records(2));
});
afterEach(() => world.close());

/** What a row may hold that no version of Portage would accept today. */
const damages: [name: string, assignment: string][] = [
  ["a date", `"cron" = '2027-01-01T00:00:00'`],
  ["a nickname", `"cron" = '@daily'`],
  ["a day that never comes", `"cron" = '0 0 30 2 *'`],
  ["six fields", `"cron" = '* * * * * *'`],
  ["nothing", `"cron" = ''`],
  ["an unknown time zone", `"timezone" = 'Atlantis/Capital'`],
  ["an unknown phase", `"phase" = 'dreaming'`],
  ["a time before all times", `"nextAt" = '-infinity'`],
  ["a time after all times", `"nextAt" = 'infinity'`],
  ["a limit that is no number", `"maxUsd" = 'NaN'`],
  ["a limit below nothing", `"maxCreates" = -1`],
  ["a namespace without a name", `"namespaces" = ARRAY['a', NULL]`],
  ["a lease without end", `"phase" = 'starting', "leaseUntil" = 'infinity'`],
];

async function put(id: string, namespaces: string[]) {
  await world.database.run(
    `INSERT INTO "Schedule" ("id", "namespaces", "cron", "timezone", "nextAt", "createdBy") VALUES ($1, $2, '0 * * * *', 'UTC', $3, 'test')`,
    [id, namespaces, midnight],
  );
}

it("whatever a stored schedule holds, its trouble is its own: the others run", async () => {
  for (const [place, [, assignment]] of damages.entries()) {
    await put(`bad-${place}`, [`b${place}`]);
    await world.database.run(`UPDATE "Schedule" SET ${assignment} WHERE "id" = $1`, [`bad-${place}`]);
  }
  await put("good", ["a"]);
  for (let look = 0; look < 3; look++) await tickSchedules(world.parts, midnight);
  await checkSchedules(world.parts, midnight);
  const { prisma } = world.database;
  const rows = await prisma.schedule.findMany({ select: { id: true, phase: true, trouble: true } });
  const troubles = Object.fromEntries(rows.map(({ id, trouble }) => [id, trouble]));
  for (const [place, [name]] of damages.entries()) expect(troubles[`bad-${place}`], name).toMatch(/\.$/);
  expect(rows.find(({ id }) => id === "good")).toMatchObject({ phase: "planning", trouble: null });
  expect(await prisma.run.count()).toBe(1);
});

it("a schedule that was put right runs again", async () => {
  await put("s", ["a"]);
  await world.database.run(`UPDATE "Schedule" SET "cron" = '0 0 30 2 *'`);
  await tickSchedules(world.parts, midnight);
  expect(await world.database.prisma.run.count()).toBe(0);
  await world.database.run(`UPDATE "Schedule" SET "cron" = '0 * * * *'`);
  await tickSchedules(world.parts, midnight);
  expect(await world.database.prisma.schedule.findUniqueOrThrow({ where: { id: "s" } })).toMatchObject({
    phase: "planning",
    trouble: null,
    troubleAt: null,
  });
});
