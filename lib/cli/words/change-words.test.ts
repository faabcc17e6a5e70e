import { describe, expect, it } from "vitest";
import { changeLines } from "./change-words";

const update = (source: string, target: string) =>
  changeLines({
    id: "doc-1",
    namespace: "",
    kind: "update",
    excluded: false,
    textChanged: false,
    differences: [{ sign: "~", key: "title", source, target }],
  });

describe("a change on a terminal", () => {
  it("shows what the target has and what it would have", () => {
    expect(update("new", "old")).toEqual(["~ __default__  doc-1", '    ~ title: "old" -> "new"']);
  });

  it("makes visible how two texts differ that look the same", () => {
    expect(update("caf\u00e9", "cafe\u0301")[1]).toBe('    ~ title: "cafe\\u0301" -> "caf\\u00e9"');
  });

  it("never sends a control character to the terminal, and cuts what is very long", () => {
    const lines = changeLines({
      id: "\u001b[31mred",
      namespace: "a\u0007",
      kind: "problem",
      excluded: false,
      reason: "no-text",
      detail: "\u009b2J",
      differences: [{ sign: "+", key: "k\u202e", source: "x".repeat(40_000) }],
    });
    expect(lines.join("\n")).not.toMatch(/[^\x20-\x7e\n]/);
    expect(lines.join("\n").length).toBeLessThan(600);
  });

  it("says why a record can't be migrated, and that it was taken out", () => {
    const common = { id: "a", namespace: "n", differences: [] };
    expect(
      changeLines({ ...common, kind: "problem", excluded: false, reason: "no-text", detail: "There is none." }),
    ).toEqual(["! n  a  (no text)", "    There is none."]);
    expect(changeLines({ ...common, kind: "create", excluded: true })).toEqual(["+ n  a  (taken out)"]);
  });
});
