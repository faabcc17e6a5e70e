import { describe, expect, it } from "vitest";
import { commandScore } from "./command-score";

describe("what is typed into the palette", () => {
  it("finds a command by the beginnings of its words, its title before its other words", () => {
    expect(commandScore("Sync status", "sta")).toBe(1);
    expect(commandScore("Sync status", "status sync")).toBe(1);
    expect(commandScore("Sync status", "fleet", ["fleet", "differences"])).toBe(0.5);
    expect(commandScore("Estimate migration", "dry run", ["dry run", "plan"])).toBe(0.5);
    expect(commandScore("Embed 3 texts · about $0.01", "embed 3")).toBe(1);
  });

  it("finds none by letters that only occur in this order", () => {
    expect(commandScore("Sync status", "face", ["fleet", "differences", "schedules"])).toBe(0);
    expect(commandScore("Configuration", "plan-", ["settings", "connections"])).toBe(0);
    expect(commandScore("Migrate", "rate")).toBe(0);
  });
});
