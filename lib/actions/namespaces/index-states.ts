import { isOperatorError } from "@/lib/operator-error";
import { routeOf } from "@/lib/routes/route-now";
import { forgetMissing } from "@/lib/runs/lifecycle/accounts";
import type { IndexState } from "@/lib/shapes/overview";
import type { Context } from "../verbs/context";
import { asOperatorError } from "../verbs/service-words";
import { usedBy } from "../verbs/used-by";

/** A dashboard that polls must not cost a request per glance. Milliseconds. */
const keptFor = 10_000;
const patience = 5000;

type Side = "source" | "target";
type Kept = { at: number; state: Promise<IndexState> };
const slot = Symbol.for("portage.index-states");
type Holder = { [slot]?: WeakMap<object, Map<string, Kept>> };

/** By the open store, which belongs to one account, and the index's name. */
function keptStates(ctx: Context, side: Side): Map<string, Kept> {
  const holder: Holder & typeof globalThis = globalThis;
  holder[slot] ??= new WeakMap();
  const kept = holder[slot].get(ctx[side]) ?? new Map<string, Kept>();
  holder[slot].set(ctx[side], kept);
  return kept;
}

/** After a change that Portage made itself: the next glance asks again. */
export function forgetIndexState(ctx: Context, side: Side): void {
  keptStates(ctx, side).delete(routeOf(ctx)[side].index);
  forgetMissing(ctx[side]);
}

async function askIndexState(ctx: Context, side: Side): Promise<IndexState> {
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
    const known = asOperatorError(error, usedBy(ctx, side));
    if (!isOperatorError(known)) ctx.log.error({ error, side }, "An index could not be inspected.");
    const problem = isOperatorError(known) ? known.what : `${service} could not be asked; the log says why.`;
    return { service, index, state: "unreachable", problem, ...unknown };
  }
}

/** How an index stands, asked at most every 10 s per process. Never throws: what is wrong is in `problem`. */
export function readIndexState(ctx: Context, side: Side): Promise<IndexState> {
  const kept = keptStates(ctx, side);
  const { index } = routeOf(ctx)[side];
  const current = kept.get(index);
  if (current && Date.now() - current.at < keptFor) return current.state;
  const state = askIndexState(ctx, side);
  kept.set(index, { at: Date.now(), state });
  return state;
}
