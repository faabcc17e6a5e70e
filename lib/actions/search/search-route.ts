import { z } from "zod";
import { isServiceFailure } from "@/lib/failures";
import { OperatorError } from "@/lib/operator-error";
import { renamingOf, writtenAs } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import { passage, wordsOf } from "@/lib/search/found-words";
import { questionVector } from "@/lib/search/question-vectors";
import type { SearchAnswer, SearchHit, SearchSide } from "@/lib/shapes/cut-over/search";
import { onRouteOf, routeName } from "@/lib/shapes/routes/route";
import type { Hit } from "@/lib/stores/contract";
import { writtenFilter } from "@/lib/stores/query/filter";
import { noteAsked } from "../questions/question-rows";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { namespaceInput } from "../verbs/parse-input";
import { wordsFor } from "../verbs/service-words";
import type { VerbOptions } from "../verbs/verb";
import { filterInput } from "./filter-input";
import { isCopied, noteReads, openSides, type RouteSide } from "./route-sides";
import { askDocuments, fuseWithWords } from "./words-side";

/** What makes a question's vector, where the route doesn't tell. */
export const embeddersInput = { sourceEmbedder: routeName.optional(), targetEmbedder: routeName.optional() };

export const searchInput = z
  .strictObject({
    route: routeName.optional(),
    text: z.string().trim().min(1).max(8000).optional(),
    /** ID of a record whose neighbours are asked for. */
    record: z.string().min(1).max(2000).optional(),
    vector: z.array(z.number()).min(1).max(100_000).optional(),
    /** As the source calls it. */
    namespace: namespaceInput.default(""),
    k: z.int().min(1).max(100).default(10),
    filter: filterInput.optional(),
    ...embeddersInput,
  })
  .refine(({ text, record, vector }) => [text, record, vector].filter((one) => one !== undefined).length === 1, {
    message: "give one of text, record and vector",
  });
type Search = z.infer<typeof searchInput>;

const shownText = 320;

/**
 * Asks both ends of a route one question, each with vectors of its own model: by a text, by a record that both have, or by a vector. Reads only;
 * a text is embedded once for each model.
 */
export async function searchRoute(
  context: Context,
  input: Search,
  { signal }: VerbOptions = {},
): Promise<SearchAnswer> {
  const ctx = await onRoute(context, input.route);
  const route = routeOf(ctx);
  const sides = await openSides(ctx, input, signal);
  const words = input.text === undefined ? [] : wordsOf(input.text);
  const options = signal ? { signal } : {};
  const ask = async (side: RouteSide, namespace: string): Promise<Answered> => {
    const { name, service, collection } = describe(side);
    const view = { service, collection, namespace, metric: side.shape.metric, model: null, next: null, words: null };
    const none = { embedMs: null, searchMs: null, hits: [] };
    try {
      // A vector is of one model: of the source's, as questions were asked before the move.
      const foreign = input.vector !== undefined && name === "target" && !isCopied(route);
      const asked = foreign ? ofAnotherModel(collection) : await vectorFor(side, namespace, input, options);
      if ("why" in asked) return { ...view, ...none, state: "not-asked", words: asked.why, next: asked.next };
      const began = performance.now();
      const { k, filter } = input;
      const more = input.record === undefined ? 0 : 1;
      const question = { values: asked.values, k: k + more, metadata: true, ...(filter && { filter }) };
      const hits = (await side.store.query?.({ index: side.shape.name, namespace }, question, options)) ?? [];
      return {
        ...view,
        state: "answered",
        model: asked.model,
        embedMs: asked.ms,
        searchMs: performance.now() - began,
        hits: hits.filter(({ id }) => id !== input.record).slice(0, k),
      };
    } catch (error) {
      if (!isServiceFailure(error) || error.code === "aborted") throw error;
      const { what, next } = wordsFor(error, name);
      return { ...view, ...none, state: "failed", words: what, next };
    }
  };
  const keys = keysOf(route.text);
  const { text, namespace, k } = input;
  const asked = Promise.all([
    ask(sides.source, namespace),
    ask(sides.target, writtenAs(namespace, renamingOf(route.namespaces))),
    text === undefined ? null : askDocuments(ctx, { text, namespace, k }, { keys, words, signal }),
  ]);
  const [source, target, byWords] = await asked.finally(() => noteReads(ctx, sides));
  const [ofSource, ofTarget] = [ranksOf(source.hits), ranksOf(target.hits)];
  const both = source.state === "answered" && target.state === "answered";
  if (input.record !== undefined && source.state === "not-asked" && target.state === "not-asked")
    throw noSuchRecord(input.record, input.namespace);
  const shown = {
    source: source.hits.map((hit) => shownHit(hit, ofTarget, words, keys)),
    target: target.hits.map((hit) => shownHit(hit, ofSource, words, keys)),
  };
  // What applications are going to get, where it is known.
  const fused = target.state === "answered" ? "target" : source.state === "answered" ? "source" : null;
  const texts = ({ hits }: Answered) => hits.map(({ id, metadata }) => ({ id, text: textOf(metadata, keys) }));
  const answer: SearchAnswer = {
    route: onRouteOf(route),
    by: input.text !== undefined ? "text" : input.record !== undefined ? "record" : "vector",
    question: input.text ?? input.record ?? `${input.vector?.length ?? 0} numbers`,
    k: input.k,
    source: { ...source, hits: shown.source },
    target: { ...target, hits: shown.target },
    shared: both ? [...ofSource.keys()].filter((id) => ofTarget.has(id)).length : null,
    words: byWords?.view ?? null,
    hybrid:
      byWords?.view.state === "answered" && fused !== null
        ? {
            side: fused,
            hits: fuseWithWords(
              { hits: shown[fused], texts: texts(fused === "target" ? target : source) },
              byWords,
              input.k,
            ),
          }
        : null,
  };
  await noteAsked(ctx, answer, { namespace, filter: input.filter && writtenFilter(input.filter) }).catch(
    (error: unknown) => {
      ctx.log.warn({ error }, "a question could not be kept");
    },
  );
  return answer;
}

