import { isOperatorError } from "@/lib/operator-error";
import { routeOf } from "@/lib/routes/route-now";
import { forgetMissing } from "@/lib/runs/lifecycle/accounts";
import type { Shore } from "@/lib/shapes/overview";
import type { Context } from "../verbs/context";
import { asOperatorError } from "../verbs/service-words";

/** A dashboard that polls must not cost a request per glance. Milliseconds. */
const keptFor = 10_000;
const patience = 5000;

type Side = "source" | "target";
type Kept = { at: number; shore: Promise<Shore> };
const slot = Symbol.for("portage.shores");
type Holder = { [slot]?: WeakMap<object, Map<string, Kept>> };

/** By the open store, which belongs to one account, and the index's name. */
function keptShores(ctx: Context, side: Side): Map<string, Kept> {
  const holder: Holder & typeof globalThis = globalThis;
  holder[slot] ??= new WeakMap();
  const kept = holder[slot].get(ctx[side]) ?? new Map<string, Kept>();
  holder[slot].set(ctx[side], kept);
  return kept;
}

/** After a change that Portage made itself: the next glance asks anew. */
export function forgetShore(ctx: Context, side: Side): void {
  keptShores(ctx, side).delete(routeOf(ctx)[side].index);
  forgetMissing(ctx[side]);
}

async function askShore(ctx: Context, side: Side): Promise<Shore> {
  const { index } = routeOf(ctx)[side];
  const unknown = { dimension: null, metric: null, vectors: null, vectorsExact: false, namespaces: null };
  const { service } = ctx[side];
  try {
    const shape = await ctx[side].inspect(index, { signal: AbortSignal.timeout(patience) });
    if (!shape) {
      return { service, index, state: "missing", problem: `${service} has no index ${index}.`, ...unknown };
    }
    return {
      service,
      index,
      state: shape.ready ? "ready" : "not-ready",
      problem: shape.ready ? null : `The index ${index} is still being made.`,
      dimension: shape.dimension,
      metric: shape.metric,
      vectors: shape.vectors.value,
      vectorsExact: shape.vectors.exact,
      namespaces: shape.namespaces,
    };
  } catch (error) {
    const known = asOperatorError(error, side);
    if (!isOperatorError(known)) ctx.log.error({ error, side }, "An index could not be inspected.");
    const problem = isOperatorError(known) ? known.what : `${service} could not be asked; the log says why.`;
    return { service, index, state: "unreachable", problem, ...unknown };
  }
}

/** How an index stands, asked at most every 10 s per process. Never throws: what is wrong is in `problem`. */
export function readShore(ctx: Context, side: Side): Promise<Shore> {
  const kept = keptShores(ctx, side);
  const { index } = routeOf(ctx)[side];
  const current = kept.get(index);
  if (current && Date.now() - current.at < keptFor) return current.shore;
  const shore = askShore(ctx, side);
  kept.set(index, { at: Date.now(), shore });
  return shore;
}
