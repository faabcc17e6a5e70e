import { afterEach, expect, test } from "vitest";
import { defaultRouteNow } from "@/lib/routes/route-now";
import type { VectorRecord } from "@/lib/stores/contract";
import { settingsFor } from "../lifecycle/settings";
import { applyPlan } from "../plans/apply-plan";
import { openWorld, record, records, type World } from "../testing/testing";

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const source = { index: "old", namespace: "n" };
const target = { index: "new", namespace: "n" };

let world: World;
afterEach(() => world.close());

/** A world whose route copies vectors: the target has the source's dimension, and no level is added. */
async function copying(): Promise<World> {
  const opened = await openWorld({ target: { indexes: { new: { dimension: 8 } } } });
  opened.parts.route = { ...defaultRouteNow(opened.config), embedder: null, clearanceLevel: null, owned: [] };
  return opened;
}

const settings = (of: World) =>
  settingsFor(of.parts, {}, { source: { index: "old", dimension: 8, metric: "cosine" }, target: null });

const start = (of: World, run: object = {}) => of.start({ namespaces: ["n"], overrides: settings(of), ...run });

const bits = (all: readonly VectorRecord[]) =>
  all.map(({ values, ...head }) => ({ ...head, values: values.map(Math.fround) }));

test("vectors, sparse values and metadata of any JSON are copied bit for bit, without a text and without the embedder", async () => {
  world = await copying();
  const odd: VectorRecord[] = [
    { ...record("a", {}), values: [0.1, -0, 1e-40, 3.4e38, 1 / 3, -1, 0, 2 ** -149] },
    {
      ...record("b", { page: 1, none: null, deep: { list: [1, { x: "y" }] } }),
      sparseValues: { indices: [3], values: [0.1] },
    },
  ];
  world.target.can.metadata = "json";
  world.source.put(source, [...odd, ...records(250)]);
  await world.work();
  const run = await world.until(await start(world), ended);
  expect(run).toMatchObject({ state: "succeeded", total: 252, written: 252, texts: 0 });
  expect(run.verdict).toMatchObject({ ok: true, word: "verified" });
  expect(world.embedder.calls).toBe(0);
  expect(bits(world.target.contents(target))).toEqual(bits(world.source.contents(source)));
  expect(await world.until(await start(world), ended)).toMatchObject({ written: 0, unchanged: 252 });
});

test("a vector that was edited under equal metadata is an update, applied as reviewed, and one that moved since is left alone", async () => {
  world = await copying();
  world.source.put(source, [record("a"), record("b"), record("c"), record("d")]);
  world.target.put(target, [
    record("a"),
    { ...record("b"), values: [1, 2, 3, 4, 5, 6, 7, 8] },
    record("c"),
    record("z"),
  ]);
  world.source.put(source, [{ ...record("c"), values: [8, 7, 6, 5, 4, 3, 2, 1] }]);
  await world.work();
  const planning = await world.until(await start(world, { kind: "plan", planKind: "mirror" }), ended);
  const planId = planning.planId ?? "";
  const plan = await world.database.prisma.plan.findUniqueOrThrow({ where: { id: planId } });
  expect(plan).toMatchObject({ creates: 1, updates: 2, orphans: 1, unchanged: 1 });

  world.source.put(source, [{ ...record("c"), values: [9, 9, 9, 9, 9, 9, 9, 9] }]);
  const { runId } = await applyPlan(world.database, { planId, settings: settings(world), actor: "test" });
  const run = await world.until(runId ?? "", ended);
  expect(run).toMatchObject({ written: 2, drifted: 1, texts: 0 });
  const standing = new Map(world.target.contents(target).map(({ id, values }) => [id, values]));
  expect(standing.get("b")).toEqual(record("b").values);
  expect(standing.get("c")).toEqual(record("c").values);
  expect(standing.get("d")).toEqual(record("d").values);
  expect(standing.has("z")).toBe(true);
});

test("a copy whose vector the target has lost or swapped is not called verified", async () => {
  world = await copying();
  world.source.put(
    source,
    records(20).map((one, at) => ({ ...one, values: one.values.map((value) => value + at) })),
  );
  world.target.put(target, world.source.contents(source));
  const [first, second] = world.target.contents(target);
  if (!first || !second) throw new Error("There are no records");
  world.target.put(target, [
    { ...first, values: second.values },
    { ...second, values: first.values },
  ]);
  await world.work();
  const run = await world.until(await start(world, { kind: "verify" }), ended);
  expect(run.verdict).toMatchObject({ ok: false });
  expect(run.verdict?.words).not.toContain("verified");
});

test("a vector that can't be searched with is left out with its reason", async () => {
  world = await copying();
  world.source.put(source, [
    { ...record("a"), values: [0, 0, 0, 0, 0, 0, 0, 0] },
    { ...record("b"), values: [1] },
    record("c"),
  ]);
  await world.work();
  expect(await world.until(await start(world), ended)).toMatchObject({ written: 1, skipped: 2 });
});

test("a record that changes with every read is copied as it was at one of them: its text and its vector are of one moment", async () => {
  world = await copying();
  const ids = records(30).map(({ id }) => id);
  let moment = 0;
  const change = () => {
    moment++;
    const values = [moment, 1, 1, 1, 1, 1, 1, 1];
    world.source.put(
      source,
      ids.map((id) => ({ id, values, metadata: { text: `Moment ${moment}`, moment } })),
    );
  };
  const { fetchRecords, fetchHeads } = world.source;
  const changing = {
    fetchRecords: (...given: Parameters<typeof fetchRecords>) => {
      change();
      return fetchRecords.apply(world.source, given);
    },
    fetchHeads: (...given: Parameters<typeof fetchHeads>) => {
      change();
      return fetchHeads.apply(world.source, given);
    },
  };
  change();
  Object.assign(world.source, changing);
  await world.work();
  const run = await start(world);
  await world.until(run, ended);
  const copied = world.target.contents(target);
  expect(copied).toHaveLength(30);
  for (const { values, metadata } of copied)
    expect(metadata).toEqual({ text: `Moment ${values[0]}`, moment: values[0] });

  // By a plan nothing is written of it at all: it isn't what was reviewed any more.
  const plan = await world.until(await start(world, { kind: "plan", planKind: "mirror" }), ended);
  const { runId } = await applyPlan(world.database, {
    planId: plan.planId ?? "",
    settings: settings(world),
    actor: "me",
  });
  expect(await world.until(runId ?? "", ended)).toMatchObject({ written: 0, drifted: 30 });
  expect(world.target.contents(target)).toEqual(copied);
});
