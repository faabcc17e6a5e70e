import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Run, RunEvent } from "@/lib/shapes/runs/run";
import { oneOf } from "./option-values";
import { chosenNamespaces, wholeNumber } from "./options";
import { noteOf, openProgress, progressOf } from "./progress";
import { Terminal } from "./terminal";

const outcome = { written: 3, unchanged: 2, skipped: 1, failed: 0, drifted: 0 };

describe("how far a run has come", () => {
  it("counts outcomes, but for a plan what it has listed", () => {
    expect(progressOf({ kind: "reembed", outcome, listed: 100, total: 10, expected: null })).toEqual({
      done: 6,
      of: 10,
    });
    expect(progressOf({ kind: "plan", outcome, listed: 100, total: null, expected: 400 })).toEqual({
      done: 100,
      of: 400,
    });
  });

  it("never shows more than all of it, when statistics had promised less, and no whole when nobody knows", () => {
    expect(progressOf({ kind: "plan", outcome, listed: 500, total: null, expected: 400 })).toEqual({
      done: 500,
      of: 500,
    });
    expect(progressOf({ kind: "reembed", outcome, listed: 6, total: null, expected: null })).toEqual({
      done: 6,
      of: null,
    });
  });

  it("repeats warnings and errors of the log, not what the progress shows by itself", () => {
    const event: RunEvent = {
      id: 1,
      at: "",
      level: "warn",
      channel: "log",
      actor: "engine",
      code: "slower",
      message: "Slower.",
      namespace: null,
    };
    expect(noteOf(event)).toBe("Warning: Slower.");
    expect(noteOf({ ...event, level: "error" })).toBe("Error: Slower.");
    expect(noteOf({ ...event, code: "waiting" })).toBeNull();
    expect(noteOf({ ...event, level: "info" })).toBeNull();
  });
});

describe("where no terminal is", () => {
  const run = (change: Partial<Run>): Run => ({
    id: "run-1",
    kind: "reembed",
    state: "running",
    planId: null,
    retryOf: null,
    namespaces: ["a"],
    namespaceTotal: 1,
    total: 10,
    expected: 10,
    listed: 10,
    outcome,
    findings: { skipped: 0, failed: 0, drifted: 0, warning: 0 },
    warnings: [],
    embedded: { texts: 0, tokens: 0, usd: 0 },
    unwritten: { texts: 0, tokens: 0, usd: 0 },
    lostSeconds: 0,
    rate: { perSecond: 0, etaSeconds: null },
    verified: { ok: 0, sampled: 0, partly: 0, incomplete: 0, nothing: 0, failed: 0, pending: 0 },
    waitingFor: null,
    waitingUntil: null,
    error: null,
    createdAt: "2026-11-21T00:00:00.000Z",
    startedAt: null,
    endedAt: null,
    startedBy: "cli:test",
    ...change,
  });
  const waits = (words: string, seconds: number) =>
    run({ state: "waiting", waitingFor: words, waitingUntil: new Date(Date.now() + seconds * 1000).toISOString() });

  function told(runs: readonly Run[]): string[] {
    const error = new PassThrough();
    const streams = { in: process.stdin, out: process.stdout, error: Object.assign(error, { isTTY: false }) };
    const progress = openProgress(new Terminal({}, streams));
    for (const one of runs) progress.show(one);
    return String(error.read() ?? "")
      .trimEnd()
      .split("\n");
  }

  it("a long wait and its end are told at once, once, whatever was told just before", () => {
    const lines = told([
      run({}),
      waits("Gemini (503), attempt 5", 32),
      waits("Gemini (503), attempt 6", 31),
      waits("Gemini (503), attempt 7", 30),
      run({}),
    ]);
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^run-1: waiting for Gemini \(503\) until \d{4}-.* \(3[12] s\), 6 of 10 records\.$/);
    expect(lines[2]).toMatch(/^run-1: continues after \d+ s of waiting for Gemini \(503\), 6 of 10 records\.$/);
  });

  it("a wait of no length between batches is not", () => {
    expect(told([run({}), waits("Gemini's requests per minute", 3), run({}), waits("x", 2), run({})])).toHaveLength(1);
  });
});

describe("options", () => {
  it("take whole numbers of their range only", () => {
    expect(wholeNumber("--limit", "100", 1, 100)).toBe(100);
    expect(wholeNumber("--limit", undefined, 1, 100)).toBeUndefined();
    for (const text of ["0", "101", "-1", "1.5", "1e2", "NaN", "", " 5", "0x10", "99999999999999999999"]) {
      expect(() => wholeNumber("--limit", text, 1, 100), text).toThrow(/--limit/);
    }
  });

  it("take words of their list only, and either names or all", () => {
    expect(oneOf("--kind", "b", ["a", "b"])).toBe("b");
    expect(() => oneOf("--kind", "c", ["a", "b"])).toThrow("one of a, b");
    expect(chosenNamespaces(["x"], undefined)).toEqual({ namespaces: ["x"] });
    expect(chosenNamespaces([], true)).toEqual({ all: true });
    expect(() => chosenNamespaces([], undefined)).toThrow();
    expect(() => chosenNamespaces(["x"], true)).toThrow();
    expect(() => chosenNamespaces([""], undefined)).toThrow("__default__");
  });
});
