import { describe, expect, it } from "vitest";
import { failureOf, open, place } from "./scripted.suite";

describe("settling a write", () => {
  const receipt = { token: "5", ids: ["a", "b"] };

  it("waits until the last IDs are found", async () => {
    let asked = 0;
    const { target } = await open(() => ({ json: { vectors: ++asked < 3 ? {} : { a: { id: "a" }, b: { id: "b" } } } }));
    expect(await target.settle(place, receipt)).toBe(true);
    expect(asked).toBe(3);
  });

  it("goes by the sequence number where answers carry it, so that a new version isn't taken for the old one", async () => {
    let indexed = 3;
    const { target } = await open(() => ({
      headers: { "x-pinecone-max-indexed-lsn": String(indexed++) },
      json: { vectors: { a: { id: "a" }, b: { id: "b" } } },
    }));
    expect(await target.settle(place, receipt)).toBe(true);
    expect(indexed).toBe(6);
  });

  it("gives up in time, and says so", async () => {
    const { target } = await open(() => ({ json: {} }));
    expect(await target.settle(place, receipt, { timeoutMs: 120 })).toBe(false);
  });

  it("can be cancelled while it waits", async () => {
    const controller = new AbortController();
    const { target } = await open(() => {
      setImmediate(() => controller.abort());
      return { json: {} };
    });
    expect((await failureOf(target.settle(place, receipt, { signal: controller.signal }))).code).toBe("aborted");
  });
});
