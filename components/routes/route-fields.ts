import { readTextFields, textFieldsText } from "@/lib/shapes/routes/index-fields";
import type { FieldRule, IdRule, Route, RouteDefinition } from "@/lib/shapes/routes/route";

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
  ids: "keep" | "encode" | "prefix" | "template";
  idPrefix: string;
  idTemplate: string;
  fields: string;
  duplicates: RouteDefinition["duplicates"];
  overflow: string;
  overflowKeep: string;
  overflowStatus: boolean;
  vectorField: string;
  sparseField: string;
  textFields: string;
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
    ...idTextsOf(definition?.ids ?? { keep: true }),
    fields: (definition?.fields ?? []).map(fieldWords).join("\n"),
    duplicates: definition?.duplicates ?? "keep",
    overflow: definition?.overflow ? `${definition.overflow.connection}:${definition.overflow.table}` : "",
    overflowKeep: Array.isArray(definition?.overflow?.keep) ? definition.overflow.keep.join(", ") : "",
    overflowStatus: definition?.overflow?.status ?? false,
    vectorField: definition?.targetFields?.vector ?? "",
    sparseField: definition?.targetFields?.sparse ?? "",
    textFields: textsText(definition?.targetFields),
    owned: definition?.owned.join(", ") ?? "",
    level: definition?.clearanceLevel?.toString() ?? "",
  };
}

function idTextsOf(rule: IdRule): Pick<RouteTexts, "ids" | "idPrefix" | "idTemplate"> {
  return {
    ids: "prefix" in rule ? "prefix" : "template" in rule ? "template" : "encode" in rule ? "encode" : "keep",
    idPrefix: "prefix" in rule ? rule.prefix : "",
    idTemplate: "template" in rule ? rule.template : "{namespace}_{id}",
  };
}

/** `rename a to b`, `drop a`, `set a = 1`: one rule a line. A text that reads as JSON of another kind stands in quotes. */
export function fieldWords(rule: FieldRule): string {
  if ("rename" in rule) return `rename ${rule.rename} to ${rule.to}`;
  if ("drop" in rule) return `drop ${rule.drop}`;
  const plain = typeof rule.value === "string" && jsonOrText(rule.value) === rule.value;
  return `set ${rule.set} = ${plain ? rule.value : JSON.stringify(rule.value)}`;
}

/** The rule of a line; what is none is sent as it is, and refused in words. */
function fieldOf(line: string): object {
  const text = line.trim();
  const [, from, to] = /^rename (.+) to (.+)$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return { rename: from, to };
  const [, drop] = /^drop (.+)$/.exec(text) ?? [];
  if (drop !== undefined) return { drop };
  const [, set, value] = /^set (.+?) = (.*)$/.exec(text) ?? [];
  return set === undefined ? { line: text } : { set, value: jsonOrText(value ?? "") };
}

function jsonOrText(text: string): string | number | boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "number" || typeof value === "boolean" || typeof value === "string" ? value : text;
  } catch {
    return text;
  }
}

function overflowOf({ overflow, overflowKeep, overflowStatus }: RouteTexts): object {
  const [, connection = "", table = ""] = /^([^:]+)(?::(.*))?$/.exec(overflow.trim()) ?? [];
  if (connection === "") return {};
  const keep = list(overflowKeep);
  return {
    overflow: {
      connection,
      ...(table === "" ? {} : { table }),
      ...(keep.length === 0 ? {} : { keep }),
      ...(overflowStatus ? { status: true } : {}),
    },
  };
}

/** An empty line leaves it to the connection: that there is none is said. */
const textsText = (fields: RouteDefinition["targetFields"]) =>
  fields?.texts === undefined ? "" : fields.texts.length === 0 ? "none" : textFieldsText(fields.texts);

/** What can't be read is sent as it is, and refused in words. */
function targetFieldsOf(texts: RouteTexts): object {
  const [vector, sparse, given] = [texts.vectorField.trim(), texts.sparseField.trim(), texts.textFields.trim()];
  if (vector === "" && sparse === "" && given === "") return {};
  return {
    targetFields: {
      ...(vector === "" ? {} : { vector }),
      ...(sparse === "" ? {} : { sparse }),
      ...(given === "" ? {} : { texts: given === "none" ? [] : (readTextFields(given) ?? given) }),
    },
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
    ids: {
      keep: { keep: true },
      encode: { encode: true },
      prefix: { prefix: texts.idPrefix },
      template: { template: texts.idTemplate },
    }[texts.ids],
    fields: texts.fields
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map(fieldOf),
    duplicates: texts.duplicates,
    ...overflowOf(texts),
    ...targetFieldsOf(texts),
    owned: list(texts.owned),
    clearanceLevel: texts.level.trim() === "" ? null : Number(texts.level),
  };
}
