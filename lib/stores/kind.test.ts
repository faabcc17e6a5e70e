import { describe, expect, it } from "vitest";
import { fieldsOf } from "./kind";
import { storeKinds } from "./registry";

describe.each([...storeKinds])("the kind %s", (name, kind) => {
  it("describes itself: every setting has words, and its name is the one it is kept under", () => {
    expect(kind.kind).toBe(name);
    for (const { label, help } of fieldsOf(kind))
      expect([label, help]).toEqual([expect.stringMatching(/./), expect.stringMatching(/\.$/)]);
  });

  it("gives no source a way to write", () => {
    const settings = Object.fromEntries(
      fieldsOf(kind).flatMap(({ key, required, schema }) =>
        required ? [[key, ["/nowhere", "http://127.0.0.1:9"].find((text) => schema.safeParse(text).success)]] : [],
      ),
    );
    const source = kind.openSource(settings);
    for (const verb of ["ensureIndex", "upsert", "settle", "delete", "update"]) expect(verb in source).toBe(false);
  });
});
