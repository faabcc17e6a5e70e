"use client";

import { parseAsString, useQueryState } from "nuqs";
import { createContext, type ReactNode, useContext } from "react";
import { defaultRoute } from "@/lib/shapes/names";
import { hrefOn } from "@/lib/shapes/routes/route-href";
import { type PageRoute, pageRouteOf } from "./route-address";

const Meant = createContext<string>(defaultRoute);

/** Which route pages are about whose address names none. */
export function RouteProvider({ meant, children }: { meant: string; children: ReactNode }) {
  return <Meant value={meant}>{children}</Meant>;
}

/** The route of the page: what is asked of the server is asked along it. */
export function usePageRoute(): PageRoute {
  const meant = useContext(Meant);
  const [asked] = useQueryState("route", parseAsString);
  return pageRouteOf(asked, meant);
}

/** Its name. */
export function useRouteName(): string {
  const meant = useContext(Meant);
  return usePageRoute() ?? meant;
}

/** The route of a name, as a page's address has it. */
export function usePageRouteNamed(): (name: string) => PageRoute {
  const meant = useContext(Meant);
  return (name) => pageRouteOf(name, meant);
}

/** Makes addresses of this app lead along the page's route. */
export function useRouteHref(): (href: string) => string {
  const route = usePageRoute();
  return (href) => hrefOn(route, href);
}
