import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { createRun } from "../lifecycle/create-run";
import { settingsFor } from "../lifecycle/settings";
import { applyPlan } from "../plans/apply-plan";
import { openWorld, record, records, type World } from "../testing/testing";

let world: World;
afterEach(() => world.close());

const place = { index: "new", namespace: "n" };
const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const key = "made_by";

async function openMarked(): Promise<string> {
  world = await openWorld({ environment: { PORTAGE_MODEL_KEY: key } });
  const { model, dimension } = world.parts.config.gemini;
  return `${model}/${dimension}`;
}

async function run(kind: "reembed" | "verify" | "mirror") {
  const settings = settingsFor(world.parts, { full: true });
  const of = { namespaces: ["n"], expected: new Map(), startedBy: "test", settings };
  if (kind !== "mirror") return world.until((await createRun(world.database, { ...of, kind })).runId, ended);
  const { runId } = await createRun(world.database, { ...of, kind: "plan", planKind: "mirror" });
  const { planId } = await world.until(runId, ended);
  const applied = await applyPlan(world.database, { planId: planId ?? "", settings, actor: "test" });
  return world.until(applied.runId ?? "", ended);
}

const marks = () => new Map(world.target.contents(place).map(({ id, metadata }) => [id, metadata[key]]));

test("every record that a run embeds is marked with its model; a mirror keeps marks, calls none a difference and adds one with a new vector", async () => {
  const mark = await openMarked();
  world.source.put({ index: "old", namespace: "n" }, records(4));
  await world.work();
  expect(await run("reembed")).toMatchObject({ state: "succeeded", written: 4 });
  expect(new Set(marks().values())).toEqual(new Set([mark]));
  expect(await run("verify")).toMatchObject({ state: "succeeded" });

  // Two lose their mark, of which one is edited in its text; another is edited in its page alone.
  for (const one of world.target.contents(place).filter(({ id }) => id === "doc-00000" || id === "doc-00002"))
    world.target.put(place, [{ ...one, metadata: { text: `Text of ${one.id}`, clearance_level: 1 } }]);
  world.source.put({ index: "old", namespace: "n" }, [
    record("doc-00000", { text: "Edited", page: 7 }),
    record("doc-00001", { text: "Text of doc-00001", page: 7 }),
    record("doc-00002", { text: "Text of doc-00002" }),
  ]);
  expect(await run("mirror")).toMatchObject({ state: "succeeded", written: 2, texts: 1 });
  expect(marks()).toEqual(
    new Map([
      ["doc-00000", mark],
      ["doc-00001", mark],
      ["doc-00002", undefined],
      ["doc-00003", mark],
    ]),
  );
});

test("marks of another Portage are known where its record isn't: another model's refuse the run, and a check names them", async () => {
  await openMarked();
  world.source.put({ index: "old", namespace: "n" }, records(3));
  const values = Array.from({ length: 16 }, () => 0.25);
  const theirs = records(2).map((one) => ({
    ...one,
    values,
    metadata: { ...one.metadata, [key]: "gemini-embedding-2/16" },
  }));
  world.target.put(place, theirs);
  await world.work();
  expect(await run("reembed")).toMatchObject({
    state: "failed",
    error: { code: "mixed-models", what: expect.stringContaining("2 vectors of gemini-embedding-2 (16)") },
  });
  expect(world.target.contents(place)).toHaveLength(2);
  const { runId } = await createRun(world.database, {
    kind: "verify",
    namespaces: ["n"],
    expected: new Map(),
    startedBy: "test",
    settings: settingsFor(world.parts, { reembedSample: 0 }),
  });
  const { verdict } = await world.until(runId, ended);
  expect(verdict?.words).toContain("of 2 records looked at, 2 are marked as made by gemini-embedding-2 (16)");
});

test("a source that uses the key itself is told in words, and nothing of it is overwritten", async () => {
  await openMarked();
  world.source.put({ index: "old", namespace: "n" }, [
    record("mine", { text: "A text", [key]: "Ann" }),
    record("plain", { text: "Another" }),
  ]);
  await world.work();
  expect(await run("reembed")).toMatchObject({ state: "succeeded-with-findings", written: 1, skipped: 1 });
  const finding = z.object({ recordId: z.string(), reason: z.string(), detail: z.string() });
  const findings = await world.database.rows(finding, `SELECT "recordId", "reason", "detail" FROM "Finding"`, []);
  expect(findings).toMatchObject([{ recordId: "mine", reason: "key-taken", detail: expect.stringContaining(key) }]);
});
