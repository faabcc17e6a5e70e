import { expect, it, vi } from "vitest";
import { HashingEmbedder } from "@/lib/embedders/hashing/embedder";
import { passage, wordsOf } from "./found-words";
import { fuse } from "./fuse";
import { questionVector } from "./question-vectors";

it("puts first what several lists have near their top, with where each hit came from", () => {
  const fused = fuse([["a", "b", "c"], ["c", "a"], ["d"]], 3);
  expect(fused.map(({ id }) => id)).toEqual(["a", "c", "d"]);
  expect(fused[0]).toEqual({ id: "a", score: 1 / 61 + 1 / 62, ranks: [1, 2, null] });
  expect(fused[2]?.ranks).toEqual([null, null, 1]);
});

it("marks the question's words in a passage around the first of them, whatever signs they hold", () => {
  expect(wordsOf("How do I reset C++ (re)builds, 契約?")).toEqual(["how", "reset", "builds", "契約"]);
  const text = `${"x".repeat(200)} To Reset it, call reset().`;
  const parts = passage(text, wordsOf("reset a thing"), 90);
  expect(parts.filter(({ found }) => found).map((part) => part.text)).toEqual(["Reset", "reset"]);
  expect(parts[0]?.text.startsWith("…xxx")).toBe(true);
  expect(passage("Truncate, then run; runs 契約書", wordsOf("run 契約"), 90).filter(({ found }) => found)).toEqual(
    ["run", "run", "契約"].map((text) => ({ text, found: true })),
  );
  expect(passage("short", [], 90)).toEqual([{ text: "short", found: false }]);
});

it("makes a question's vector once for each connection as it stands", async () => {
  const embedder = new HashingEmbedder({ dimension: 8 });
  const embed = vi.spyOn(embedder, "embed");
  const first = await questionVector(embedder, "a question", "mine@1");
  expect(first.made).toBe(true);
  expect(await questionVector(embedder, "a question", "mine@1")).toEqual({ values: first.values, made: false });
  expect((await questionVector(embedder, "a question", "mine@2")).made).toBe(true);
  expect((await questionVector(embedder, "another", "mine@1")).made).toBe(true);
  expect(embed).toHaveBeenCalledTimes(3);
});
