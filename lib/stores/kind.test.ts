import { readdirSync, readFileSync } from "node:fs";
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

// A kind is added by its folder and a line in the registry: what goes by one's name would leave the next one out.
it.each(["components/connections", "components/routes", "components/runs", "lib/cli", "lib/plan"])(
  "%s knows no kind by its name",
  (folder) => {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
      (file) => /\.tsx?$/.test(file) && !/\.(test|suite)\.|testing/.test(file),
    );
    expect(files.length).toBeGreaterThan(3);
    const named = files.filter((file) => {
      const text = readFileSync(`${folder}/${file}`, "utf8");
      return [...storeKinds.keys()].some((kind) => text.includes(`"${kind}"`));
    });
    expect(named).toEqual([]);
  },
);
