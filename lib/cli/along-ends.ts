import { verbs } from "@/lib/actions/verbs/registry";
import type { SeveralRoutes } from "@/lib/shapes/routes/several-routes";
import { type EndOptions, routeFor, routesFor, type SavedEnds } from "./route-for";
import type { Transport } from "./transport";

/** Works along the route that a command names. What naming two ends has saved is forgotten where the command fails before a run began. */
export function alongRoute<T>(
  transport: Transport,
  options: EndOptions,
  work: (route: string | undefined) => Promise<T>,
): Promise<T> {
  return forgetting(transport, async (saved) => work(await routeFor(transport, options, saved)));
}

/** The same along the routes of several collections. */
export function alongRoutes<T>(
  transport: Transport,
  options: EndOptions,
  work: (routes: SeveralRoutes) => Promise<T>,
): Promise<T> {
  return forgetting(transport, async (saved) => work(await routesFor(transport, options, saved)));
}

async function forgetting<T>(transport: Transport, work: (saved: SavedEnds) => Promise<T>): Promise<T> {
  const saved: SavedEnds = { connections: [], routes: [] };
  try {
    return await work(saved);
  } catch (error) {
    // What can't be forgotten, or not now, is in use or stays in the lists: the command's own failure is what is told.
    await forget(transport, saved).catch(() => {});
    throw error;
  }
}

async function forget(transport: Transport, { routes, connections }: SavedEnds): Promise<void> {
  for (const route of routes) {
    // Its run can be resumed, or tells what happened.
    if ((await transport.call(verbs.listRuns, { route, limit: 1 })).matching > 0) return;
  }
  for (const name of routes) await transport.call(verbs.removeRoute, { name });
  for (const name of connections) await transport.call(verbs.removeConnection, { name });
}
