import { z } from "zod";
import * as routes from "@/lib/routes/routes";
import { routeDefinitionSchema, routeName } from "@/lib/shapes/routes/route";
import type { Context } from "../verbs/context";
import type { VerbOptions } from "../verbs/verb";
import { refuseConflicts } from "./examine-route";

export const addRouteInput = z.strictObject({ name: routeName, definition: routeDefinitionSchema });

/**
 * Keeps a route once both of its ends were looked at.
 * @throws OperatorError `route-exists`, `route-fixed`, or the first thing that stands against it: `source-is-target`, `dimension-mismatch`, ...
 */
export async function addRoute(ctx: Context, input: z.infer<typeof addRouteInput>, { signal }: VerbOptions = {}) {
  routes.refuseFixed(ctx, input.name);
  await refuseConflicts(ctx, input.definition, signal);
  return { route: await routes.keepNewRoute(ctx, input, ctx.actor) };
}

/**
 * Changes a route, as its next revision: what was made under the one before keeps that.
 * @throws OperatorError `route-not-found`, `route-changed`, `route-fixed`, or the first thing that stands against it
 */
export async function updateRoute(ctx: Context, input: z.infer<typeof addRouteInput>, { signal }: VerbOptions = {}) {
  routes.refuseFixed(ctx, input.name);
  await routes.showRoute(ctx, input.name);
  await refuseConflicts(ctx, input.definition, signal);
  return { route: await routes.keepChangedRoute(ctx, input) };
}
