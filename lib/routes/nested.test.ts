import { describe, expect, it } from "vitest";
import { flatMetadata } from "./nested";

const metadata = JSON.parse(
  '{"text":"t","tags":["a","b"],"sizes":[1,2],"empty":null,"from":{"file":{"page":3},"none":null,"list":[1]},"__proto__":{"x":1}}',
);

describe("metadata for a target that knows flat values only", () => {
  it("is as it is where there is nothing nested", () => {
    const flat = { text: "t", number: 1, yes: true, tags: ["a"], none: [] };
    for (const rule of ["problem", "as-json-text", "flatten"] as const)
      expect(flatMetadata(flat, rule)).toEqual({ ok: true, metadata: flat });
  });

  it("is a problem that names the key, JSON text, or keys with dots, as the route says", () => {
    expect(flatMetadata(metadata, "problem")).toMatchObject({ ok: false, detail: expect.stringContaining('"sizes"') });
    expect(flatMetadata(metadata, "as-json-text")).toMatchObject({
      metadata: { tags: ["a", "b"], sizes: "[1,2]", from: '{"file":{"page":3},"none":null,"list":[1]}' },
    });
    const flattened = flatMetadata(metadata, "flatten");
    expect(flattened).toMatchObject({ metadata: { "from.file.page": 3, "from.list": "[1]", "__proto__.x": 1 } });
    expect(flattened.ok && Object.keys(flattened.metadata).sort()).toEqual(
      ["__proto__.x", "from.file.page", "from.list", "sizes", "tags", "text"].sort(),
    );
  });
});
