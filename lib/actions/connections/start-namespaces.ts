import { OperatorError } from "@/lib/operator-error";
import { routeOf } from "@/lib/routes/route-now";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { setBy } from "../verbs/service-words";
import { usedBy } from "../verbs/used-by";

/** Namespaces in the order asked for, and the records to expect in each from statistics. */
type Named = { namespaces: string[]; expected: Map<string, number> };

const unspent = "Nothing was started and nothing was spent.";

/**
 * All of the source that have records.
 * @throws OperatorError `source-empty`
 */
export async function everyNamespace(ctx: Context): Promise<Named> {
  const { index } = routeOf(ctx).source;
  const expected = await attempt(usedBy(ctx, "source"), async () => {
    const counts = new Map<string, number>();
    for await (const page of ctx.source.namespaces(index)) {
      for (const { name, count } of page.namespaces) if (count.value > 0) counts.set(name, count.value);
    }
    return counts;
  });
  const where = routeOf(ctx).fill?.where;
  if (expected.size === 0 && where !== undefined) {
    throw new OperatorError({
      kind: "usage",
      code: "source-empty",
      what: `${index} has no row whose ${where.column} is ${where.value === "" ? "empty" : JSON.stringify(where.value)}.`,
      notLost: unspent,
      next: "Choose other rows.",
    });
  }
  if (expected.size === 0) {
    throw new OperatorError({
      kind: "usage",
      code: "source-empty",
      what: `The source index ${index} holds no records.`,
      notLost: unspent,
      next: `Check ${setBy(ctx, "source")}.`,
    });
  }
  return { namespaces: [...expected.keys()], expected };
}

/** Above so many names, one question about all namespaces is quicker than one about each. */
const askedSingly = 20;

/**
 * Those that are named.
 * @throws OperatorError `unknown-namespace`
 */
export async function namedNamespaces(ctx: Context, names: readonly string[]): Promise<Named> {
  const expected = new Map<string, number>();
  const unknown: string[] = [];
  const all = names.length > askedSingly ? (await everyNamespace(ctx)).expected : new Map<string, number>();
  for (const name of names) {
    const place = { index: routeOf(ctx).source.index, namespace: name };
    const value = all.get(name) ?? (await recordsOf(ctx, place));
    if (value === 0) unknown.push(name);
    else expected.set(name, value);
  }
  if (unknown.length > 0) {
    const listed = unknown
      .slice(0, 5)
      .map((name) => JSON.stringify(name))
      .join(", ");
    const more = unknown.length > 5 ? ` and ${unknown.length - 5} more` : "";
    throw new OperatorError({
      kind: "usage",
      code: "unknown-namespace",
      what: `The source holds no records in ${unknown.length === 1 ? "namespace" : "namespaces"} ${listed}${more}.`,
      notLost: unspent,
      next: "See what there is with `portage namespaces`.",
    });
  }
  return { namespaces: [...names], expected };
}

/** From statistics; where they say none, which may be late news, the listing decides. */
async function recordsOf(ctx: Context, place: { index: string; namespace: string }): Promise<number> {
  const count = await attempt(usedBy(ctx, "source"), () => ctx.source.count(place));
  if (count.value > 0) return count.value;
  const page = await attempt(usedBy(ctx, "source"), () => ctx.source.listIds(place, { limit: 1 }));
  return page.ids.length;
}
