import { expect, test } from "vitest";
import type { Run, RunState } from "@/lib/shapes/runs/run";
import { exitCodeFor, nextOfUnfinished } from "./report-run";

const codeOf = (state: RunState, interrupted = false) => {
  const run: Run = {
    id: "run-1",
    kind: "reembed",
    state,
    planId: null,
    retryOf: null,
    namespaces: ["a"],
    namespaceTotal: 1,
    total: 1,
    expected: 1,
    listed: 1,
    outcome: { written: 0, unchanged: 0, skipped: 0, failed: 0, drifted: 0 },
    findings: { skipped: 0, failed: 0, drifted: 0, warning: 0 },
    embedded: { texts: 0, tokens: 0, usd: 0 },
    unwritten: { texts: 0, tokens: 0, usd: 0 },
    lostSeconds: 0,
    warnings: [],
    rate: { perSecond: 0, etaSeconds: null },
    verified: { ok: 0, sampled: 0, partly: 0, incomplete: 0, nothing: 0, failed: 0, pending: 0 },
    waitingFor: null,
    waitingUntil: null,
    error: null,
    createdAt: "2026-11-21T00:00:00.000Z",
    startedAt: null,
    endedAt: null,
    startedBy: "cli:test",
  };
  return exitCodeFor({ run, interrupted });
};

test("a run's exit code is 0 for a success alone: findings, failure and interruption have their own", () => {
  expect(codeOf("succeeded")).toBe(0);
  expect(codeOf("succeeded-with-findings")).toBe(1);
  expect(codeOf("failed")).toBe(3);
  expect(codeOf("cancelled")).toBe(130);
  expect(codeOf("paused", true)).toBe(130);
  expect(codeOf("running", true)).toBe(130);
});

test("an analysis without a plan can be resumed, unless it was cancelled", () => {
  const run = { id: "run-1", state: "paused" as const, error: null };
  expect(nextOfUnfinished(run)).toContain("portage runs resume run-1");
  expect(nextOfUnfinished({ ...run, state: "cancelled" })).not.toContain("runs resume");
  const error = { code: "auth", what: "", notLost: "", next: "Check the key." };
  expect(nextOfUnfinished({ ...run, state: "failed", error })).toBe("Check the key.");
});
