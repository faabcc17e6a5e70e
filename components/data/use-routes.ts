"use client";

import { useQuery } from "@tanstack/react-query";
import type { Route } from "@/lib/shapes/routes/route";
import { useRouteName } from "./page-route";
import { choiceOf } from "./route-address";
import { routesQuery } from "./route-queries";

/** The routes to choose from, the page's own, and whether there is a choice. They come with the page. */
export function useRoutes(): { routes: readonly Route[]; own: Route | null; name: string; many: boolean } {
  const { data } = useQuery(routesQuery());
  const name = useRouteName();
  if (!data) return { routes: [], own: null, name, many: false };
  return { ...choiceOf(data.routes, name), own: data.routes.find((route) => route.name === name) ?? null, name };
}

/** By which route lists of runs and plans are filtered: the page's own unless all are asked for; where there is one only, by none. */
export function useListedRoute(all: boolean): string | null {
  const { many, name } = useRoutes();
  return many && !all ? name : null;
}
