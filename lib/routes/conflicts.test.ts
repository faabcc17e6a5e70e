import { expect, it } from "vitest";
import { routeDefinitionSchema } from "@/lib/shapes/routes/route";
import { createMemoryStore } from "@/lib/stores/memory";
import { conflictsOf } from "./conflicts";

it("calls a store that is one collection by its kind's word, since it has no name", () => {
  const route = routeDefinitionSchema.parse({
    source: { connection: "folder", collection: "" },
    target: { connection: "backup", collection: "" },
    namespaces: { keep: true },
    vectors: { from: "source" },
  });
  const end = (collection: string) => ({
    shape: null,
    can: createMemoryStore().can,
    words: { collection, namespace: null },
    nameless: true,
  });
  const found = conflictsOf(route, { source: end("table"), target: end("export"), space: null });
  expect(found.map(({ words }) => words)).toEqual([
    "There is no table to read.",
    "The export isn't there, and its dimension isn't known.",
  ]);
  const named = { ...route, target: { connection: "backup", collection: "notes" } };
  expect(conflictsOf(named, { source: end("table"), target: end("export"), space: null })[1]).toMatchObject({
    level: "stop",
    words: "backup is one export, which has no name: it can't hold one called notes.",
  });
});
