"use client";

import { useQuery } from "@tanstack/react-query";
import type { Route } from "@/lib/shapes/route";
import { useRouteName } from "./page-route";
import { routesQuery } from "./route-queries";

/** All routes, the page's own, and whether there is one to choose. They come with the page. */
export function useRoutes(): { routes: readonly Route[]; own: Route | null; name: string; many: boolean } {
  const { data } = useQuery(routesQuery());
  const name = useRouteName();
  const routes = data?.routes ?? [];
  const own = routes.find((route) => route.name === name) ?? null;
  // A page along a route that isn't there (any more) leads to the others.
  return { routes, own, name, many: routes.length > 1 || (data !== undefined && own === null) };
}

/** By which route lists of runs and plans are filtered: the page's own unless all are asked for; where there is one only, by none. */
export function useListedRoute(all: boolean): string | null {
  const { many, name } = useRoutes();
  return many && !all ? name : null;
}
