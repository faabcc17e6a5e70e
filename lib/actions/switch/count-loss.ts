import { scan } from "@/lib/gate/scan";
import { pairNames, renamingOf } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import type { Loss } from "@/lib/shapes/cut-over/switch";
import { readGate } from "../gate/gate-rows";
import { readNamespaces } from "../namespaces/inventory";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { usedBy } from "../verbs/used-by";
import { sameEnds } from "./against-target";
import type { Ends } from "./backends";

const noAnswers = () => ({ hits: [], ms: [], failed: 0, unsteady: 0, askedTwice: 0 });

/**
 * Records that applications would no longer find as they are when they ask the source again: those that only the target has, and those that it has
 * otherwise. Reads every record of both sides once.
 * @param gateId the verdict on which it was switched: what stood in the target alone then isn't lost by going back, if it was GO on the same ends
 * @returns with `unreadable`, of which nothing can be told
 */
export async function countLoss(
  ctx: Context,
  ends: Ends,
  gateId: string | null,
  signal?: AbortSignal,
): Promise<{ lost: Loss; unreadable: number }> {
  const route = routeOf(ctx);
  const [inSource, inTarget] = [await readNamespaces(ctx, "source"), await readNamespaces(ctx, "target")];
  // A namespace that only the target has is one that was begun there, unless the route leads nothing to it.
  const namespaces = pairNames(inSource.keys(), inTarget.keys(), renamingOf(route.namespaces)).flatMap(
    ({ sourceName, written }) => (sourceName === null ? [] : [{ source: sourceName, target: written }]),
  );
  const data = await attempt(
    usedBy(ctx, "target"),
    async () => {
      const scanned = await scan(
        {
          source: { store: ctx.source, shape: ends.source.shape, embedder: null },
          target: { store: ctx.target, shape: ends.target.shape, embedder: null },
          copied: route.embedder === null,
          namespaces,
          owned: [...route.owned, ...(route.modelKey === null ? [] : [route.modelKey])],
          text: { textKey: "text", text: route.text },
          settings: { queries: "file", n: 0, k: 1, threshold: 1, seed: 1, margin: 0 },
          ...{ given: [], brokenLines: 0, signal },
          explained: async () => new Set<string>(),
        },
        [],
        { source: noAnswers(), target: noAnswers() },
        { swept: { source: null, target: null }, map: null },
      );
      return scanned.data;
    },
    signal,
  );
  const gate = gateId === null ? null : await readGate(ctx, gateId);
  const known = gate?.verdict === "GO" && (await sameEnds(ctx, gate, ends)) ? (gate.result?.data.onlyTarget ?? 0) : 0;
  const lost = {
    added: Math.max(0, data.onlyTarget - known),
    changed: data.metadata.count + (data.vectors?.count ?? 0),
    absent: data.missing.count,
  };
  return { lost, unreadable: data.unreadable };
}
