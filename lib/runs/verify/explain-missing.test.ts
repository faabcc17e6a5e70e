import { afterEach, beforeEach, expect, test } from "vitest";
import { openWorld, record, records, type World } from "../testing/testing";

let world: World;
beforeEach(async () => {
  world = await openWorld();
  world.source.put(old, [...records(4), record("without", { page: 1 })]);
  await world.work();
  expect(await world.until(await world.start({ namespaces: ["n"] }), ended)).toMatchObject({ written: 4, skipped: 1 });
});
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const old = { index: "old", namespace: "n" };
const target = { index: "new", namespace: "n" };

async function verdict() {
  const runId = await world.start({ kind: "verify", namespaces: ["n"] });
  return (await world.until(runId, ended)).verdict;
}

test("what a run to this target left out with a reason is explained", async () => {
  expect(await verdict()).toMatchObject({ missing: 0, explainedMissing: 1 });
});

test("a finding of a run to another index, or to another account's of the same name, explains nothing", async () => {
  for (const [key, value] of Object.entries({ account: "other", index: "elsewhere" })) {
    await world.database.run(
      `UPDATE "Run" SET "settings" = jsonb_set("settings", ARRAY['target', $1::text], to_jsonb($2::text)) WHERE "kind" = 'reembed'`,
      [key, value],
    );
    expect(await verdict()).toMatchObject({ missing: 1, explainedMissing: 0 });
  }
});

test("what was written after a finding and is missing is missing", async () => {
  world.source.put(old, [record("without", { text: "By now it has one", page: 1 })]);
  expect(await world.until(await world.start({ namespaces: ["n"] }), ended)).toMatchObject({ written: 1 });
  expect(await verdict()).toMatchObject({ missing: 0, explainedMissing: 0 });
  world.target.remove(target, "without");
  expect(await verdict()).toMatchObject({ missing: 1, explainedMissing: 0 });
  // Left out once more, it is explained once more.
  world.source.put(old, [record("without", { page: 1 })]);
  await world.until(await world.start({ namespaces: ["n"] }), ended);
  expect(await verdict()).toMatchObject({ missing: 0, explainedMissing: 1 });
});
