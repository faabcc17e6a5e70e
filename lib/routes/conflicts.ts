import type { EmbeddingSpace } from "@/lib/embedders/contract";
import type { RouteDefinition } from "@/lib/shapes/routes/route";
import type { RouteConflict } from "@/lib/shapes/routes/route-preview";
import type { IndexShape, Metric, StoreCapabilities } from "@/lib/stores/contract";

/** One end of a route as it was looked at. `shape` is `null` where there is no such collection. */
export type SeenEnd = {
  shape: IndexShape | null;
  can: StoreCapabilities;
  /** What its kind calls a collection, and a namespace; `null` where it has none. */
  words: { collection: string; namespace: string | null };
  /** The connection is one collection, which has no name. */
  nameless: boolean;
};
export type Seen = { source: SeenEnd; target: SeenEnd; space: EmbeddingSpace | null };

const number = (value: number | null) => (value === null ? "none" : value.toLocaleString("en-US"));
const stop = (line: RouteConflict["line"], code: string, words: string, next: string): RouteConflict => ({
  line,
  level: "stop",
  code,
  words,
  next,
});
const note = (
  level: "warn" | "settled",
  line: RouteConflict["line"],
  code: string,
  words: string,
  next = "",
): RouteConflict => ({ level, line, code, words, next });

/** One place is one collection, whichever connections lead there. */
export function samePlace(one: IndexShape, other: IndexShape): boolean {
  if (one.address !== undefined && one.address === other.address && one.name === other.name) return true;
  return one.name === other.name && one.account === other.account;
}

/** The shape of a target that isn't there yet: what it would be made as. */
export function madeAs({ source, target, space }: Seen): { dimension: number; metric: Metric } | null {
  const dimension = space ? space.dimension : source.shape?.dimension;
  if (dimension === null || dimension === undefined) return null;
  const wanted = space ? "cosine" : (source.shape?.metric ?? "cosine");
  return { dimension, metric: target.can.metrics.includes(wanted) ? wanted : (target.can.metrics[0] ?? wanted) };
}

/** Everything of both ends that stands against a route, and how the route settles what differs. */
export function conflictsOf(route: RouteDefinition, seen: Seen): RouteConflict[] {
  return [
    ...ofSource(route, seen),
    ...ofTarget(route, seen),
    ...ofNamespaces(route, seen),
    ...ofVectors(seen),
    ...ofFields(route, seen),
  ];
}

function ofSource({ source: { collection } }: RouteDefinition, { source: { shape, words } }: Seen): RouteConflict[] {
  if (!shape)
    return [
      stop(
        "source",
        "unknown-collection",
        collection === ""
          ? `There is no ${words.collection} to read.`
          : `There is no ${words.collection} ${collection} to read.`,
        collection === "" ? "Name one, or check where the connection leads." : "Choose one that is there.",
      ),
    ];
  if (shape.unfit) return [stop("source", "wrong-kind", `${shape.unfit.words}.`, shape.unfit.next)];
  if (shape.pods)
    return [
      stop(
        "source",
        "pod-index",
        `${shape.name} is pod-based: its IDs can't be listed.`,
        "Restore it as a serverless index first.",
      ),
    ];
  return [];
}

function ofTarget({ target: { connection, collection } }: RouteDefinition, seen: Seen): RouteConflict[] {
  const { source, target } = seen;
  const fills = target.can.fills !== undefined && seen.space !== null;
  if (!fills && target.shape && source.shape && samePlace(source.shape, target.shape))
    return [
      stop(
        "target",
        "source-is-target",
        `Source and target are the same ${target.words.collection}, ${target.shape.name} (${target.shape.account}).`,
        "Choose another target.",
      ),
    ];
  if (target.shape?.unfit) {
    const { words, next } = target.shape.unfit;
    return [stop("target", "wrong-kind", `${words}.`, next)];
  }
  if (target.shape?.pods)
    return [
      stop(
        "target",
        "pod-index",
        `${target.shape.name} is pod-based: its IDs can't be listed.`,
        "Choose a serverless index.",
      ),
    ];
  if (target.shape) return [];
  if (target.nameless && collection !== "")
    return [
      stop(
        "target",
        "unknown-collection",
        `${connection} is one ${target.words.collection}, which has no name: it can't hold one called ${collection}.`,
        "Leave the name of the collection out.",
      ),
    ];
  const made = madeAs(seen);
  if (!made)
    return [
      stop(
        "target",
        "unknown-dimension",
        `${collection || `The ${target.words.collection}`} isn't there, and its dimension isn't known.`,
        "Create it first.",
      ),
    ];
  const as = `dimension ${number(made.dimension)}, ${made.metric}`;
  return [
    note(
      "settled",
      "target",
      "created",
      `${collection || `The ${target.words.collection}`} doesn't exist yet: it is created with ${as} when the first plan is applied.`,
    ),
  ];
}

