import * as routes from "@/lib/routes/routes";
import type { WayBack } from "@/lib/shapes/cut-over/switch";
import { defaultConnections, type NamespaceRule, type RouteDefinition } from "@/lib/shapes/routes/route";
import type { Context } from "../verbs/context";

/**
 * The route that carries home what is written to the target after a switch: one that is saved, or one to be offered. Vectors are copied back where they
 * were copied; else the source's own model has to make them again, as two models never meet in one index.
 * @param embedder connection of the source's model
 */
export async function wayBackOf(ctx: Context, name: string, embedder?: string): Promise<WayBack> {
  const all = await routes.listRoutes(ctx);
  const definition = all.find((route) => route.name === name)?.definition;
  if (!definition) return { route: null, offer: null, why: "There is no such route any more." };
  const { source, target } = definition;
  // The environment's source is never written to: whoever goes back there has a connection of their own to the same place.
  const foreign = source.connection === defaultConnections.source;
  const saved = all.find(
    ({ definition: other }) =>
      sameEnd(other.source, target) &&
      (foreign ? other.target.collection === source.collection : sameEnd(other.target, source)),
  );
  if (saved) return { route: saved.name, offer: null, why: null };
  if (foreign)
    return {
      route: null,
      offer: null,
      why: `The environment's source is never written to. To copy records back, add a connection of your own to the same place, and a route from ${target.connection}:${target.collection} to it.`,
    };
  const back = reversed(definition, embedder);
  if ("why" in back) return { route: null, offer: null, ...back };
  const called = `${name.slice(0, 58)}-back`;
  const end = ({ connection, collection }: RouteDefinition["source"]) =>
    collection === "" ? connection : `${connection}:${collection}`;
  const made = back.vectors.from === "source" ? "none" : back.vectors.embedder;
  const command = `portage routes add ${called} --from ${end(back.source)} --to ${end(back.target)} --embed ${made}`;
  return { route: null, offer: { name: called, definition: JSON.parse(JSON.stringify(back)), command }, why: null };
}

const sameEnd = (one: RouteDefinition["source"], other: RouteDefinition["source"]) =>
  one.connection === other.connection && one.collection === other.collection;

function reversed(route: RouteDefinition, embedder: string | undefined): RouteDefinition | { why: string } {
  const namespaces = namespacesBack(route.namespaces);
  if (namespaces === null)
    return {
      why: "Several namespaces of the source are one in the target: which one a new record belongs to can't be told.",
    };
  if (!("keep" in route.ids)) return { why: "The route makes IDs of its own, from which the source's can't be made." };
  if (route.fields.some((rule) => !("rename" in rule)) || route.nested !== "problem" || route.duplicates !== "keep")
    return {
      why: "The route changes metadata in a way that can't be undone: records would come back otherwise than they were.",
    };
  const { vectors } = route;
  if (vectors.from === "text" && embedder === undefined)
    return {
      why: "The source's vectors are of another model, which the route doesn't know: add a route back whose embedder is a connection of that model.",
    };
  return {
    ...{ source: route.target, target: route.source, namespaces, ids: { keep: true } },
    vectors: vectors.from === "source" || embedder === undefined ? { from: "source" } : { ...vectors, embedder },
    fields: route.fields.flatMap((rule) => ("rename" in rule ? [{ rename: rule.to, to: rule.rename }] : [])).reverse(),
    ...{ nested: "problem", duplicates: "keep", owned: route.owned, clearanceLevel: null },
  };
}

function namespacesBack(rule: NamespaceRule): NamespaceRule | null {
  if ("keep" in rule) return rule;
  if ("into" in rule) return null;
  const pairs = Object.entries(rule.pairs).map(([from, to]) => [to, from] as const);
  return new Set(pairs.map(([to]) => to)).size === pairs.length ? { pairs: Object.fromEntries(pairs) } : null;
}
