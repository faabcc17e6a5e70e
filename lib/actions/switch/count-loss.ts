import { walk } from "@/lib/gate/walk";
import { routeOf } from "@/lib/routes/route-now";
import type { Loss } from "@/lib/shapes/switch";
import { readGate } from "../gate/gate-rows";
import { readNamespaces } from "../namespaces/inventory";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { usedBy } from "../verbs/used-by";
import { renamedBy } from "./against-target";
import type { Ends } from "./backends";

const noAnswers = () => ({ hits: [], ms: [], failed: 0, unsteady: 0, askedTwice: 0 });

/**
 * Records that applications would no longer find as they are when they ask the source again: those that only the target has, and those that it has
 * otherwise. Reads every record of both sides once.
 * @param gateId the verdict on which it was switched: what stood in the target alone then isn't lost by going back
 */
export async function countLoss(ctx: Context, ends: Ends, gateId: string | null, signal?: AbortSignal): Promise<Loss> {
  const route = routeOf(ctx);
  const renamed = renamedBy(ctx);
  const [inSource, inTarget] = [await readNamespaces(ctx, "source"), await readNamespaces(ctx, "target")];
  const pairs = [...inSource.keys()].map((source) => ({ source, target: renamed(source) }));
  const reached = new Set(pairs.map(({ target }) => target));
  // A namespace that only the target has is one that was begun there.
  const fresh = [...inTarget.keys()].filter((name) => !reached.has(name) && "keep" in route.namespaces);
  const data = await attempt(
    usedBy(ctx, "target"),
    async () => {
      const walked = await walk(
        {
          source: { store: ctx.source, shape: ends.source.shape, embedder: null },
          target: { store: ctx.target, shape: ends.target.shape, embedder: null },
          copied: route.embedder === null,
          namespaces: [...pairs, ...fresh.map((name) => ({ source: name, target: name }))],
          owned: [...route.owned, ...(route.modelKey === null ? [] : [route.modelKey])],
          text: { textKey: "text", text: route.text },
          settings: { queries: "file", n: 0, k: 1, threshold: 1, seed: 1, margin: 0 },
          ...{ given: [], brokenLines: 0, signal },
          explained: async () => new Set<string>(),
        },
        [],
        { source: noAnswers(), target: noAnswers() },
      );
      return walked.data;
    },
    signal,
  );
  const before = gateId === null ? 0 : ((await readGate(ctx, gateId)).result?.data.onlyTarget ?? 0);
  return {
    added: Math.max(0, data.onlyTarget - before),
    changed: data.metadata.count + (data.vectors?.count ?? 0),
    absent: data.missing.count,
  };
}
