import { expect, it } from "vitest";
import { settingOf } from "./set-by";

it("names a variable only for what the environment sets, else the route or the embedder's connection", () => {
  const own = { name: "default", embedder: { connection: "gemini" } };
  const named = { name: "support", embedder: { connection: "local" } };
  const embeddedByOwn = { ...named, embedder: { connection: "gemini" } };
  expect([settingOf(own, "source"), settingOf(own, "dimension")]).toEqual([
    "PINECONE_OLD_INDEX",
    "GEMINI_OUTPUT_DIMENSIONS",
  ]);
  expect([settingOf(named, "target"), settingOf(named, "model")]).toEqual([
    "the target of route support",
    "the model of the connection local",
  ]);
  expect([settingOf(embeddedByOwn, "source"), settingOf(embeddedByOwn, "task")]).toEqual([
    "the source of route support",
    "GEMINI_TASK_TYPE",
  ]);
});
