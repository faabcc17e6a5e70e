"use client";

import { ChevronsUpDown, Waypoints } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { usePageRouteNamed } from "@/components/data/page-route";
import { useRoutes } from "@/components/data/use-routes";
import { EndName } from "@/components/routes/end-name";
import { cx } from "@/components/ui/cx";
import { Dialog } from "@/components/ui/dialog";
import { Named } from "@/components/ui/hint";
import { Link } from "@/components/ui/link";
import type { Route } from "@/lib/shapes/routes/route";
import { hrefOn } from "@/lib/shapes/routes/route-href";

/** Pages about one thing belong to its route: on another one, their list is opened. */
const lists: readonly [RegExp, string][] = [
  [/^\/runs\/./, "/runs"],
  [/^\/plans\/./, "/mirror"],
  [/^\/namespaces\/./, "/namespaces"],
];

/** Opens the page that is open along another route. */
export function useSwitchRoute(): (name: string) => void {
  const router = useRouter();
  const pathname = usePathname();
  const named = usePageRouteNamed();
  return (name) => {
    const path = lists.find(([one]) => one.test(pathname))?.[1] ?? pathname;
    router.push(hrefOn(named(name), path));
  };
}

const placeOf = ({ connection, collection }: Route["definition"]["source"]) => collection || connection;

function Ends({ route: { definition } }: { route: Route }) {
  const { source, target } = definition;
  return (
    <span className="block text-xs text-quiet">
      <span className="block truncate">{placeOf(source)}</span>
      <span className="block truncate">
        <span aria-hidden>→</span>
        <span className="sr-only">to</span> {placeOf(target)}
      </span>
    </span>
  );
}

/** Which route pages are about, and the way to another; where there is one only, its ends. */
export function RouteSwitcher({ narrow, onOpen }: { narrow: boolean; onOpen(): void }) {
  const { own, name, many } = useRoutes();
  if (!many) {
    if (own === null || narrow) return null;
    return (
      <p className="mb-2 px-2" title={`${placeOf(own.definition.source)} to ${placeOf(own.definition.target)}`}>
        <Ends route={own} />
      </p>
    );
  }
  const button = (
    <button
      type="button"
      aria-haspopup="dialog"
      aria-label={narrow ? `Route ${name}. Switch route` : undefined}
      onClick={onOpen}
      className={cx(
        "mb-3 flex w-full items-center gap-2.5 rounded-md px-[7px] text-left hover:bg-sunken",
        narrow ? "h-8" : "border border-line bg-surface py-1.5",
      )}
    >
      <Waypoints aria-hidden className="size-4 shrink-0 text-quiet" />
      {!narrow && (
        <>
          <span className="min-w-0 flex-1">
            <span className="block truncate text-sm font-medium">
              <span className="sr-only">Route </span>
              {name}
            </span>
            {own ? <Ends route={own} /> : <span className="block text-xs text-problem">doesn't exist</span>}
            <span className="sr-only">. Switch route</span>
          </span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-quiet" />
        </>
      )}
    </button>
  );
  return narrow ? (
    <Named name={`Route ${name}`} keys="o">
      {button}
    </Named>
  ) : (
    button
  );
}

/** All routes to choose from; a page is opened along the one that is chosen. */
export function RouteDialog({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const { routes, name } = useRoutes();
  const switchTo = useSwitchRoute();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Switch route" description={null}>
      <ul aria-label="Routes" className="mt-3 grid gap-0.5">
        {routes.map((route) => (
          <li key={route.name}>
            <button
              type="button"
              aria-current={route.name === name ? "true" : undefined}
              onClick={() => {
                onOpenChange(false);
                switchTo(route.name);
              }}
              className="w-full rounded-md px-2 py-2 text-left hover:bg-sunken aria-[current=true]:bg-sunken"
            >
              <span className="flex flex-wrap items-baseline justify-between gap-x-3">
                <span className="font-medium">{route.name}</span>
                <span className="text-xs text-quiet">{route.words}</span>
              </span>
              <span className="block">
                <EndName end={route.definition.source} /> <span className="text-quiet">to</span>{" "}
                <EndName end={route.definition.target} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p className="mt-3 border-t border-line pt-3 text-sm">
        <Link
          href="/configuration/routes"
          onClick={() => onOpenChange(false)}
          className="rounded-sm text-accent underline decoration-control underline-offset-4"
        >
          Add or change routes
        </Link>
      </p>
    </Dialog>
  );
}
