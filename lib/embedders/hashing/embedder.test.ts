import { describe, expect, it } from "vitest";
import { isServiceFailure } from "@/lib/failures";
import { countTokens } from "./count-tokens";
import { HashingEmbedder } from "./embedder";

const failure = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return isServiceFailure(error) ? error.code : error;
};

describe("the hashing embedder", () => {
  it("answers one vector per text, in order", async () => {
    const embedder = new HashingEmbedder({ dimension: 64 });
    const [first, second] = await embedder.embed(["one", "two"]);
    expect([first]).toEqual(await embedder.embed(["one"]));
    expect([second]).toEqual(await embedder.embed(["two"]));
    expect(first).not.toEqual(second);
    expect((await embedder.probe()).dimension).toBe(64);
  });

  it("refuses a call that holds an empty text or too many, as services do", async () => {
    const embedder = new HashingEmbedder({ textsPerCall: 2 });
    expect(await failure(embedder.embed(["fine", ""]))).toBe("invalid");
    expect(await failure(embedder.embed(["1", "2", "3"]))).toBe("invalid");
  });

  it("doesn't read beyond the model's limit", async () => {
    const embedder = new HashingEmbedder({ tokensPerText: 5 });
    expect(await embedder.embed(["a b c d e f g"])).toEqual(await embedder.embed(["a b c d e and more"]));
    expect(await embedder.embed(["a b c d e"])).not.toEqual(await embedder.embed(["a b c d x"]));
  });

  it("stops when it was cancelled", async () => {
    expect(await failure(new HashingEmbedder().embed(["text"], { signal: AbortSignal.abort() }))).toBe("aborted");
  });
});

describe("counting tokens", () => {
  it("takes four letters, one digit, one mark or one ideograph for a token", () => {
    expect(countTokens("word").tokens).toBe(1);
    expect(countTokens("antidisestablishment").tokens).toBe(5);
    expect(countTokens("2026").tokens).toBe(4);
    expect(countTokens("契約の更新").tokens).toBe(5);
    expect(countTokens(" \n\t ").tokens).toBe(0);
  });

  it("says how much of a text fits, and that fits indeed", () => {
    const text = "These twelve words are read one after the other until the limit.";
    const { tokens } = countTokens(text);
    for (let limit = 1; limit < tokens; limit++) {
      const { readUnits } = countTokens(text, limit);
      expect(countTokens(text.slice(0, readUnits)).tokens).toBeLessThanOrEqual(limit);
      expect(countTokens(text.slice(0, readUnits + 1)).tokens).toBeGreaterThan(limit);
    }
  });
});
