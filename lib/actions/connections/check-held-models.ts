import { routeOf } from "@/lib/routes/route-now";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import { modelWords, othersAmong, readSpaces } from "@/lib/runs/lifecycle/vector-spaces";
import { endOf } from "@/lib/runs/lifecycle/world";
import type { Check } from "@/lib/shapes/overview";
import type { Context } from "../verbs/context";
import { setBy } from "../verbs/service-words";
import { describeFailure, timed } from "./check-timing";

/**
 * Which models made the vectors that the target index holds. A search goes over one namespace, so that two models in one are an error, in
 * two namespaces of an index something to know.
 */
export async function checkHeldModels(ctx: Context, signal: AbortSignal): Promise<Check[]> {
  const { index } = routeOf(ctx).target;
  const named = { name: "models in the target", service: ctx.target.service };
  const asked = await timed(() => ctx.target.inspect(index, { signal }));
  if (!asked.ok) return [{ ...named, ...describeFailure(ctx, asked, "target") }];
  const shape = asked.value;
  if (!shape || shape.vectors.value === 0) return [];
  const { latencyMs } = asked;
  const held = await readSpaces(ctx.database, endOf(shape));
  const settings = settingsFor(ctx);
  const sums = new Map<string, (typeof held)[number]>();
  for (const one of held) {
    const key = JSON.stringify([one.model, one.dimension, one.task]);
    sums.set(key, { ...one, vectors: (sums.get(key)?.vectors ?? 0) + one.vectors });
  }
  const spaces = new Map<string, number>();
  for (const { namespace } of held) spaces.set(namespace, (spaces.get(namespace) ?? 0) + 1);
  const mixed = [...spaces].filter(([, count]) => count > 1).map(([name]) => name);
  const words = `${index} holds vectors of these models: ${modelWords([...sums.values()], shape.vectors.value)}.`;
  const [first] = mixed;
  if (first !== undefined)
    return [
      {
        ...named,
        state: "error",
        latencyMs,
        words: `${words} Namespace ${first === "" ? "__default__" : first}${mixed.length > 1 ? ` and ${mixed.length - 1} more` : ""} holds vectors of several: a search over them is noise.`,
        next: `Migrate such a namespace to another index (${setBy(ctx, "target")}), all of it by one model.`,
      },
    ];
  const others = othersAmong([...sums.values()], settings);
  if (others.length > 0 || sums.size > 1)
    return [
      {
        ...named,
        state: "warn",
        latencyMs,
        words: `${words} ${settings.embedder.model} (${settings.embedder.dimension.toLocaleString("en-US")}, ${settings.embedder.task}) is set.`,
        next: "Runs that would add vectors of another model to a namespace are refused. Set the model that the index holds, or another index.",
      },
    ];
  return [{ ...named, state: "ok", latencyMs, words, next: null }];
}
