import { z } from "zod";
import { renamedTo, renamingOf, writtenAs } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import { readMarked } from "@/lib/runs/lifecycle/marked-models";
import { heldModels } from "@/lib/runs/lifecycle/vector-spaces";
import { endOf } from "@/lib/runs/lifecycle/world";
import type { Count, NamespaceRow } from "@/lib/shapes/namespaces/namespaces";
import { routedInput } from "../runs/run-input";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { namespaceInput } from "../verbs/parse-input";
import { unknownIndex } from "../verbs/service-words";
import { usedBy } from "../verbs/used-by";
import { readComparisons } from "./comparisons";
import { inspectSide } from "./inventory";

export const countNamespaceInput = z.strictObject({
  name: namespaceInput,
  /** Count by scanning both listings: exact, a request per 100 records. */
  exact: z.boolean().default(false),
  ...routedInput,
});
type Options = { signal?: AbortSignal };

/** Records of a place, counted by listing them all. Stops with the signal. */
async function countByListing(ctx: Context, side: "source" | "target", name: string, options: Options): Promise<Count> {
  const place = { index: routeOf(ctx)[side].index, namespace: name };
  let value = 0;
  let cursor: string | undefined;
  do {
    options.signal?.throwIfAborted();
    const page = await attempt(
      usedBy(ctx, side),
      () => ctx[side].listIds(place, { ...options, ...(cursor === undefined ? {} : { cursor }) }),
      options.signal,
    );
    value += page.ids.length;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return { value, exact: true };
}

async function countSide(ctx: Context, side: "source" | "target", name: string, exact: boolean, options: Options) {
  const listable = ctx[side].can.listing !== "none";
  if (exact && listable) return countByListing(ctx, side, name, options);
  const place = { index: routeOf(ctx)[side].index, namespace: name };
  return attempt(usedBy(ctx, side), () => ctx[side].count(place, options), options.signal);
}

/**
 * A namespace's records on both sides: from statistics (which may lag), or exactly by listing. A side whose index doesn't
 * exist is `null`. Throws an `OperatorError` (`unknown-index`) when the source's doesn't.
 */
export async function countNamespace(
  asked: Context,
  input: z.infer<typeof countNamespaceInput>,
  options: Options = {},
): Promise<NamespaceRow> {
  const ctx = await onRoute(asked, input.route);
  const [source, target] = await Promise.all([
    inspectSide(ctx, "source", { ...options, counts: false }),
    inspectSide(ctx, "target", { ...options, counts: false }),
  ]);
  if (!source) throw unknownIndex(ctx, "source");
  const written = writtenAs(input.name, renamingOf(routeOf(ctx).namespaces));
  const [inSource, inTarget] = await Promise.all([
    countSide(ctx, "source", input.name, input.exact, options),
    target ? countSide(ctx, "target", written, input.exact, options) : null,
  ]);
  const models =
    target && inTarget
      ? await heldModels(ctx.database, endOf(target), { namespaces: [written], total: inTarget.value })
      : null;
  const marked =
    models?.known.length === 0
      ? await readMarked(
          ctx.target,
          { index: routeOf(ctx).target.index, namespace: written },
          ctx.config.policy.modelKey,
          (_, request) => attempt(usedBy(ctx, "target"), () => request(options.signal), options.signal),
        )
      : null;
  const comparisons = await readComparisons(ctx, [{ name: input.name, source: inSource, target: inTarget }]);
  return {
    name: input.name,
    ...renamedTo({ name: input.name, written }),
    source: inSource,
    target: inTarget,
    comparison: comparisons.get(input.name) ?? null,
    ...(models ? { models: { ...models, ...(marked ? { marked } : {}) } } : {}),
  };
}
