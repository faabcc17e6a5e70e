import { describe, expect, it } from "vitest";
import { matchesLog, mergeLines } from "./log-lines";

const line = (id: number, level: "info" | "warn" | "error" = "info", message = "chunk written") => ({
  id,
  at: "2026-11-21T10:00:00.000Z",
  level,
  channel: "log" as const,
  actor: "engine",
  code: "chunk-written",
  message,
  namespace: "acme",
});

describe("lines of the log", () => {
  it("shows a line once although it was streamed and fetched, newest first", () => {
    expect(mergeLines([line(3), line(4)], [line(3), line(2)]).map(({ id }) => id)).toEqual([4, 3, 2]);
  });

  it("filters what comes in as the server does: by least severity, and by part of message, code or namespace", () => {
    expect(matchesLog(line(1, "warn"), "info", "")).toBe(true);
    expect(matchesLog(line(1, "warn"), "error", "")).toBe(false);
    expect(matchesLog(line(1), "info", "ACME")).toBe(true);
    expect(matchesLog(line(1), "info", "throttled")).toBe(false);
  });
});
