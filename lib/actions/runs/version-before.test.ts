import { createHash } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { type Fill, openOlderDatabase } from "@/lib/db/testing-older";
import { pending } from "@/lib/runs/compare/reviewed";
import { openWorld, records, type World } from "@/lib/runs/testing/testing";
import { listFleet, listFleetInput } from "../fleet/list-fleet";
import { listPlans, listPlansInput } from "../plans/list-plans";
import { showPlan } from "../plans/show-plan";
import { listSchedules } from "../schedules/list-schedules";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { listFindings, listFindingsInput } from "./list-findings";
import { resumeRun } from "./resume-run";
import { showRun } from "./show-run";
import { startReembedding } from "./start-reembedding";

let world: World;
afterEach(() => world.close());

/** The last migration that the version before this one had. */
const lastBefore = "_finding_index";
/** Settings as that version stored them, and what it hashed. */
const settings = {
  source: { index: "old" },
  target: { index: "new" },
  embedder: { model: "gemini-embedding-001", dimension: 16, task: "RETRIEVAL_DOCUMENT" },
  clearanceLevel: 1,
  targetOwnedKeys: ["clearance_level"],
  textKey: "text",
  longTextPolicy: "truncate",
  updatePolicy: "when-text-changed",
  only: "both",
  ...{ queryBatchSize: 100, embeddingBatchSize: 100, upsertBatchSize: 100, batchDelaySeconds: 0 },
  ...{ limit: null, verifySample: 200, verifyFull: false },
};
const hashed = (kind: string) =>
  createHash("sha256")
    .update(JSON.stringify([kind, ["n"], settings]))
    .digest("hex");
const estimate = {
  ...{ texts: 3, tokens: 30, usd: { embedding: 0, reads: 0, writes: 0, total: 0 }, bytes: { read: 1, written: 1 } },
  ...{ seconds: 1, requests: { "pinecone.list": 2, "gemini.embed": 1 }, basis: "prices" },
};

/** A database as that version left it: an interrupted re-embedding, a dry run, a plan to review, findings, a schedule, the fleet. */
async function versionBefore(query: Fill) {
  const plan = (id: string, kind: string, state: string, made: object | null) =>
    query(
      `INSERT INTO "Plan" ("id", "kind", "state", "namespaces", "settings", "settingsHash", "hash", "creates", "unchanged", "estimate", "createdBy", "readyAt")
       VALUES ($1, $2, $3, '{n}', $4, $5, repeat('1', 32), 3, 1, $6, 'her', now())`,
      [id, kind, state, settings, hashed("plan"), made],
    );
  const run = (id: string, kind: string, state: string, planId: string | null) =>
    query(
      `INSERT INTO "Run" ("id", "kind", "state", "planId", "settings", "settingsHash", "namespaces", "startedBy", "startedAt")
       VALUES ($1, $2, $3, $4, $5, $6, '{n}', 'her', now())`,
      [id, kind, state, planId, settings, hashed(kind)],
    );
  const chunk = (planId: string, creates: string[], more: { createCount: number; createPrints: string }) =>
    query(
      `INSERT INTO "Chunk" ("planId", "namespace", "sequence", "firstId", "lastId", "creates", "unchanged", "orphans", "createCount", "createPrints")
       VALUES ($1, 'n', 0, $2, $3, $4, 1, '{}', $5, $6)`,
      [planId, creates[0], creates.at(-1), creates, more.createCount, more.createPrints],
    );
  const ids = records(4).map(({ id }) => id);
  await plan("plan-applying", "reembed", "planning", null);
  await run("run-stopped", "reembed", "paused", "plan-applying");
  await chunk("plan-applying", ids, { createCount: 4, createPrints: "" });
  await query(
    `INSERT INTO "Segment" ("runId", "namespace", "position", "listed", "chunks", "total", "written", "attempts") VALUES ('run-stopped', 'n', 0, true, 1, 4, 1, 1)`,
  );
  await query(
    `INSERT INTO "Progress" ("runId", "namespace", "sequence", "outcome") VALUES ('run-stopped', 'n', 0, $1)`,
    [`w${pending.repeat(3)}`],
  );
  await plan("plan-dry", "reembed", "ready", estimate);
  await chunk("plan-dry", ids.slice(1), { createCount: 3, createPrints: "" });
  await plan("plan-mirror", "mirror", "ready", estimate);
  await chunk("plan-mirror", ids.slice(1), { createCount: 3, createPrints: "p".repeat(96) });
  await run("run-failed", "reembed", "succeeded-with-findings", null);
  await query(
    `INSERT INTO "Finding" ("runId", "namespace", "recordId", "kind", "reason", "detail") VALUES ('run-failed', 'n', 'x', 'skipped', 'no-text', 'none')`,
  );
  await query(
    `INSERT INTO "Schedule" ("id", "namespaces", "cron", "timezone", "nextAt", "createdBy") VALUES ('schedule-a', '{n}', '0 3 * * *', 'UTC', now() + interval '1 day', 'her')`,
  );
  await query(
    `INSERT INTO "Standing" ("source", "target", "namespace", "planId", "analysedAt", "creates", "updates", "unchanged", "orphans", "problems")
     VALUES ('old', 'new', 'n', 'plan-mirror', now(), 3, 0, 1, 0, 0)`,
  );
}

