import type { Route, RouteDefinition } from "@/lib/shapes/route";

/** The five lines of a route's form, as texts. */
export type RouteTexts = {
  name: string;
  sourceConnection: string;
  sourceCollection: string;
  targetConnection: string;
  targetCollection: string;
  namespaces: "keep" | "into" | "pairs";
  into: string;
  pairs: string;
  vectors: "source" | "text";
  embedder: string;
  textFrom: "keys" | "template";
  keys: string;
  template: string;
  longText: "truncate" | "skip";
  updates: "when-text-changed" | "always";
  nested: RouteDefinition["nested"];
  owned: string;
  level: string;
};

const shown = (namespace: string) => (namespace === "" ? "__default__" : namespace);
const meant = (namespace: string) => (namespace === "__default__" ? "" : namespace);
const list = (text: string) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

/** A route as the form shows it; for `null` an empty form, whose source may be given. */
export function textsOf(route: Route | null, from: RouteDefinition["source"] | null = null): RouteTexts {
  const definition = route?.definition;
  const { namespaces = { keep: true } } = definition ?? {};
  const vectors = definition?.vectors;
  const made = vectors?.from === "text" ? vectors : null;
  return {
    name: route?.name ?? "",
    sourceConnection: definition?.source.connection ?? from?.connection ?? "source",
    sourceCollection: definition?.source.collection ?? from?.collection ?? "",
    targetConnection: definition?.target.connection ?? "target",
    targetCollection: definition?.target.collection ?? "",
    namespaces: "into" in namespaces ? "into" : "pairs" in namespaces ? "pairs" : "keep",
    into: "into" in namespaces ? shown(namespaces.into) : "",
    pairs:
      "pairs" in namespaces
        ? Object.entries(namespaces.pairs)
            .map((pair) => pair.map(shown).join(" = "))
            .join("\n")
        : "",
    vectors: vectors?.from ?? "text",
    embedder: made?.embedder ?? "gemini",
    textFrom: made && "template" in made.text ? "template" : "keys",
    keys: made && "keys" in made.text ? made.text.keys.join(", ") : "text",
    template: made && "template" in made.text ? made.text.template : "{title}\n{text}",
    longText: made?.longText ?? "truncate",
    updates: made?.updates ?? "when-text-changed",
    nested: definition?.nested ?? "problem",
    owned: definition?.owned.join(", ") ?? "",
    level: definition?.clearanceLevel?.toString() ?? "",
  };
}

/** What the form says, as a verb takes it. */
export function definitionOf(texts: RouteTexts): object {
  const pairs = texts.pairs
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => line.split("=").map((part) => meant(part.trim())));
  const text = texts.textFrom === "keys" ? { keys: list(texts.keys) } : { template: texts.template };
  const { longText, updates, embedder } = texts;
  return {
    source: { connection: texts.sourceConnection, collection: texts.sourceCollection.trim() },
    target: { connection: texts.targetConnection, collection: texts.targetCollection.trim() },
    namespaces: {
      keep: { keep: true },
      into: { into: meant(texts.into.trim()) },
      pairs: { pairs: Object.fromEntries(pairs.map(([from = "", to = ""]) => [from, to])) },
    }[texts.namespaces],
    vectors: texts.vectors === "source" ? { from: "source" } : { from: "text", embedder, text, longText, updates },
    nested: texts.nested,
    owned: list(texts.owned),
    clearanceLevel: texts.level.trim() === "" ? null : Number(texts.level),
  };
}
