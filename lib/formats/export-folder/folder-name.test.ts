import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignFolders } from "./folder-name";

const none = new Map<string, string>();

describe("the folders of namespaces", () => {
  it("are their names where those are safe, so that Pinecone's import names them alike", () => {
    const names = ["", "docs", "Docs v2", "a_b-c.d", "customer=7"];
    expect([...assignFolders(names, none).values()].sort()).toEqual(
      ["Docs v2", "__default__", "a_b-c.d", "customer=7", "docs"].sort(),
    );
  });

  it("are made safe elsewhere, with a digest of the whole", () => {
    for (const name of [
      "..",
      "a/b",
      "../../etc",
      "con",
      "NUL.txt",
      "x.",
      " x",
      "日本",
      "a\\b",
      "C:x",
      ".hidden",
      "-x",
      "__default__",
      "x".repeat(400),
    ])
      expect(assignFolders([name], none).get(name)).toMatch(/^[a-z0-9_-]{1,60}--[0-9a-f]{16}$/);
  });

  it("keep two apart whose names differ in capitals alone, and leave standing ones where they are", () => {
    const assigned = assignFolders(["docs", "DOCS", "Docs"], new Map([["Docs", "Docs"]]));
    expect(assigned.get("Docs")).toBe("Docs");
    expect(assigned.get("docs")).toMatch(/^docs--/);
    expect(new Set([...assigned.values()].map((folder) => folder.toLowerCase())).size).toBe(3);
  });

  it("never are one for two names, whatever these are, nor lead elsewhere", () => {
    const name = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.string({ unit: fc.constantFrom(".", "/", "a", "A", "-"), maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), (names) => {
        const folders = [...assignFolders(names, none).values()];
        expect(new Set(folders.map((folder) => folder.toLowerCase())).size).toBe(names.length);
        for (const folder of folders) {
          expect(folder).not.toMatch(/[/\\:\0]|^\.|\.$/);
          expect(Buffer.byteLength(folder)).toBeLessThanOrEqual(120);
        }
        expect([...assignFolders([...names].reverse(), none).values()].sort()).toEqual(folders.sort());
      }),
    );
  });
});
