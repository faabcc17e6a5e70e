import { isServiceFailure } from "@/lib/failures";
import { isOperatorError, OperatorError } from "@/lib/operator-error";
import { kindNamed } from "@/lib/routes/kinds";
import { type OpenedConnection, openEmbedderOf, openSourceOf } from "@/lib/routes/open-connection";
import type { CollectionView, ConnectionTest } from "@/lib/shapes/routes/connection-test";
import type { VectorSource } from "@/lib/stores/contract";
import type { Context } from "../verbs/context";
import { wordsFor } from "../verbs/service-words";
import { namedConnection } from "../verbs/used-by";
import { describeFailure, patience, timed } from "./check-timing";

/** Collections that a test names. */
const shown = 50;
const number = (value: number) => value.toLocaleString("en-US");

/**
 * Asks a connection for what is there, and for as much as its key must be able to do: latency, rights, collections. Writes nothing; an
 * embedder embeds one word.
 */
export async function tryConnection(
  ctx: Context,
  opened: OpenedConnection,
  given?: AbortSignal,
): Promise<ConnectionTest> {
  const limit = AbortSignal.timeout(patience);
  const signal = given ? AbortSignal.any([given, limit]) : limit;
  return opened.role === "embedder" ? tryEmbedder(ctx, opened, signal) : tryStore(ctx, opened, signal);
}

async function tryEmbedder(ctx: Context, opened: OpenedConnection, signal: AbortSignal): Promise<ConnectionTest> {
  const embedder = openEmbedderOf(ctx.config, opened);
  const { model, dimension } = embedder.space;
  const asked = await timed(() => embedder.probe({ signal }));
  if (!asked.ok) return failed(ctx, opened, asked, "embed");
  const made = asked.value.dimension;
  const fits = made === dimension;
  return {
    ok: fits,
    code: fits ? null : "dimension-mismatch",
    latencyMs: asked.latencyMs,
    words: fits
      ? `${model} makes vectors of dimension ${number(made)}.`
      : `${model} made a vector of dimension ${number(made)}, not ${number(dimension)}.`,
    next: fits ? null : `Set the dimension to ${made}, or choose another model.`,
    may: [{ what: "embed", state: "yes", words: "It embedded one word." }],
    collections: [],
    more: false,
  };
}

async function tryStore(ctx: Context, opened: OpenedConnection, signal: AbortSignal): Promise<ConnectionTest> {
  const kind = kindNamed(opened.kind);
  const words = kind.role === "store" ? kind.store.words : { collection: "collection", namespace: null };
  const writes = kind.role === "store" && kind.store.openTarget !== null;
  const source = openSourceOf(ctx.config, opened);
  try {
    const asked = await timed(() => firstCollections(source, shown, signal));
    if (!asked.ok) return failed(ctx, opened, asked, "list");
    const { collections, more } = asked.value;
    const read = await mayRead(
      ctx,
      opened,
      source,
      collections.find(({ unfit }) => unfit === undefined),
      words.collection,
      signal,
    );
    const count = `${more ? "more than " : ""}${number(collections.length)} ${collections.length === 1 ? words.collection : pluralOf(words.collection)}`;
    return {
      ok: read.state !== "no",
      code: read.code,
      latencyMs: asked.latencyMs,
      words: read.state === "no" ? read.words : `${kind.service} answers: ${count}.`,
      next: read.next,
      may: [
        { what: "list", state: "yes", words: `It listed ${count}.` },
        { what: "read", state: read.state, words: read.words },
        writes
          ? { what: "write", state: "not-tried", words: "A test writes nothing." }
          : { what: "write", state: "no", words: `${kind.service} can only be read by Portage.` },
      ],
      collections,
      more,
    };
  } finally {
    await source.close();
  }
}

const pluralOf = (word: string) =>
  word.endsWith("x") ? `${word}es` : word.endsWith("y") ? `${word.slice(0, -1)}ies` : `${word}s`;

/** The first collections that a store tells of. */
export async function firstCollections(source: VectorSource, most: number, signal?: AbortSignal) {
  const collections: CollectionView[] = [];
  for await (const { name, dimension, metric, sort, unfit } of source.collections(signal ? { signal } : {})) {
    if (collections.length === most) return { collections, more: true };
    const why = unfit && `${unfit.words}. ${unfit.next}`;
    collections.push({ name, dimension, metric, ...(sort !== undefined && { sort }), ...(why && { unfit: why }) });
  }
  return { collections, more: false };
}

/** Whether one of its collections can be looked into. */
async function mayRead(
  ctx: Context,
  opened: OpenedConnection,
  source: VectorSource,
  first: CollectionView | undefined,
  collection: string,
  signal: AbortSignal,
) {
  if (!first) return { state: "not-tried" as const, code: null, words: "There is nothing to read yet.", next: null };
  const asked = await timed(() => source.inspect(first.name, { signal }));
  // A store that is one collection has no name for it.
  const name = first.name || `the ${collection}`;
  if (asked.ok) {
    const vectors = asked.value
      ? `, ${asked.value.vectors.exact ? "" : "about "}${number(asked.value.vectors.value)} vectors`
      : "";
    return { state: "yes" as const, code: null, words: `It read ${name}${vectors}.`, next: null };
  }
  const { code, words, next } = failed(ctx, opened, asked, "read");
  return { state: "no" as const, code, words: `${first.name || `The ${collection}`} can't be read. ${words}`, next };
}

function failed(
  ctx: Context,
  opened: OpenedConnection,
  asked: { error: unknown; latencyMs: number },
  what: "list" | "read" | "embed",
): ConnectionTest {
  const connection = namedConnection(opened);
  const { words, next } = describeFailure(ctx, asked, connection);
  const { error, latencyMs } = asked;
  const code = isServiceFailure(error)
    ? wordsFor(error, connection).code
    : isOperatorError(error)
      ? error.code
      : "failed";
  return {
    ok: false,
    code,
    latencyMs,
    words,
    next,
    may: [{ what, state: "no", words }],
    collections: [],
    more: false,
  };
}

/** @throws OperatorError with what the test said, unless all is well */
export function refuseFailed({ ok, code, words, next }: ConnectionTest): void {
  if (ok) return;
  throw new OperatorError({
    kind: "usage",
    code: code ?? "failed",
    what: words,
    notLost: "Nothing was saved.",
    next: `${next ?? "Try again."} Or save it untested, to be tested later.`,
  });
}