const ofAnotherModel = (collection: string): Made => ({
  why: `${collection} holds vectors of the route's own model, and the given one is taken for one of the source's.`,
  next: "Search by text or by a record.",
});

type Answered = Omit<SearchSide, "hits"> & { hits: Hit[] };

const describe = ({ name, store, shape }: RouteSide) => ({ name, service: store.service, collection: shape.name });
const ranksOf = (hits: readonly Hit[]) => new Map(hits.map(({ id }, at) => [id, at + 1]));

type Made = { values: readonly number[]; model: string | null; ms: number | null } | { why: string; next: string };

/** The question as a vector of the side's own model. */
async function vectorFor(
  side: RouteSide,
  namespace: string,
  { text, record, vector }: Search,
  options: { signal?: AbortSignal },
): Promise<Made> {
  const { shape, store, asking } = side;
  if (vector !== undefined) {
    if (shape.dimension === null || vector.length === shape.dimension) return { values: vector, model: null, ms: null };
    const why = `The vector has ${vector.length} numbers, and ${shape.name} holds vectors of ${shape.dimension}.`;
    return { why, next: "Give a vector of the model that made this side's." };
  }
  if (record !== undefined) {
    const { records } = await store.fetchRecords({ index: shape.name, namespace }, [record], options);
    const values = records[0]?.values ?? [];
    if (values.length > 0) return { values, model: null, ms: null };
    return { why: `${shape.name} has no vector of ${record}.`, next: "Choose a record that both sides have." };
  }
  if (!("embedder" in asking)) return asking;
  const began = performance.now();
  const { values, made } = await questionVector(asking.embedder, text ?? "", asking.by, options);
  return { values, model: asking.embedder.space.model, ms: made ? performance.now() - began : null };
}

/** The keys that a route's text is made of. */
const keysOf = (rule: { keys: string[] } | { template: string }): string[] =>
  "keys" in rule ? rule.keys : [...rule.template.matchAll(/\{([^{}]+)\}/g)].map(([, key = ""]) => key);

function textOf(metadata: Hit["metadata"] = {}, keys: readonly string[]): string {
  const text = keys.map((key) => metadata[key]).find((value) => typeof value === "string" && value !== "");
  return typeof text === "string" ? text : "";
}

function shownHit(
  { id, score, metadata = {} }: Hit,
  other: ReadonlyMap<string, number>,
  words: readonly string[],
  keys: readonly string[],
): SearchHit {
  const text = textOf(metadata, keys);
  return {
    id,
    score,
    otherRank: other.get(id) ?? null,
    text: text === "" ? [] : passage(text, words, shownText),
    metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !keys.includes(key))),
  };
}

const noSuchRecord = (record: string, namespace: string) =>
  new OperatorError({
    kind: "not-found",
    code: "unknown-record",
    what: `Neither side has a record ${record} in the namespace ${namespace === "" ? "__default__" : namespace}.`,
    notLost: "Nothing was changed.",
    next: "Check its ID and namespace: `portage namespaces` lists these.",
  });