function ofNamespaces({ namespaces }: RouteDefinition, { source, target }: Seen): RouteConflict[] {
  const many = source.shape?.namespaces ?? 0;
  if (target.words.namespace !== null || many <= 1) return [];
  const words = `The target has no namespaces, and the source has ${number(many)}`;
  if ("into" in namespaces)
    return [note("warn", "namespaces", "namespaces-joined", `${words}: all go into one, and equal IDs would meet.`)];
  return [stop("namespaces", "no-namespaces", `${words}.`, "Put all of them into one namespace.")];
}

function ofVectors({ source, target, space }: Seen): RouteConflict[] {
  const to = target.shape;
  const dimension = space ? space.dimension : (source.shape?.dimension ?? null);
  const maker = space ? space.model : "The source";
  const found: RouteConflict[] = [];
  const most = target.can.limits.dimensions;
  if (dimension !== null && dimension > most)
    found.push(
      stop(
        "vectors",
        "too-many-dimensions",
        `${maker} has ${number(dimension)} dimensions; the target takes ${number(most)}.`,
        "Choose another embedder or target.",
      ),
    );
  if (to && dimension !== null && to.dimension !== dimension)
    found.push(
      stop(
        "vectors",
        "dimension-mismatch",
        `${maker} has vectors of dimension ${number(dimension)}, and ${to.name} takes ${number(to.dimension)}.`,
        space
          ? "Choose an embedder of that dimension, or another target."
          : "Embed the texts instead, or choose another target.",
      ),
    );
  const from = source.shape;
  if (!space && from && to && from.metric !== to.metric)
    found.push(
      stop(
        "vectors",
        "metric-mismatch",
        `The source compares by ${from.metric} and the target by ${to.metric}: copied vectors would rank differently.`,
        "Choose a target of the same metric.",
      ),
    );
  if (!space && from && !to && !target.can.metrics.includes(from.metric))
    found.push(
      stop("vectors", "metric-mismatch", `The target can't compare by ${from.metric}.`, "Choose another target."),
    );
  if (space && to?.metric === "euclidean")
    found.push(
      note(
        "warn",
        "vectors",
        "metric",
        `${to.name} compares by euclidean distance: scores differ from cosine's, the order of results doesn't.`,
      ),
    );
  if (space && to?.embedsBy !== undefined && to.embedsBy !== space.model)
    found.push(
      note(
        "warn",
        "vectors",
        "embeds-by-itself",
        `${to.name} embeds texts itself with ${to.embedsBy}; search it by vectors of ${space.model} only.`,
      ),
    );
  if (from?.sparse && to && !to.sparse)
    found.push(
      note(
        "warn",
        "vectors",
        "no-sparse-values",
        `${to.name} takes no sparse values: records that have some are problems.`,
      ),
    );
  return found;
}

function ofFields({ nested }: RouteDefinition, { source, target }: Seen): RouteConflict[] {
  if (target.can.metadata === "json" || source.can.metadata === "flat") return [];
  const how = {
    problem: "a record that has some is a problem",
    "as-json-text": "it is written as JSON text",
    flatten: "it is flattened to keys with dots",
  }[nested];
  return [
    note(
      nested === "problem" ? "warn" : "settled",
      "fields",
      "nested-metadata",
      `The target can't hold nested metadata: ${how}.`,
    ),
  ];
}
