import { describe, expect, it } from "vitest";
import type { RunEvent } from "@/lib/shapes/run";
import { chosenNamespaces, oneOf, wholeNumber } from "./options";
import { noteOf, progressOf } from "./progress";

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
