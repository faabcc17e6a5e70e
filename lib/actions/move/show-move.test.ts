import { afterAll, beforeAll, expect, it } from "vitest";
import { type VerdictWord, verdictOf } from "@/lib/shapes/runs/verdict-words";
import { refreshInventory } from "../namespaces/inventory";
import { addRoute } from "../routes/add-route";
import { copy, openRouteWorld, type RouteWorld, route } from "../routes/route-world.suite";
import { showCleanup } from "../switch/show-cleanup";
import { onRoute } from "../verbs/on-route";
import { showMove } from "./show-move";

/** What the page Move may call done, over what runs leave behind in the history. The source holds two namespaces, `a` and `b`. */
let world: RouteWorld;
const name = "notes";

beforeAll(async () => {
  world = await openRouteWorld();
  await addRoute(world.ctx, route(name, "other:old", "target:copy", { vectors: copy }));
});
afterAll(() => world.close());

/** A check that is called so. */
function checked(word: VerdictWord) {
  const two = { count: 2, exact: true };
  const verdict = verdictOf({
    ...{
      source: two,
      target: two,
      orphans: 0,
      missing: 0,
      arrivedLater: 0,
      sampled: word === "nothing-to-verify" ? 0 : 2,
    },
    explainedMissing: word === "incomplete" ? 1 : 0,
    sampleMismatches: word === "not-verified" ? 1 : 0,
    ...{ words: "", mismatches: [], nothing: word === "nothing-to-verify" },
  });
  expect(verdict.word).toBe(word);
  return verdict;
}

const settings = { source: { index: "old" }, target: { index: "copy" }, route: { name, revision: 1 } };
let runs = 0;
/** A finished run over namespaces, as the engine leaves it: each with the word of its check, or unchecked. */
async function ran(
  kind: string,
  checks: Record<string, VerdictWord | null>,
  more: object = {},
  segment: object = {},
): Promise<string> {
  const { prisma } = world.ctx.database;
  const id = `run-${++runs}`;
  const createdAt = new Date(Date.now() + runs * 1000);
  const state = "succeeded";
  const row = {
    id,
    kind,
    state,
    settings,
    settingsHash: "",
    startedBy: "cli:test",
    createdAt,
    endedAt: createdAt,
    ...more,
  };
  await prisma.run.create({ data: { ...row, namespaces: Object.keys(checks) } });
  for (const [position, [namespace, word]] of Object.entries(checks).entries())
    await prisma.segment.create({
      data: {
        ...{ runId: id, namespace, position, state: "done", written: kind === "verify" ? 0 : 2 },
        ...(word && { verdict: checked(word) }),
        ...{ endedAt: createdAt, ...segment },
      },
    });
  return id;
}
async function told() {
  const { steps } = await showMove(world.ctx, { route: name });
  return Object.fromEntries(steps.map(({ step, state, words }) => [step, { state, words }]));
}

it("calls nothing migrated or verified before every counted namespace is", async () => {
  await ran("reembed", { a: "verified", b: "verified" });
  expect(await told()).toMatchObject({ migrate: { state: "next" }, verify: { state: "open" } });
  await world.ctx.database.run(`DELETE FROM "Segment" WHERE "namespace" = 'b'`);
  await refreshInventory(await onRoute(world.ctx, name));
  expect(await told()).toMatchObject({
    migrate: { state: "next", words: expect.stringContaining("1 namespace of 2 not migrated whole.") },
    index: { state: "open" },
    verify: { state: "open", words: "1 of 2 namespaces verified, 1 not read back since they were written." },
  });
  await ran("reembed", { b: null }, { settings: { ...settings, limit: 10 } });
  await ran("mirror", { b: null }, { settings: { ...settings, only: "updates" } });
  expect(await told()).toMatchObject({ migrate: { state: "next" }, index: { state: "open" } });
  await ran("reembed", { b: null });
  expect(await told()).toMatchObject({
    migrate: { state: "done" },
    index: { state: "done" },
    verify: { state: "next" },
  });
  await ran("verify", { b: "verified" });
  expect(await told()).toMatchObject({ verify: { state: "done" }, gate: { state: "next" } });
});

