import { describe, expect, it } from "vitest";
import { parseRequest, type RequestTexts } from "./request";

const texts = (more: Partial<RequestTexts> = {}): RequestTexts => ({
  field: "clearance_level",
  kind: "integer",
  value: "1",
  documents: "missing",
  overwrite: false,
  unindexed: false,
  ...more,
});
const wrong = (more: Partial<RequestTexts>) => {
  const parsed = parseRequest(texts(more));
  return parsed.ok ? null : parsed.wrong;
};

describe("what the form asks for", () => {
  it("is a value of its kind, not the text that was typed", () => {
    const value = (more: Partial<RequestTexts>) => {
      const parsed = parseRequest(texts(more));
      return parsed.ok ? parsed.request.value : parsed.wrong;
    };
    expect(value({ value: " 3 " })).toBe(3);
    expect(value({ kind: "double", value: "0.5" })).toBe(0.5);
    expect(value({ kind: "keyword", value: "secret" })).toBe("secret");
    expect(value({ kind: "boolean", value: "true" })).toBe(true);
  });

  it("says what is expected of a level that is none", () => {
    for (const value of ["", "one", "1.5", "2147483648", "1e3"]) {
      expect(wrong({ value })?.value).toMatch(/whole number|number/);
    }
    expect(wrong({ field: "_id" })?.field).toContain("a field name");
  });

  it("overwrites only where every document is meant: a box ticked before counts no longer", () => {
    expect(parseRequest(texts({ documents: "missing", overwrite: true }))).toMatchObject({
      ok: true,
      request: { documents: "missing", overwrite: false },
    });
    expect(parseRequest(texts({ documents: "every", overwrite: true }))).toMatchObject({
      ok: true,
      request: { documents: "every", overwrite: true },
    });
  });

  it("overwrites values that searches don't find only where that box is ticked", () => {
    for (const unindexed of [false, true])
      expect(parseRequest(texts({ unindexed }))).toMatchObject({ ok: true, request: { unindexed } });
  });
});
