import { isOperatorError } from "@/lib/operator-error";
import { defaultRoute, type Route, type RouteDefinition } from "@/lib/shapes/routes/route";
import { defaultRouteBy, defaultRow } from "./default-route";
import { openEmbedderOf, type RouteParts, readConnection } from "./open-connection";
import { hasMoved, inUse, isFixed, isThere } from "./refusals";
import { deleteRoute, insertRoute, keptRoute, type RouteRow, replaceRoute, routeRows } from "./route-rows";
import { sandboxRoute, sandboxRoutesBy, sandboxRoutesOf } from "./sandbox-routes";
import { usesOfRoute } from "./used-by";

/** `preview` is an address of the HTTP interface, `new` one of the pages. */
const reserved = new Set(["preview", "new", "several"]);

/** Every route, that of the environment first. Nothing is asked of a service. */
export async function listRoutes(parts: RouteParts): Promise<Route[]> {
  const rows = await routeRows(parts);
  const samples = sandboxRoutesOf(parts.config);
  return Promise.all([
    defaultView(parts),
    ...samples.map((row) => view(parts, row, true)),
    ...rows.map((row) => view(parts, row, false)),
  ]);
}

/** @throws OperatorError `route-not-found` */
export async function showRoute(parts: RouteParts, name: string): Promise<Route> {
  if (name === defaultRoute) return defaultView(parts);
  const sample = sandboxRoute(parts.config, name);
  return sample ? view(parts, sample, true) : view(parts, await keptRoute(parts, name), false);
}

/**
 * Keeps a new route. The caller has checked what it leads from and to.
 * @throws OperatorError `route-fixed`, `route-exists`
 */
export async function keepNewRoute(
  parts: RouteParts,
  { name, definition }: { name: string; definition: RouteDefinition },
  createdBy: string,
): Promise<Route> {
  refuseFixed(parts, name);
  if (reserved.has(name) || !(await insertRoute(parts, { name, definition }, createdBy))) throw isThere("route", name);
  return showRoute(parts, name);
}

/**
 * Changes a route, as its next revision: plans and runs keep the one that they were made under.
 * @throws OperatorError `route-fixed`, `route-not-found`, `route-changed`
 */
export async function keepChangedRoute(
  parts: RouteParts,
  { name, definition }: { name: string; definition: RouteDefinition },
): Promise<Route> {
  refuseFixed(parts, name);
  const before = await keptRoute(parts, name);
  if (!(await replaceRoute(parts, { ...before, definition }))) throw hasMoved("route", name);
  return showRoute(parts, name);
}

/**
 * Forgets a route; what was made under it stays. Answers what it was.
 * @throws OperatorError `route-fixed`, `route-not-found`, `route-in-use`
 */
export async function removeRoute(parts: RouteParts, name: string): Promise<Route> {
  refuseFixed(parts, name);
  const route = await showRoute(parts, name);
  const uses = await usesOfRoute(parts, name);
  if (uses.length > 0) throw inUse("route", name, uses);
  await deleteRoute(parts, name);
  return route;
}

/** `Re-embed with gemini-embedding-001`, `Fill with gemini-embedding-001`, `Copy vectors`. */
export async function routeWords(parts: RouteParts, { source, target, vectors }: RouteDefinition): Promise<string> {
  if (vectors.from === "source") return "Copy vectors";
  const fills = source.connection === target.connection && source.collection === target.collection;
  return `${fills ? "Fill" : "Re-embed"} with ${await modelOf(parts, vectors.embedder)}`;
}

async function modelOf(parts: RouteParts, name: string): Promise<string> {
  try {
    return openEmbedderOf(parts.config, await readConnection(parts, name)).space.model;
  } catch (error) {
    // It is gone or can't be opened: the route's page says so where it is looked at.
    if (isOperatorError(error)) return name;
    throw error;
  }
}

export function refuseFixed({ config }: RouteParts, name: string): void {
  if (name === defaultRoute) throw isFixed("route", name, defaultRouteBy);
  if (sandboxRoute(config, name)) throw isFixed("route", name, sandboxRoutesBy);
}

const defaultView = (parts: RouteParts) => view(parts, defaultRow(parts.config), true);

async function view(parts: RouteParts, { name, revision, definition }: RouteRow, fixed: boolean): Promise<Route> {
  return { name, revision, fixed, definition, words: await routeWords(parts, definition) };
}
