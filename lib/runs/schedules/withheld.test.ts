import { afterEach, expect, it } from "vitest";
import { openWorld, records, type World } from "../testing/testing";
import { tickSchedules } from "./schedules";
import { midnight, scheduleHands } from "./schedules-hands.suite";

let world: World;
afterEach(() => world.close());
const { put, read, afterRun } = scheduleHands(() => world);

it("a schedule that finds nothing to apply has somebody look where the source may hold more than it shows", async () => {
  world = await openWorld();
  const { source } = world;
  await source.upsert({ index: "old", namespace: "a" }, records(5));
  const withheld = "row-level security may keep rows from this role";
  world.parts.source = {
    ...source,
    can: source.can,
    count: async (...call) => ({ ...(await source.count(...call)), withheld }),
  };
  await world.work({ schedules: false });
  await put("s", { maxCreates: 5 });
  await tickSchedules(world.parts, midnight);
  await afterRun("s", new Date(midnight.getTime() + 60_000));
  expect(await afterRun("s", new Date(midnight.getTime() + 120_000))).toMatchObject({ outcome: "applied" });
  await tickSchedules(world.parts, new Date(midnight.getTime() + 3_600_000));
  expect(await afterRun("s", new Date(midnight.getTime() + 3_660_000))).toMatchObject({
    outcome: "review",
    words: expect.stringContaining(withheld),
  });
  const plan = await world.database.prisma.plan.findUniqueOrThrow({ where: { id: (await read("s")).planId ?? "" } });
  expect(plan.state).toBe("ready");
});
