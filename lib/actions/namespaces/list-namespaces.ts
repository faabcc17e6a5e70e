import { z } from "zod";
import { gathered, pairNames, renamedTo, renamingOf, writtenAs } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import { type HeldSpace, readSpaces, unknownAmong } from "@/lib/runs/lifecycle/vector-spaces";
import { endOf } from "@/lib/runs/lifecycle/world";
import type { NamespaceRow, Namespaces } from "@/lib/shapes/namespaces/namespaces";
import { onRouteOf } from "@/lib/shapes/routes/route";
import type { IndexShape } from "@/lib/stores/contract";
import { routedInput } from "../runs/run-input";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { namespaceInput } from "../verbs/parse-input";
import { unknownIndex } from "../verbs/service-words";
import { readComparisons } from "./comparisons";
import { inspectSide, readNamespaces } from "./inventory";

export const listNamespacesInput = z.strictObject({
  names: z.array(namespaceInput).optional(),
  prefix: z.string().max(512).optional(),
  index: z.enum(["source", "target", "both"]).default("both"),
  ...routedInput,
});
type Options = { signal?: AbortSignal };

const view = (shape: IndexShape) => ({ index: shape.name, dimension: shape.dimension, metric: shape.metric });
const byBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

/**
 * Namespaces with their counts as the indexes' statistics have them now: no request per namespace. Of `names`, those that
 * are in neither index have `null` on both sides. `target` is `null` when that index doesn't exist.
 * Throws an `OperatorError` (`unknown-index`) when the source doesn't.
 */
export async function listNamespaces(
  asked: Context,
  input: z.infer<typeof listNamespacesInput>,
  options: Options = {},
): Promise<Namespaces> {
  const ctx = await onRoute(asked, input.route);
  const [source, target] = await Promise.all([
    inspectSide(ctx, "source", { ...options, counts: false }),
    inspectSide(ctx, "target", { ...options, counts: false }),
  ]);
  if (!source) throw unknownIndex(ctx, "source");
  const rule = renamingOf(routeOf(ctx).namespaces);
  const reading = { ...options, ...(input.prefix ? { prefix: input.prefix } : {}) };
  const nothing = new Map<string, { value: number; exact: boolean }>();
  const [inSource, inTarget] = await Promise.all([
    input.index === "target" ? nothing : readNamespaces(ctx, "source", reading),
    input.index === "source" || !target ? nothing : readNamespaces(ctx, "target", rule ? options : reading),
  ]);
  const named = input.names?.length ? [...new Set(input.names)] : null;
  const models = new Map<string, HeldSpace[]>();
  for (const space of target
    ? await readSpaces(
        ctx.database,
        endOf(target),
        named?.map((name) => writtenAs(name, rule)),
      )
    : [])
    models.set(space.namespace, [...(models.get(space.namespace) ?? []), space]);
  // Those that are left out by their names are written there all the same.
  const gathers = gathered(
    rule && input.prefix ? (await readNamespaces(ctx, "source", options)).keys() : inSource.keys(),
    rule,
  );
  const prefix = input.prefix ?? "";
  const shown = pairNames(named ?? inSource.keys(), named ? [] : inTarget.keys(), rule)
    .filter(({ name }) => name.startsWith(prefix))
    .sort((one, other) => byBytes(one.name, other.name) || byBytes(one.written, other.written));
  // Of one side alone there is no difference to tell.
  const comparisons =
    input.index === "both"
      ? await readComparisons(
          ctx,
          shown.flatMap(({ sourceName: name, written }) => {
            const target = inTarget.get(written) ?? null;
            return name === null ? [] : [{ name, source: inSource.get(name) ?? null, target }];
          }),
        )
      : null;
  const namespaces: NamespaceRow[] = shown.map(({ name, sourceName, written }) => {
    const standing = inTarget.get(written) ?? null;
    const row = {
      name,
      ...renamedTo({ name, written }),
      source: sourceName === null ? null : (inSource.get(sourceName) ?? null),
      target: standing,
      ...((gathers.get(written) ?? 0) > 1 && { gathers: gathers.get(written) }),
      ...(comparisons ? { comparison: (sourceName === null ? undefined : comparisons.get(sourceName)) ?? null } : {}),
    };
    if (standing === null || standing.value === 0) return row;
    const known = (models.get(written) ?? []).map(({ namespace: _, ...of }) => of);
    return { ...row, models: { known, unknown: unknownAmong(known, standing.value) } };
  });
  const sum = (counts: typeof inSource, names: Iterable<string | null>) =>
    [...new Set(names)].reduce((total, name) => total + (name === null ? 0 : (counts.get(name)?.value ?? 0)), 0);
  return {
    route: onRouteOf(routeOf(ctx)),
    source: view(source),
    target: target ? view(target) : null,
    namespaces,
    totals: {
      source: sum(
        inSource,
        shown.map(({ sourceName }) => sourceName),
      ),
      target: sum(
        inTarget,
        shown.map(({ written }) => written),
      ),
      namespaces: namespaces.length,
    },
  };
}