test("a database of the version before is taken over: nothing is lost, plans show, and the run that was stopped ends", async () => {
  world = await openWorld({ database: await openOlderDatabase(lastBefore, versionBefore) });
  const { config, database, embedder, documents, log, source, target } = world.parts;
  const ctx: Context = {
    config,
    database,
    embedder,
    documents,
    log,
    source,
    target,
    wake: async () => {},
    actor: "her",
  };
  world.source.put({ index: "old", namespace: "n" }, records(4));
  world.target.put({ index: "new", namespace: "n" }, [
    {
      id: "doc-00000",
      values: Array(16).fill(0.5),
      metadata: { text: "Text of doc-00000", page: 1, clearance_level: 1 },
    },
  ]);

  const { plans } = await listPlans(ctx, parseInput(listPlansInput, {}));
  expect(plans.map(({ id }) => id).sort()).toEqual(["plan-applying", "plan-dry", "plan-mirror"]);
  expect(await showPlan(ctx, { id: "plan-mirror" })).toMatchObject({
    ...{ state: "ready", hash: "1".repeat(32), counts: { create: 3 }, route: { name: "default" } },
    estimate: { requests: { "source.list": 2, embed: 1 }, labels: { embed: "Gemini embed" } },
  });
  const findings = await listFindings(ctx, parseInput(listFindingsInput, { id: "run-failed" }));
  expect(findings.findings).toMatchObject([{ id: "x", reason: "no-text" }]);
  expect((await listSchedules(ctx, {})).schedules).toMatchObject([{ id: "schedule-a", namespaces: ["n"] }]);
  expect((await listFleet(ctx, parseInput(listFleetInput, {}))).rows).toMatchObject([{ name: "n" }]);

  // The same start finds what was interrupted, as it was hashed then.
  const again = await startReembedding(ctx, { namespaces: ["n"], yes: true });
  expect(again).toMatchObject({ resumed: true, run: { id: "run-stopped" } });
  await resumeRun(ctx, { id: "run-stopped" });
  await world.work();
  const done = await world.until("run-stopped", ["succeeded", "succeeded-with-findings", "failed"]);
  expect(done).toMatchObject({ state: "succeeded", total: 4, written: 4, texts: 3 });
  expect((await showRun(ctx, { id: "run-stopped" })).requests).toMatchObject({ embed: 1 });

  // A dry run of that version knew neither problems nor texts: it is out of date, and says so before anything is spent.
  expect(await showPlan(ctx, { id: "plan-dry" })).toMatchObject({ state: "stale" });
  const refusal = { code: "plan-stale", what: expect.stringContaining("was made by an earlier version") };
  await expect(startReembedding(ctx, { planId: "plan-dry", hash: "1".repeat(32) })).rejects.toMatchObject(refusal);
  expect(world.embedder.texts).toHaveLength(3);
});
