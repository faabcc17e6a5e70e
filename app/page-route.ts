import type { SearchParams } from "nuqs/server";
import { choiceOf, type PageRoute, pageRouteOf } from "@/components/data/route-address";
import { listRoutes } from "@/lib/actions/routes/list-routes";
import { onRouteOf } from "@/lib/shapes/routes/route";
import { asking } from "./who-asks";

type Asked = Promise<SearchParams>;

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

/** The route that a page's address names; `null` for the one that is meant anyway. */
export async function askedRoute(searchParams: Asked): Promise<PageRoute> {
  return pageRouteOf(first((await searchParams).route), (await asking()).config.route);
}

/** By which route a page's lists of runs and plans are filtered, as `useListedRoute` has it in the browser. */
export async function listedRoute(searchParams: Asked): Promise<string | null> {
  const ctx = await asking();
  const name = (await askedRoute(searchParams)) ?? ctx.config.route;
  if (first((await searchParams).routes) === "all") return null;
  const { routes } = await listRoutes(ctx, {});
  return choiceOf(routes, name).many ? name : null;
}

/**
 * Where the page of a run or plan stands: along its own route, whatever the address said. `null`: it stands there.
 * @param path of the page, without a query
 */
export async function ownAddress(
  path: string,
  searchParams: Asked,
  { kind, route }: { kind: string; route?: { name: string } | undefined },
): Promise<string | null> {
  // Documents are of no route: their pages keep the one that is open.
  if (kind === "clearance") return null;
  const meant = (await asking()).config.route;
  const own = pageRouteOf(onRouteOf(route ? { ...route, revision: 0 } : null).name, meant);
  if (own === (await askedRoute(searchParams))) return null;
  return withQuery(path, { ...(await searchParams), route: own ?? undefined });
}

/** A path with the query of a page. */
export function withQuery(path: string, query: SearchParams): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) for (const one of [value ?? []].flat()) search.append(key, one);
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}
