import type { Config } from "@/lib/config";
import type { RowChoice } from "@/lib/shapes/routes/fill";
import {
  defaultConnections,
  defaultRoute,
  type NamespaceRule,
  type RouteDefinition,
  type TextRule,
} from "@/lib/shapes/routes/route";
import type { RunSettings } from "@/lib/shapes/runs/run";

/** A collection in a store, as a route names it. */
export type EndNow = { connection: string; kind: string; index: string };
/** What an embedder makes now, and where it is asked. */
export type EmbedderNow = { model: string; dimension: number; task: string; address?: string | undefined };

/** A route as it stands now, with what its connections are set to: the settings of a run are made from it. */
export type RouteNow = {
  name: string;
  revision: number;
  source: EndNow;
  target: EndNow;
  namespaces: NamespaceRule;
  /** What makes the vectors; `null` where they are copied from the source. */
  embedder: (EmbedderNow & { connection: string }) | null;
  text: TextRule;
  longText: "truncate" | "skip";
  update: "when-text-changed" | "always";
  nested: RouteDefinition["nested"];
  ids: RouteDefinition["ids"];
  fields: RouteDefinition["fields"];
  duplicates: RouteDefinition["duplicates"];
  overflow?: RouteDefinition["overflow"];
  targetFields?: RouteDefinition["targetFields"];
  owned: readonly string[];
  clearanceLevel: number | null;
  modelKey: string | null;
  /** The only metadata keys that the target keeps; left out: all of them. */
  keeps?: readonly string[];
  /** Which rows of a table are filled; left out: all that lack a vector. */
  fill?: RowChoice | undefined;
};

/** The route that the environment sets. */
export function defaultRouteNow({ pinecone, gemini, policy, mode }: Config): RouteNow {
  return {
    name: defaultRoute,
    revision: 0,
    source: { connection: defaultConnections.source, kind: "pinecone", index: pinecone.source.index },
    target: { connection: defaultConnections.target, kind: "pinecone", index: pinecone.target.index },
    namespaces: { keep: true },
    embedder: {
      connection: defaultConnections.embedder,
      model: gemini.model,
      dimension: gemini.dimension,
      task: gemini.task,
      address: mode === "sandbox" ? "the sandbox" : (gemini.baseUrl ?? "Google's own address"),
    },
    text: { keys: [policy.textKey] },
    longText: policy.longText,
    update: policy.update,
    nested: "problem",
    ids: { keep: true },
    fields: [],
    duplicates: "keep",
    owned: policy.targetOwnedKeys,
    clearanceLevel: policy.clearanceLevel,
    modelKey: policy.modelKey,
  };
}

/** The route that a process, a run or a verb works with; the environment's where no other was chosen. */
export function routeOf({ route, config }: { route?: RouteNow | undefined; config: Config }): RouteNow {
  return route ?? defaultRouteNow(config);
}

type Kinds = { source: string; target: string };

/** A saved route. */
export function routeByDefinition(
  config: Config,
  { name, revision, definition }: { name: string; revision: number; definition: RouteDefinition },
  kinds: Kinds,
  embedder: EmbedderNow | null,
): RouteNow {
  const { source, target, vectors, ...rules } = definition;
  const made = vectors.from === "text" ? vectors : null;
  return {
    name,
    revision,
    source: { connection: source.connection, kind: kinds.source, index: source.collection },
    target: { connection: target.connection, kind: kinds.target, index: target.collection },
    embedder: made && embedder && { ...embedder, connection: made.embedder },
    text: made?.text ?? { keys: [config.policy.textKey] },
    longText: made?.longText ?? "truncate",
    update: made?.updates ?? "when-text-changed",
    modelKey: made ? config.policy.modelKey : null,
    namespaces: rules.namespaces,
    nested: rules.nested,
    ids: rules.ids,
    fields: rules.fields,
    duplicates: rules.duplicates,
    overflow: rules.overflow,
    targetFields: rules.targetFields,
    owned: rules.owned,
    clearanceLevel: rules.clearanceLevel,
  };
}

/** The route that a run was made under, with its connections as they are now. */
export function routeBySettings(settings: RunSettings, kinds: Kinds, embedder: EmbedderNow | null): RouteNow {
  const { source, target, route } = settings;
  return {
    name: route?.name ?? defaultRoute,
    revision: route?.revision ?? 0,
    source: {
      connection: source.connection ?? defaultConnections.source,
      kind: kinds.source,
      index: source.index,
    },
    target: {
      connection: target.connection ?? defaultConnections.target,
      kind: kinds.target,
      index: target.index,
    },
    namespaces: settings.namespaces ?? { keep: true },
    embedder: embedder && { ...embedder, connection: settings.embedder.connection ?? defaultConnections.embedder },
    text: settings.text ?? { keys: [settings.textKey] },
    longText: settings.longTextPolicy,
    update: settings.updatePolicy,
    nested: settings.nested ?? "problem",
    ids: settings.ids ?? { keep: true },
    fields: settings.fields ?? [],
    duplicates: settings.duplicates ?? "keep",
    overflow: settings.overflow,
    targetFields: settings.targetFields,
    owned: settings.targetOwnedKeys,
    clearanceLevel: settings.clearanceLevel,
    modelKey: settings.modelKey ?? null,
    fill: settings.fill,
  };
}