it("takes the word back when a later check, or a later write without one, says otherwise", async () => {
  await ran("verify", { a: "incomplete" });
  expect(await told()).toMatchObject({
    verify: { state: "attention", words: "1 of 2 namespaces verified, 1 incomplete or compared in part." },
    gate: { state: "next" },
  });
  await ran("verify", { a: "not-verified" });
  expect(await told()).toMatchObject({ verify: { state: "attention" }, gate: { state: "open" } });
  await ran("verify", { a: "verified" });
  await ran("mirror", { a: null });
  expect(await told()).toMatchObject({ verify: { state: "next" } });
  await ran("verify", { a: "verified" });
  // A second run that finds nothing to do takes no word back.
  await ran("reembed", { a: "nothing-to-verify" }, {}, { written: 0 });
  expect(await told()).toMatchObject({ verify: { state: "done" } });
  await ran("verify", { a: "verified" });
  await ran("mirror", { a: "verified" }, { state: "failed" });
  expect(await told()).toMatchObject({ migrate: { state: "attention" }, gate: { state: "open" } });
});

it("counts what was left out until a retry wrote it, and takes checks by when they were made", async () => {
  const { prisma } = world.ctx.database;
  const first = await ran("reembed", { a: "verified" }, {}, { skipped: 3 });
  await ran("reembed", { b: "verified" });
  expect(await told()).toMatchObject({
    migrate: { state: "attention", words: expect.stringContaining("3 records left out in all.") },
    gate: { state: "next" },
  });
  await ran("reembed", { a: "verified" }, { retryOf: first }, { written: 3 });
  expect(await told()).toMatchObject({ migrate: { state: "done" }, verify: { state: "done" } });
  // Begun before the last check, and still writing.
  const paused = await ran(
    "mirror",
    { a: null },
    { state: "paused", endedAt: null },
    { state: "queued", endedAt: null },
  );
  await ran("verify", { a: "verified" });
  expect(await told()).toMatchObject({ verify: { state: "open" } });
  await prisma.segment.deleteMany({ where: { runId: paused } });
  await prisma.run.delete({ where: { id: paused } });
  expect(await told()).toMatchObject({ verify: { state: "done" } });
});

it("says of the index that it is being built, and how far, once all is written and before the run ends", async () => {
  const { prisma } = world.ctx.database;
  const writtenAt = new Date();
  const waitingFor = "the index copy_hnsw to be built: 42 % of the table";
  const building = (more: object = {}) =>
    ran(
      "reembed",
      { a: null, b: null },
      { state: "running", endedAt: null, waitingFor, ...more },
      { endedAt: null, writtenAt, state: "running" },
    );
  const gone = async (runId: string) => {
    await prisma.segment.deleteMany({ where: { runId } });
    await prisma.run.delete({ where: { id: runId } });
  };
  let run = await building();
  expect(await told()).toMatchObject({
    migrate: { state: "running" },
    index: { state: "running", words: `All records are written: waiting for ${waitingFor}.` },
  });
  await prisma.run.update({ where: { id: run }, data: { waitingFor: null } });
  expect(await told()).toMatchObject({
    index: { state: "running", words: "All records are written: the index is being built." },
  });
  await prisma.run.update({ where: { id: run }, data: { state: "paused" } });
  expect(await told()).toMatchObject({
    index: { state: "open", words: expect.stringContaining("when the run goes on") },
  });
  await prisma.run.update({ where: { id: run }, data: { state: "running" } });
  // One namespace is still being written.
  await prisma.segment.updateMany({ where: { runId: run, namespace: "b" }, data: { writtenAt: null } });
  expect(await told()).not.toMatchObject({ index: { state: "running" } });
  await gone(run);
  run = await building({
    waitingFor: null,
    finished: { words: ["The index copy_hnsw was built, in 3 s."], query: null },
  });
  expect((await told()).index?.words).toBe("The index copy_hnsw was built, in 3 s.");
  await gone(run);
});

it("goes on telling of the migration's plan once the last differences have one of their own", async () => {
  const { prisma } = world.ctx.database;
  const plan = (id: string, kind: string, creates: number) => ({
    ...{ id, kind, state: "applied", creates, namespaces: ["a", "b"], settings, settingsHash: "", createdBy: "x" },
    readyAt: new Date(Date.now() + (kind === "mirror" ? 1000 : 0)),
  });
  await prisma.plan.create({ data: plan("plan-differences", "mirror", 0) });
  expect(await told()).toMatchObject({ plan: { words: expect.stringMatching(/^0 to create/) } });
  await prisma.plan.create({ data: plan("plan-migration", "reembed", 4) });
  expect(await told()).toMatchObject({
    plan: { words: expect.stringMatching(/^4 to create/) },
    differences: { state: "done", words: "The last comparison found no difference." },
  });
});

it("shows nobody how to delete what the application asks", async () => {
  expect(await showCleanup(world.ctx, { name })).toMatchObject({
    items: [{ what: "old", command: null }],
    notYet: [{ code: "still-asked" }],
  });
});
