import { expect, test } from "vitest";
import { openTestDatabase } from "@/lib/db/testing";
import { measuredPace } from "./measured-pace";

test("the pace is that of the last runs over the same names that nothing held up", async () => {
  const database = await openTestDatabase();
  const run = async (
    id: string,
    {
      target = "documents",
      state = "succeeded",
      limit = null as number | null,
      attempts = 1,
      written = 10_000,
      took = 1,
    },
  ) => {
    await database.run(
      `INSERT INTO "Run" ("id", "kind", "state", "settings", "settingsHash", "startedBy", "speedLimit", "startedAt", "endedAt")
       VALUES ($1, 'clearance', $2, $3::jsonb, '', 'test', $4, clock_timestamp() - make_interval(secs => $5), clock_timestamp())`,
      [id, state, JSON.stringify({ target: [target] }), limit, took],
    );
    await database.run(
      `INSERT INTO "Segment" ("runId", "namespace", "position", "attempts", "written") VALUES ($1, '', 0, $2, $3)`,
      [id, attempts, written],
    );
  };
  expect(await measuredPace(database, ["documents"])).toBeNull();
  await run("other", { target: "more" });
  await run("limited", { limit: 100 });
  await run("interrupted", { attempts: 2 });
  await run("failed", { state: "failed" });
  await run("few", { written: 10 });
  expect(await measuredPace(database, ["documents"])).toBeNull();
  await run("slow", { took: 100 });
  await run("usual", { took: 2 });
  await run("fast", { took: 1 });
  expect(await measuredPace(database, ["documents"])).toBeCloseTo(5000, -1);
  await database.close();
});
