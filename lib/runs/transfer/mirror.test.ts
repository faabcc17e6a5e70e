import { afterEach, expect, test } from "vitest";
import { openWorld, record, records, type World } from "../testing/testing";
import {
  applied,
  apply,
  contents,
  findingsOf,
  float32,
  old,
  planned,
  planOf,
  standing,
  target,
} from "../testing/testing-mirror";

let world: World;
afterEach(() => world.close());

test("applies exactly the plan; levels, orphans and vectors of unchanged texts stay; the second time changes nothing", async () => {
  world = await openWorld();
  const levels = [1, 2, 3, "secret"];
  world.source.put(old, [
    ...records(120, "create"),
    record("text", { text: "new", page: 1 }),
    ...levels.map((_, at) => record(`level-${at}`, { text: "same", page: 2 })),
    record("level-none", { text: "same", page: 2, clearance_level: 9 }),
  ]);
  world.target.put(target, [
    standing("text", { text: "old", page: 1, gone: "x", clearance_level: 2 }),
    ...levels.map((level, at) => standing(`level-${at}`, { text: "same", page: 1, clearance_level: level }, at)),
    standing("level-none", { text: "same", page: 1 }, 77),
    standing("orphan", { text: "only here" }, 5),
  ]);
  await world.work();
  const planId = await planned(world);
  const run = await applied(world, planId);
  expect(run).toMatchObject({ state: "succeeded", total: 126, written: 126, unchanged: 0, drifted: 0, texts: 121 });
  expect(run.verdict).toMatchObject({ ok: true, sampled: 126, missing: 0 });
  const after = contents(world);
  expect(after.size).toBe(127);
  expect(after.get("create-00000")?.metadata).toEqual({ text: "Text of create-00000", page: 1, clearance_level: 1 });
  expect(after.get("text")?.metadata).toEqual({ text: "new", page: 1, clearance_level: 2 });
  expect(after.get("text")?.values).not.toEqual(float32(1));
  for (const [at, level] of levels.entries())
    expect(after.get(`level-${at}`)).toEqual(
      standing(`level-${at}`, { text: "same", page: 2, clearance_level: level }, at),
    );
  expect(after.get("level-none")).toEqual(standing("level-none", { text: "same", page: 2, clearance_level: 1 }, 77));
  expect(after.get("orphan")).toEqual(standing("orphan", { text: "only here" }, 5));
  expect(world.source.calls.upsert).toBe(0);
  expect((await planOf(world, planId)).state).toBe("applied");

  const writes = world.target.calls.upsert;
  expect(await apply(world, planId)).toMatchObject({ how: "already" });
  const again = await planOf(world, await planned(world));
  expect(again).toMatchObject({ creates: 0, updates: 0, unchanged: 126, orphans: 1, problems: 0 });
  expect(await apply(world, again.id)).toEqual({ runId: null, how: "nothing" });
  expect((await planOf(world, again.id)).state).toBe("applied");
  expect(world.target.calls.upsert).toBe(writes);
});

test("the policy `always` embeds a text again that is unchanged", async () => {
  world = await openWorld({ environment: { UPDATE_POLICY: "always" } });
  world.source.put(old, [record("a", { text: "a", page: 2 }), record("b", { page: 2 })]);
  world.target.put(target, [standing("a", { text: "a", page: 1 }), standing("b", { page: 1 })]);
  await world.work();
  const run = await applied(world, await planned(world));
  expect(run).toMatchObject({ state: "succeeded", written: 2, texts: 1 });
  expect(contents(world).get("a")?.values).not.toEqual(float32(1));
  expect(contents(world).get("b")?.values).toEqual(float32(1));
});

