import { renamingOf } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import { readSpaces } from "@/lib/runs/lifecycle/vector-spaces";
import type { Backend, SwitchSide } from "@/lib/shapes/cut-over/switch";
import type { IndexShape } from "@/lib/stores/contract";
import { backendNames } from "@/lib/switch/switch-file";
import { inspectSide } from "../namespaces/inventory";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { unknownIndex } from "../verbs/service-words";
import { usedBy } from "../verbs/used-by";

export type Ends = Record<SwitchSide, { shape: IndexShape; backend: Backend }>;

/** Both ends of the context's route as an application asks them. @throws OperatorError `unknown-index`, and what a service that can't be reached says */
export async function backendsOf(ctx: Context, signal?: AbortSignal): Promise<Ends> {
  const [source, target] = await Promise.all([endOf(ctx, "source", signal), endOf(ctx, "target", signal)]);
  return { source, target };
}

async function endOf(ctx: Context, side: SwitchSide, signal?: AbortSignal): Promise<Ends[SwitchSide]> {
  const route = routeOf(ctx);
  const shape = await inspectSide(ctx, side, signal ? { signal } : {});
  if (!shape) throw unknownIndex(ctx, side);
  const { kind, index } = route[side];
  const store = ctx[side];
  const options = signal ? { signal } : {};
  const sql = store.sqlPlace
    ? await attempt(usedBy(ctx, side), async () => (await store.sqlPlace?.(index, options)) ?? null, signal)
    : null;
  const backend: Backend = {
    ...{ side, backend: backendNames[kind] ?? kind, index, metric: shape.metric, dimension: shape.dimension },
    model: side === "target" && route.embedder ? route.embedder.model : await onlyModel(ctx, shape),
    namespaces: side === "target" ? (renamingOf(route.namespaces) ?? null) : null,
    sql,
  };
  return { shape, backend };
}

/** The one model of all that Portage wrote there; of what others wrote it knows none. */
async function onlyModel({ database }: Context, { name, account }: IndexShape): Promise<string | null> {
  const models = new Set((await readSpaces(database, { index: name, account })).map(({ model }) => model));
  const [model] = models;
  return models.size === 1 && model !== undefined && !model.startsWith("vectors of ") ? model : null;
}
