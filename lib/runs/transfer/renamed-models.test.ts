import { afterEach, expect, test } from "vitest";
import { settingsFor } from "../lifecycle/settings";
import { readSpaces } from "../lifecycle/vector-spaces";
import { openWorld, records, type World } from "../testing/testing";

const ended = ["succeeded", "succeeded-with-findings", "failed"] as const;

let world: World;
afterEach(() => world.close());

const migrated = async (namespace: string, overrides: object) =>
  world.until(await world.start({ namespaces: [namespace], overrides }), ended);

test("models are known by the name that a namespace is written under: one that was written as another is held to what stands there", async () => {
  world = await openWorld();
  world.source.put({ index: "old", namespace: "a" }, records(5, "first"));
  world.source.put({ index: "old", namespace: "b" }, records(3, "second"));
  await world.work();
  const renamed = { namespaces: { pairs: { a: "b" } } };
  expect(await migrated("a", renamed)).toMatchObject({ state: "succeeded", written: 5 });
  expect(world.target.contents({ index: "new", namespace: "b" })).toHaveLength(5);
  const spaces = await readSpaces(world.database, { index: "new", account: "memory" });
  expect(spaces).toMatchObject([{ namespace: "b", vectors: 5 }]);

  // The source's own "b" by another model: it would come beside what was written there as "a".
  const other = { ...world.embedder.space, model: "another-model" };
  await world.rest();
  const { config } = world;
  const embedder = Object.assign(Object.create(world.embedder), { space: other });
  Object.assign(world.parts, { embedder, config: { ...config, gemini: { ...config.gemini, model: other.model } } });
  await world.work();
  const made = settingsFor(world.parts).embedder;
  const refused = await migrated("b", { embedder: made });
  expect(refused).toMatchObject({ state: "failed", written: 0, error: { code: "mixed-models" } });
  expect(refused.error?.what).toContain("new/b holds 5 vectors of");
  // What the target has of that name is free.
  expect(await migrated("a", { embedder: made, namespaces: { pairs: { a: "c" } } })).toMatchObject({ written: 5 });
});