test("metadata alone costs no embedding", async () => {
  world = await openWorld();
  const both = records(60).map((one) => one.id);
  world.source.put(
    old,
    both.map((id) => record(id, { text: `Text of ${id}`, page: 2 })),
  );
  world.target.put(
    target,
    both.map((id, at) => standing(id, { text: `Text of ${id}`, page: 1 }, at)),
  );
  await world.work();
  const run = await applied(world, await planned(world));
  expect(run).toMatchObject({ state: "succeeded", written: 60, texts: 0 });
  expect(world.embedder.calls).toBe(0);
  expect(world.target.contents(target).map((one) => one.values)).toEqual(both.map((_, at) => float32(at)));
});

test("a target record without a usable vector is embedded, and left as it is where there is no text", async () => {
  world = await openWorld();
  const zeros = Array(16).fill(0);
  world.source.put(old, [record("a", { text: "a", page: 2 }), record("b", { page: 2 })]);
  world.target.put(target, [
    { id: "a", values: zeros, metadata: { text: "a", page: 1 } },
    { id: "b", values: zeros, metadata: { page: 1 } },
  ]);
  await world.work();
  const run = await applied(world, await planned(world));
  expect(run).toMatchObject({ written: 1, skipped: 1, texts: 1 });
  expect(contents(world).get("a")?.values).not.toEqual(zeros);
  expect(contents(world).get("b")).toEqual({ id: "b", values: zeros, metadata: { page: 1 } });
  expect(await findingsOf(world, "no-text")).toEqual([["b", "skipped"]]);
});

test("whatever moved after the review is left alone and named", async () => {
  world = await openWorld();
  const ids = ["s-edit", "s-gone", "s-text", "t-edit", "t-gone", "quiet", "level"];
  world.source.put(old, [...ids.map((id) => record(id, { text: "same", page: 2 })), record("came"), record("fresh")]);
  world.target.put(
    target,
    ids.map((id) => standing(id, { text: "same", page: 1, clearance_level: 1 })),
  );
  await world.work();
  const planId = await planned(world);
  world.source.put(old, [record("s-edit", { text: "same", page: 3 }), record("s-text", { text: "edited", page: 2 })]);
  world.source.remove(old, "s-gone");
  world.target.put(target, [
    standing("t-edit", { text: "same", page: 7, clearance_level: 1 }),
    standing("came", { text: "from elsewhere" }),
    standing("level", { text: "same", page: 1, clearance_level: 3 }),
  ]);
  world.target.remove(target, "t-gone");
  const run = await applied(world, planId);
  expect(run).toMatchObject({ state: "succeeded-with-findings", total: 9, written: 3, drifted: 6 });
  expect(await findingsOf(world, "source-changed")).toEqual([
    ["s-edit", "drifted"],
    ["s-text", "drifted"],
  ]);
  expect(await findingsOf(world, "vanished-from-source")).toEqual([["s-gone", "drifted"]]);
  expect(await findingsOf(world, "target-changed")).toEqual([
    ["came", "drifted"],
    ["t-edit", "drifted"],
    ["t-gone", "drifted"],
  ]);
  const after = contents(world);
  expect(after.get("came")?.metadata).toEqual({ text: "from elsewhere" });
  expect(after.get("t-edit")?.metadata).toMatchObject({ page: 7 });
  expect(after.has("t-gone")).toBe(false);
  expect(after.get("level")?.metadata).toEqual({ text: "same", page: 2, clearance_level: 3 });
});

test("metadata that outgrows the limit by the target's own keys after the review is a finding", async () => {
  world = await openWorld({ environment: { TARGET_OWNED_KEYS: "clearance_level,audit" } });
  world.source.put(old, [record("a", { text: "t", note: "x".repeat(30_000) })]);
  world.target.put(target, [standing("a", { text: "t" })]);
  await world.work();
  const planId = await planned(world);
  world.target.put(target, [standing("a", { text: "t", audit: "y".repeat(15_000) })]);
  expect(await applied(world, planId)).toMatchObject({ written: 0, skipped: 1 });
  expect(await findingsOf(world, "metadata-too-large")).toEqual([["a", "skipped"]]);
  expect(contents(world).get("a")?.metadata).not.toHaveProperty("note");
});
