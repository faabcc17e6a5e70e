import { afterEach, expect, test } from "vitest";
import type { CallOptions, Fetched, Place, RecordHead } from "@/lib/stores/contract";
import { claimSegment } from "../lifecycle/lease";
import { Ledger } from "../lifecycle/ledger";
import { Meter } from "../pacing/meter";
import { openWorld, records, type World } from "../testing/testing";

let world: World;
afterEach(() => world.close());

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;
const old = { index: "old", namespace: "n" };

type FetchHeads = (place: Place, ids: readonly string[], options?: CallOptions) => Promise<Fetched<RecordHead>>;

/** As a service does that answers 200 and leaves a record out of its answer, in no list at all. */
const passingOver =
  (fetchHeads: FetchHeads, id: string): FetchHeads =>
  async (...call) => {
    const fetched = await fetchHeads(...call);
    return {
      ...fetched,
      records: fetched.records.filter((record) => record.id !== id),
      missing: fetched.missing.filter((missing) => missing !== id),
    };
  };

async function reembedded() {
  await world.work();
  const runId = await world.start({ namespaces: ["n"] });
  const run = await world.until(runId, ended);
  expect(run.written + run.unchanged + run.skipped + run.failed + run.drifted).toBe(run.total);
  const findings = await world.database.prisma.finding.findMany({ where: { runId }, orderBy: { recordId: "asc" } });
  return { run, findings: findings.map(({ recordId, kind, reason }) => [recordId, kind, reason]) };
}

test("a record that the target refuses, and one that its answer doesn't name, have failed", async () => {
  world = await openWorld();
  world.source.put(old, records(20));
  const { target } = world.parts;
  world.parts.target = {
    ...target,
    upsert: async (...call) => {
      const answer = await target.upsert(...call);
      return {
        ...answer,
        accepted: answer.accepted.filter((id) => id !== "doc-00004" && id !== "doc-00009"),
        rejected: answer.accepted.includes("doc-00004") ? [{ id: "doc-00004", detail: "refused" }] : [],
      };
    },
  };
  const { run, findings } = await reembedded();
  expect(run).toMatchObject({ state: "succeeded-with-findings", total: 20, written: 18, failed: 2 });
  expect(findings).toEqual([
    ["doc-00004", "failed", "rejected-by-target"],
    ["doc-00009", "failed", "rejected-by-target"],
  ]);
});

test("a record that the source's answer passes over is left out as unreadable", async () => {
  world = await openWorld();
  world.source.put(old, records(20));
  world.parts.source = { ...world.source, fetchHeads: passingOver(world.source.fetchHeads, "doc-00004") };
  const { run, findings } = await reembedded();
  expect(run).toMatchObject({ total: 20, written: 19, skipped: 1 });
  expect(findings).toEqual([["doc-00004", "skipped", "unreadable"]]);
});

test("a record of which the target doesn't say whether it has it is left out as unreadable, not counted as unchanged", async () => {
  world = await openWorld();
  world.source.put(old, records(20));
  world.parts.target = { ...world.target, fetchHeads: passingOver(world.target.fetchHeads, "doc-00004") };
  const { run, findings } = await reembedded();
  expect(run).toMatchObject({ total: 20, written: 19, unchanged: 0, skipped: 1 });
  expect(findings).toEqual([["doc-00004", "skipped", "unreadable"]]);
});

test("several texts of one batch that get no usable vector fail one by one, and the run ends", async () => {
  world = await openWorld();
  world.source.put(old, records(20));
  const bad = ["Text of doc-00003", "Text of doc-00004", "Text of doc-00019"];
  const { embedder } = world;
  const embed = embedder.embed.bind(embedder);
  embedder.embed = async (texts, options) => {
    const outcomes = await embed(texts, options);
    return outcomes.map((outcome, at) =>
      bad.includes(texts[at] ?? "") ? { ok: false, reason: "vector-invalid", detail: "all zeros" } : outcome,
    );
  };
  const { run, findings } = await reembedded();
  expect(run).toMatchObject({ state: "succeeded-with-findings", total: 20, written: 17, failed: 3 });
  expect(findings).toEqual([
    ["doc-00003", "failed", "vector-invalid"],
    ["doc-00004", "failed", "vector-invalid"],
    ["doc-00019", "failed", "vector-invalid"],
  ]);
});

test("an outcome that is told twice counts once", async () => {
  world = await openWorld();
  const runId = await world.start({ namespaces: ["n"] });
  const held = await claimSegment(world.database, { runId, namespace: "n" }, "test");
  if (!held) throw new Error("the segment was free");
  const ledger = new Ledger(world.database, held, 0.15, new Meter(world.config.prices));
  ledger.open(0, 2, null);
  const outcome = { sequence: 0, position: 0, id: "a", used: { tokens: 5, bytesWritten: 9 } };
  await ledger.settle([{ ...outcome, outcome: "written" }]);
  await ledger.settle([{ ...outcome, outcome: "failed" }]);
  const segment = await world.database.prisma.segment.findFirstOrThrow({ where: { runId } });
  expect(segment).toMatchObject({ written: 1, failed: 0, texts: 1 });
  const progress = await world.database.prisma.progress.findFirstOrThrow({ where: { runId } });
  expect(progress).toMatchObject({ outcome: "w.", done: false });
});
