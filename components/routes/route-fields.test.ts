import { describe, expect, it } from "vitest";
import { type Route, routeDefinitionSchema } from "@/lib/shapes/routes/route";
import { definitionOf, textsOf } from "./route-fields";

const ends = { source: { connection: "a", collection: "b" }, target: { connection: "c", collection: "" } };
const route = (given: object): Route => ({
  name: "one",
  revision: 1,
  fixed: false,
  words: "",
  definition: routeDefinitionSchema.parse({ ...ends, vectors: { from: "source" }, ...given }),
});

describe("a route on the form", () => {
  it.each([
    [{}],
    [{ namespaces: { into: "" }, nested: "flatten", owned: ["level", "note"], clearanceLevel: 0 }],
    [{ namespaces: { pairs: { "": "first", b: "" } } }],
    [
      {
        vectors: { from: "text", embedder: "e", text: { keys: ["body", "text"] }, longText: "skip", updates: "always" },
      },
    ],
    [{ ids: { prefix: "a-" }, duplicates: "first-of-same-text", fields: [{ rename: "a b", to: "c" }, { drop: "d" }] }],
    [
      {
        ids: { template: "{a}" },
        fields: [
          { set: "x", value: "true" },
          { set: "y", value: true },
          { set: "z", value: "= 1" },
        ],
      },
    ],
    [
      {
        targetFields: {
          vector: "meaning",
          texts: [{ name: "text", language: "de", stemming: true }, { name: "title" }],
        },
      },
    ],
    [{ targetFields: { sparse: "terms", texts: [] } }],
    [{ vectors: { from: "text", embedder: "e", text: { template: "{a}\n{b}" } } }],
  ])("comes back as it was: %j", (given) => {
    const kept = route(given);
    expect(routeDefinitionSchema.parse(definitionOf(textsOf(kept)))).toEqual(kept.definition);
  });
});
