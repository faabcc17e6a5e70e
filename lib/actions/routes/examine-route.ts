import type { Embedder } from "@/lib/embedders/contract";
import { isOperatorError, OperatorError } from "@/lib/operator-error";
import { conflictsOf, madeAs, type SeenEnd } from "@/lib/routes/conflicts";
import { kindNamed } from "@/lib/routes/kinds";
import { openEmbedderOf, readConnection } from "@/lib/routes/open-connection";
import { routeWords } from "@/lib/routes/routes";
import { withFields } from "@/lib/routes/with-fields";
import type { RouteDefinition } from "@/lib/shapes/routes/route";
import type { PreviewEnd, RouteConflict } from "@/lib/shapes/routes/route-preview";
import type { NewIndex, StoreCapabilities, VectorSource } from "@/lib/stores/contract";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { namedConnection } from "../verbs/used-by";
import { examineFields, type FieldsSeen } from "./examine-fields";
import { type Line, OpenedEnds } from "./opened-ends";

/** A route as far as it can be looked at: what stands against it is in `conflicts`, never thrown. */
export type Examined = {
  words: string;
  source: PreviewEnd;
  target: PreviewEnd;
  embedder: Embedder | null;
  conflicts: RouteConflict[];
  /** What the target's store takes; `null` where it couldn't be looked at. */
  takes: StoreCapabilities | null;
  /** As what the target is made where it isn't there. */
  creates: { dimension: number; metric: string } | null;
  /** Named fields of the target's index; `null` where it has none, or couldn't be looked at. */
  fields: FieldsSeen["fields"] | null;
  /** What the index says that it can't take of a record; `null` where it says nothing of the sort. */
  refuses: FieldsSeen["refuses"];
};

type End = {
  opened: VectorSource;
  fields(made: NewIndex): Promise<FieldsSeen | null>;
  seen: SeenEnd;
  view: PreviewEnd;
};

/**
 * Looks at both ends of a route and at its embedder, as it is given: nothing is written, nothing is embedded. `work` gets what was found
 * and the source's store, open as long as it takes; `null` where it can't be opened.
 */
export async function examineRoute<T>(
  ctx: Context,
  route: RouteDefinition,
  work: (found: Examined, source: VectorSource | null) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const ends = new OpenedEnds(ctx);
  try {
    return await examineBetween(ends, route, work, signal);
  } finally {
    await ends.close();
  }
}

/** The same between ends that stay open: of many routes between two connections, each is opened once. */
export async function examineBetween<T>(
  ends: OpenedEnds,
  route: RouteDefinition,
  work: (found: Examined, source: VectorSource | null) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { ctx } = ends;
  const conflicts: RouteConflict[] = [...givenConflicts(route)];
  const look = async (line: Line) => {
    try {
      return await lookAt(ends, line, route, signal);
    } catch (error) {
      conflicts.push(asConflict(line, error));
      return null;
    }
  };
  const [source, target, embedder] = await Promise.all([
    look("source"),
    look("target"),
    makerOf(ctx, route, conflicts),
  ]);
  const space = embedder?.space ?? null;
  const whole = source && target && (space !== null || route.vectors.from === "source");
  const both = whole ? { source: source.seen, target: target.seen, space } : null;
  if (both) conflicts.push(...conflictsOf(route, both));
  const made = both && madeAs(both);
  const holds = made && target ? await target.fields({ name: route.target.collection, ...made }) : null;
  if (holds) conflicts.push(...holds.conflicts);
  const found: Examined = {
    words: await routeWords(ctx, route),
    source: source?.view ?? unseen(route.source),
    target: target?.view ?? unseen(route.target),
    embedder,
    conflicts: conflicts.filter(
      (one, at) => conflicts.findIndex(({ code, line }) => code === one.code && line === one.line) === at,
    ),
    takes: target?.seen.can ?? null,
    creates: both?.target.shape === null ? made : null,
    fields: holds?.fields ?? null,
    refuses: holds?.refuses ?? null,
  };
  return work(found, source?.seen.shape ? source.opened : null);
}

/** @throws OperatorError for the first thing that stands against the route */
export async function refuseConflicts(ctx: Context, route: RouteDefinition, signal?: AbortSignal): Promise<void> {
  const { conflicts } = await examineRoute(ctx, route, async (found) => found, signal);
  const stop = conflicts.find(({ level }) => level === "stop");
  if (!stop) return;
  throw new OperatorError({
    kind: "usage",
    code: stop.code,
    what: stop.words,
    notLost: "Nothing was saved.",
    next: stop.next,
  });
}

/** What can be said before anything is opened. */
function givenConflicts({ source, target, vectors }: RouteDefinition): RouteConflict[] {
  // A table may be filled with vectors of its own texts: whether this one is tells its connection.
  if (vectors.from === "text") return [];
  if (source.connection !== target.connection || source.collection !== target.collection) return [];
  return [
    {
      line: "target",
      level: "stop",
      code: "source-is-target",
      words: `Source and target are the same: ${source.connection}:${source.collection}.`,
      next: "Choose another target.",
    },
  ];
}

async function lookAt(ends: OpenedEnds, line: Line, route: RouteDefinition, signal?: AbortSignal): Promise<End> {
  const { connection, collection } = route[line];
  const { read, target, opening } = await ends.open(line, connection);
  const kind = kindNamed(read.kind);
  const written = target && route.targetFields ? withFields(target, route.targetFields) : target;
  const store = written ?? opening;
  const shape = await attempt(namedConnection(read), () => store.inspect(collection, signal ? { signal } : {}), signal);
  const words = kind.role === "store" ? kind.store.words : { collection: "collection", namespace: null };
  const nameless = kind.role === "store" && kind.store.place.collection === "none";
  return {
    opened: store,
    fields: async (made) =>
      written && examineFields(written, { stands: shape, made, connection: namedConnection(read) }, signal),
    seen: { shape, can: store.can, words, nameless },
    view: {
      connection,
      service: store.service,
      collection,
      state: shape === null ? "missing" : shape.ready ? "ready" : "not-ready",
      dimension: shape?.dimension ?? null,
      metric: shape?.metric ?? null,
      vectors: shape ? { value: shape.vectors.value, exact: shape.vectors.exact } : null,
      namespaces: shape?.namespaces ?? null,
    },
  };
}

async function makerOf(
  ctx: Context,
  { vectors }: RouteDefinition,
  conflicts: RouteConflict[],
): Promise<Embedder | null> {
  if (vectors.from === "source") return null;
  try {
    return openEmbedderOf(ctx.config, await readConnection(ctx, vectors.embedder));
  } catch (error) {
    conflicts.push(asConflict("vectors", error));
    return null;
  }
}

function asConflict(line: RouteConflict["line"], error: unknown): RouteConflict {
  if (!isOperatorError(error)) throw error;
  return { line, level: "stop", code: error.code, words: error.what, next: error.next };
}

function unseen({ connection, collection }: RouteDefinition["source"]): PreviewEnd {
  return {
    connection,
    service: null,
    collection,
    state: "unknown",
    dimension: null,
    metric: null,
    vectors: null,
    namespaces: null,
  };
}
