import { routeOf } from "@/lib/routes/route-now";
import { defaultRoute } from "@/lib/shapes/names";
import type { Check } from "@/lib/shapes/overview";
import type { IndexShape } from "@/lib/stores/contract";
import type { Context } from "../verbs/context";
import { missingTargetNext } from "../verbs/missing-target";
import { isMissingWords, setBy } from "../verbs/service-words";
import { usedBy } from "../verbs/used-by";
import { describeFailure, timed } from "./check-timing";
import { type Remark, remarksOnIndex, remarksOnModel } from "./index-remarks";
import { refusedNamespace } from "./refused-namespaces";

const number = (value: number) => value.toLocaleString("en-US");
const numbered = (count: { value: number; exact: boolean }) =>
  count.exact ? number(count.value) : `about ${number(count.value)}`;

function asCheck({ name, service }: { name: string; service: string }, { level, code, words, next }: Remark): Check {
  return {
    name: `${name}, ${code.replaceAll("-", " ")}`,
    service,
    state: level === "stop" ? "error" : "warn",
    latencyMs: null,
    words,
    next,
  };
}

const sortOf = ({ sort }: IndexShape) => (sort === undefined ? "" : `${sort}, `);

/** What an index that isn't served by its connection says instead of its figures. */
function unfitChecks(ctx: Context, side: "source" | "target", shape: IndexShape, name: string): Check[] | null {
  if (!shape.unfit) return null;
  return remarksOnIndex(ctx, side, shape).map((remark) => asCheck({ name, service: ctx[side].service }, remark));
}

/** The source index: there, ready, readable. */
export async function checkSource(ctx: Context, signal: AbortSignal): Promise<Check[]> {
  const { index } = routeOf(ctx).source;
  const named = { name: "source index", service: ctx.source.service };
  const asked = await timed(() => ctx.source.inspect(index, { signal }));
  if (!asked.ok) return [{ ...named, ...describeFailure(ctx, asked, usedBy(ctx, "source")) }];
  const shape = asked.value;
  if (!shape) {
    return [
      {
        ...named,
        state: "error",
        latencyMs: asked.latencyMs,
        words: isMissingWords(ctx, "source"),
        next: `Set ${setBy(ctx, "source")} to one that is there, or check what its connection is opened by.`,
      },
    ];
  }
  const unfit = unfitChecks(ctx, "source", shape, named.name);
  if (unfit) return unfit;
  return [
    {
      ...named,
      state: shape.ready ? "ok" : "warn",
      latencyMs: asked.latencyMs,
      words: `${index || ctx.source.service}: ${sortOf(shape)}dimension ${shape.dimension ?? "none (sparse)"}, ${shape.metric}, ${numbered(shape.vectors)} vectors in ${number(shape.namespaces)} ${shape.namespaces === 1 ? "namespace" : "namespaces"}${shape.ready ? "" : "; not ready yet"}. It is only read.`,
      next: shape.ready ? null : "Wait until the index is ready.",
    },
    ...remarksOnIndex(ctx, "source", shape).map((remark) => asCheck(named, remark)),
  ];
}

/** The target index: there, ready, of the embedder's dimension. */
export async function checkTarget(ctx: Context, signal: AbortSignal): Promise<Check[]> {
  const { index } = routeOf(ctx).target;
  const { dimension, model } = ctx.embedder.space;
  const named = { name: "target index", service: ctx.target.service };
  const asked = await timed(() => ctx.target.inspect(index, { signal }));
  if (!asked.ok) return [{ ...named, ...describeFailure(ctx, asked, usedBy(ctx, "target")) }];
  const shape = asked.value;
  const { latencyMs } = asked;
  if (!shape) {
    // A saved route makes its target as it migrates: that it isn't there yet is nothing wrong.
    const later = routeOf(ctx).name !== defaultRoute && !ctx.target.can.fills;
    const made = { dimension: routeOf(ctx).embedder === null ? null : dimension, metric: "cosine" };
    return [
      {
        ...named,
        state: later ? "warn" : "error",
        latencyMs,
        words: isMissingWords(ctx, "target"),
        next: missingTargetNext(ctx, made),
      },
    ];
  }
  const unfit = unfitChecks(ctx, "target", shape, named.name);
  if (unfit) return unfit;
  // Of copied vectors the source says the dimension: a route between two that don't fit isn't saved.
  if (routeOf(ctx).embedder !== null && shape.dimension !== dimension) {
    return [
      {
        ...named,
        state: "error",
        latencyMs,
        words: `${index} takes vectors of dimension ${shape.dimension ?? "none (sparse)"}, but ${model} is set to make ${dimension}.`,
        next: `Set ${setBy(ctx, "dimension")} to ${shape.dimension ?? "the index's dimension"}, or ${setBy(ctx, "target")} to an index of dimension ${dimension}.`,
      },
    ];
  }
  return [
    {
      ...named,
      state: shape.ready ? "ok" : "warn",
      latencyMs,
      words: `${index || ctx.target.service}: ${sortOf(shape)}dimension ${shape.dimension}, ${shape.metric}, ${numbered(shape.vectors)} vectors in ${number(shape.namespaces)} ${shape.namespaces === 1 ? "namespace" : "namespaces"}${shape.ready ? "" : "; not ready yet"}.`,
      next: shape.ready ? null : "Wait until the index is ready.",
    },
    ...remarksOnIndex(ctx, "target", shape).map((remark) => asCheck(named, remark)),
    ...(await checkNamespaces(ctx, signal)),
  ];
}

/** Whether the target can hold each of the source's namespaces. A source that can't be asked is told of by its own check. */
async function checkNamespaces(ctx: Context, signal: AbortSignal): Promise<Check[]> {
  if (!ctx.target.refusedNamespace) return [];
  const asked = await timed(async () => {
    const names: string[] = [];
    for await (const { namespaces } of ctx.source.namespaces(routeOf(ctx).source.index, { signal }))
      names.push(...namespaces.map(({ name }) => name));
    return refusedNamespace(ctx, names, signal);
  });
  if (!asked.ok || asked.value === null) return [];
  const { words, next } = asked.value;
  const named = { name: "target namespaces", service: ctx.target.service };
  return [{ ...named, state: "error", latencyMs: asked.latencyMs, words: `${words}.`, next }];
}

/** The embedder: key, model and dimension, by one short request. */
export async function checkEmbedder(ctx: Context, signal: AbortSignal): Promise<Check[]> {
  const { dimension, model, task } = ctx.embedder.space;
  const named = { name: "embedder", service: ctx.embedder.service };
  if (routeOf(ctx).embedder === null) {
    const words = "Vectors are copied along this route: nothing is embedded.";
    return [{ ...named, state: "off", latencyMs: null, words, next: null }];
  }
  const asked = await timed(() => ctx.embedder.probe({ signal }));
  if (!asked.ok) return [{ ...named, ...describeFailure(ctx, asked, usedBy(ctx, "embedder")) }];
  const { latencyMs } = asked;
  if (asked.value.dimension !== dimension) {
    return [
      {
        ...named,
        state: "error",
        latencyMs,
        words: `${model} made a vector of dimension ${asked.value.dimension}, not ${dimension}.`,
        next: `Set ${setBy(ctx, "dimension")} to ${asked.value.dimension}, or ${setBy(ctx, "model")} to another model.`,
      },
    ];
  }
  return [
    { ...named, state: "ok", latencyMs, words: `${model}: dimension ${dimension}, task ${task}.`, next: null },
    ...remarksOnModel(ctx).map((remark) => asCheck(named, remark)),
  ];
}
