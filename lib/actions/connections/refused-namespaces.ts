import { OperatorError } from "@/lib/operator-error";
import { renamingOf, writtenAs } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { usedBy } from "../verbs/used-by";

/** Why one of the source's namespaces can't be written to the target under the route's rule; `null`: all can, or there is no target yet. */
export async function refusedNamespace(
  ctx: Context,
  namespaces: readonly string[],
  signal?: AbortSignal,
): Promise<{ words: string; next: string } | null> {
  const { target } = ctx;
  const { namespaces: rule, target: end } = routeOf(ctx);
  const written = [...new Set(namespaces.map((name) => writtenAs(name, renamingOf(rule))))];
  if (!target.refusedNamespace) return null;
  return target.refusedNamespace(end.index, written, signal ? { signal } : {});
}

/** @throws OperatorError for the first that can't be written: before anything is spent */
export async function refuseNamespaces(ctx: Context, namespaces: readonly string[]): Promise<void> {
  const refused = await attempt(usedBy(ctx, "target"), () => refusedNamespace(ctx, namespaces));
  if (refused === null) return;
  throw new OperatorError({
    kind: "usage",
    code: "namespace-refused",
    what: `${refused.words}.`,
    notLost: "Nothing was started and nothing was spent.",
    next: refused.next,
  });
}
